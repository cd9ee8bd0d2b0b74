from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 2


class ImpatientRedisCache(RedisCache):
    """Wait for the cache two seconds at most; redis-py's own choice is to try three times more, ever later."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        waits = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS, "retry": Retry(NoBackoff(), 1)}
        super().__init__(server, params | {"OPTIONS": waits | params.get("OPTIONS", {})})
