"""Lifts the triggers that keep what was handed in for ever: of demonstration rows nothing has to be kept.

Guards stand before a change; the triggers of the search index come after it and go on working.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

GUARDS_OF_POSTGRESQL = """
    SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
    WHERE NOT tgisinternal AND tgtype & 2 = 2 AND tgrelid = ANY(%s::regclass[])
"""
GUARDS_OF_SQLITE = """
    SELECT tbl_name, name, sql FROM sqlite_master
    WHERE type = 'trigger' AND (sql LIKE '%% BEFORE DELETE ON %%' OR sql LIKE '%% BEFORE UPDATE ON %%')
"""


@contextmanager
def unguarded(tables: Iterable[str]) -> Iterator[None]:
    """Inside one transaction, so that the guards stand again whatever happens; never in production, see load_demo."""
    lifting = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with connection.cursor() as cursor, lifting(cursor, set(tables)):
        yield


@contextmanager
def _on_postgresql(cursor: Any, tables: set[str]) -> Iterator[None]:
    cursor.execute(GUARDS_OF_POSTGRESQL, [sorted(tables)])
    guards = cursor.fetchall()
    for table, name in guards:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield
    for table, name in guards:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


@contextmanager
def _on_sqlite(cursor: Any, tables: set[str]) -> Iterator[None]:
    cursor.execute(GUARDS_OF_SQLITE, [])
    guards = [(name, sql) for table, name, sql in cursor.fetchall() if table in tables]
    for name, _sql in guards:
        cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
    yield
    for _name, sql in guards:
        cursor.execute(sql)
