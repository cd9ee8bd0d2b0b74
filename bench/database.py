"""A database of its own, filled once and dropped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2

NAME = "bench_chenzhou"


def sql(url: str, statement: str) -> list[tuple[object, ...]]:
    opened = psycopg2.connect(url, connect_timeout=5)
    try:
        opened.autocommit = True
        cursor = opened.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
    finally:
        opened.close()


@contextmanager
def own_database(server_url: str, keep: bool, name: str = NAME) -> Iterator[str]:
    """The address of the database; with `keep` one that was left is used again, and it stays."""
    url = urlsplit(server_url)._replace(path=f"/{name}").geturl()
    there = bool(sql(server_url, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))
    if there and not keep:
        sql(server_url, f"DROP DATABASE {name} WITH (FORCE)")
    if not (there and keep):
        sql(server_url, f"CREATE DATABASE {name}")
    try:
        yield url
    finally:
        if not keep:
            sql(server_url, f"DROP DATABASE {name} WITH (FORCE)")
