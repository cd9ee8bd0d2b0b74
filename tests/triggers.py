"""Letting one trigger rest for a while, as only the owner of the database can."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

MAY_REST = {
    "subsidies_correction_told": "subsidies_correction",
    "subsidies_expert_same": "subsidies_expert",
    "subsidies_publicnotice_clock": "subsidies_publicnotice",
}
PLACES = ", ".join(["%s"] * len(MAY_REST))
FIND = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({PLACES}) ORDER BY rowid"

_resting: set[str] = set()


def lifted(name: str) -> AbstractContextManager[None]:
    return (_on_sqlite if connection.vendor == "sqlite" else _on_postgresql)(name, MAY_REST[name])


def make_triggers_ask() -> None:
    """On SQLite these triggers ask the process whether they rest, from now on: whoever drops one in a transaction lets
    SQLite read the whole schema again after every savepoint of it that is rolled back.
    """
    if connection.vendor != "sqlite":
        return
    connection_created.connect(_answer)
    connection.ensure_connection()
    _answer(connection=connection)
    with connection.cursor() as cursor:
        found = cursor.execute(FIND, [*MAY_REST.values()]).fetchall()
        for name, sql in found:  # all of a table, for they speak in the order in which they were made
            cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute(_asking(name, sql) if name in MAY_REST else sql)


def _asking(name: str, sql: str) -> str:
    head, rest = sql.split(" WHEN ", 1)
    condition, body = rest.rsplit("\nBEGIN ", 1)
    return f"{head} WHEN ({condition}) AND NOT rests('{name}')\nBEGIN {body}"


def _answer(connection: Any, **_named: object) -> None:
    connection.connection.create_function("rests", 1, _resting.__contains__)


@contextmanager
def _on_sqlite(name: str, _table: str) -> Iterator[None]:
    outer = name in _resting
    _resting.add(name)
    try:
        yield
    finally:
        if not outer:
            _resting.remove(name)


@contextmanager
def _on_postgresql(name: str, table: str) -> Iterator[None]:
    """Deferred constraints are looked at first: a table with some waiting cannot be altered."""
    first = ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"]
    _execute([*first, f"ALTER TABLE {table} DISABLE TRIGGER {name}"])
    try:
        yield
    finally:
        if not connection.needs_rollback:  # that puts it back as well
            _execute([*first, f"ALTER TABLE {table} ENABLE TRIGGER {name}"])


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
