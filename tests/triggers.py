"""Taking one trigger away for a while, as only the owner of the database can."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

FIND = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s"


@contextmanager
def lifted(name: str, table: str) -> Iterator[None]:
    lift, put_back = _on_sqlite(name) if connection.vendor == "sqlite" else _on_postgresql(name, table)
    _execute(lift)
    try:
        yield
    finally:
        if not connection.needs_rollback:  # that puts it back as well
            _execute(put_back)


def _on_sqlite(name: str) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(FIND, [name])
        found = cursor.fetchone()
    return ([f'DROP TRIGGER "{name}"'], [found[0]]) if found else ([], [])


def _on_postgresql(name: str, table: str) -> tuple[list[str], list[str]]:
    """Deferred constraints are looked at first: a table with some waiting cannot be altered."""
    first = ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"]
    return (
        [*first, f"ALTER TABLE {table} DISABLE TRIGGER {name}"],
        [*first, f"ALTER TABLE {table} ENABLE TRIGGER {name}"],
    )


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
