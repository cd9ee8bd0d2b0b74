"""Say which of the servers that the production set needs answer, and fail when one does not.

python -m tools.servers [database] [cache] [broker]      by default all three
"""

import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import kombu
import psycopg2
import redis
from kombu.exceptions import KombuError

from tools.environments import servers

SECONDS = 5


def ask_database(url: str) -> None:
    psycopg2.connect(url, connect_timeout=SECONDS).close()


def ask_cache(url: str) -> None:
    redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS).ping()


def ask_broker(url: str) -> None:
    with kombu.Connection(url, connect_timeout=SECONDS) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)


QUESTIONS: dict[str, tuple[str, str, Callable[[str], None]]] = {
    "database": ("PostgreSQL", "DATABASE_URL", ask_database),
    "cache": ("Redis", "REDIS_URL", ask_cache),
    "broker": ("RabbitMQ", "CELERY_BROKER_URL", ask_broker),
}


def answers(what: str) -> bool:
    name, variable, ask = QUESTIONS[what]
    url = servers()[variable]
    where = urlsplit(url).netloc.rpartition("@")[2]
    try:
        ask(url)
    except (OSError, psycopg2.Error, redis.RedisError, KombuError) as error:
        print(f"{name} at {where}: MISSING ({type(error).__name__}). Start it, or name another with {variable}.")
        return False
    print(f"{name} at {where}: answers")
    return True


if __name__ == "__main__":
    asked = [answers(what) for what in sys.argv[1:] or QUESTIONS]
    sys.exit(0 if all(asked) else 1)
