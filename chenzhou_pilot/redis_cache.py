import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

SECONDS = 2
LOCALLY_FOR_S = 5  # after a failure, until Redis is asked again
WARN_EVERY_S = 60
LOCAL_ENTRIES = 2000

logger = logging.getLogger(__name__)


@dataclass
class Outage:
    """What the threads of a process know of one Redis that failed."""

    ask_again_at: float = 0.0
    warn_again_at: float = 0.0

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self.ask_again_at

    def note(self, error: RedisError) -> None:
        now = time.monotonic()
        self.ask_again_at = now + LOCALLY_FOR_S
        if now >= self.warn_again_at:
            self.warn_again_at = now + WARN_EVERY_S
            logger.warning("The cache failed with %s; each process keeps its own meanwhile.", type(error).__name__)


_outages: dict[str, Outage] = defaultdict(Outage)


def _redis_or_local(name: str) -> Callable[..., Any]:
    ask, ask_locally = getattr(RedisCache, name), getattr(LocMemCache, name)

    def method(self: "ImpatientRedisCache", *args: Any, **kwargs: Any) -> Any:
        if not self.outage.lasts:
            try:
                return ask(self, *args, **kwargs)
            except RedisError as error:
                self.outage.note(error)
        return ask_locally(self.local, *args, **kwargs)

    method.__name__ = name
    return method


class ImpatientRedisCache(RedisCache):
    """Wait for Redis two seconds at most, then work with a cache of this process and ask again a little later.

    So pages are served and limits are counted without Redis too, by each process for itself.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        waits = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, params | {"OPTIONS": waits | params.get("OPTIONS", {})})
        self.local = LocMemCache(f"instead of {server}", params | {"OPTIONS": {"MAX_ENTRIES": LOCAL_ENTRIES}})
        self.outage = _outages[server]

    add = _redis_or_local("add")
    get = _redis_or_local("get")
    set = _redis_or_local("set")
    touch = _redis_or_local("touch")
    delete = _redis_or_local("delete")
    get_many = _redis_or_local("get_many")
    has_key = _redis_or_local("has_key")
    incr = _redis_or_local("incr")
    set_many = _redis_or_local("set_many")
    delete_many = _redis_or_local("delete_many")
    _clear = _redis_or_local("clear")

    def clear(self) -> None:
        self.local.clear()
        self._clear()

    def ping(self) -> bool:
        """Whether Redis itself answers now; raises what it fails with."""
        return bool(self._cache.get_client(write=True).ping())
