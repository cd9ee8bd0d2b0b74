"""The clock of the process and that of the database, turned together: triggers look at the day as well.

On PostgreSQL `now()` is looked up in a schema of its own, and the functions of triggers are made anew with it; on
SQLite the triggers ask the process. Both are put back at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Any

import time_machine
from django.db import connection
from django.db.backends.signals import connection_created

from tests.plain_sql import rows, run

ON_POSTGRESQL = """
DROP SCHEMA IF EXISTS turned CASCADE;
CREATE SCHEMA turned;
CREATE TABLE turned.clock (ahead interval NOT NULL);
INSERT INTO turned.clock VALUES ('0');
CREATE FUNCTION turned.now() RETURNS timestamptz STABLE LANGUAGE sql AS
$$ SELECT pg_catalog.now() + ahead FROM turned.clock $$;
"""
FUNCTIONS = """SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND (p.prosrc LIKE '%CURRENT_TIMESTAMP%' OR p.prosrc LIKE '%turned.now()%')"""
PATH, USUAL_PATH = "SET search_path = turned, public, pg_catalog", "RESET search_path"
TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%(''now'',%'"


class Clock:
    def __init__(self, traveller: Any) -> None:
        self.traveller, self.ahead = traveller, timedelta()
        self.changed, self.at_work, self.turning = Condition(), 0, 0

    def forward(self, days: int) -> None:
        """Between the works of others: no real clock jumps by days between a moment taken and the row that bears it."""
        with self.changed:
            self.turning += 1
            try:
                self.changed.wait_for(lambda: not self.at_work)
                self._set(self.ahead + timedelta(days=days))
            finally:
                self.turning -= 1
                self.changed.notify_all()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Nobody turns it meanwhile, in whatever thread."""
        with self.changed:
            self.changed.wait_for(lambda: not self.turning)
            self.at_work += 1
        try:
            yield
        finally:
            with self.changed:
                self.at_work -= 1
                self.changed.notify_all()

    def back_to(self, ahead: timedelta) -> None:
        self._set(ahead)

    def _set(self, ahead: timedelta) -> None:
        self.traveller.shift(ahead - self.ahead)
        self.ahead = ahead
        _tell_database(datetime.now(UTC))


@contextmanager
def turned_clock(begins: datetime) -> Iterator[Clock]:
    """Time goes on from `begins`, and days ahead by Clock.forward()."""
    with _database_listens(), time_machine.travel(begins, tick=True) as traveller:
        clock = Clock(traveller)
        _tell_database(begins)
        yield clock


def _tell_database(moment: datetime) -> None:
    """Counted from now(), which stands still in a transaction: one that lasts for minutes is not left behind."""
    if connection.vendor == "postgresql":
        run("UPDATE turned.clock SET ahead = %s::timestamptz - pg_catalog.now()", moment)


@contextmanager
def _database_listens() -> Iterator[None]:
    turn = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with turn():
        yield


@contextmanager
def _on_postgresql() -> Iterator[None]:
    before = [
        sql.replace("turned.now()", "CURRENT_TIMESTAMP") for (sql,) in rows(FUNCTIONS)
    ]  # of a run that was cut off
    run(ON_POSTGRESQL)
    for sql in before:
        run(sql.replace("CURRENT_TIMESTAMP", "turned.now()"))
    connection_created.connect(_take_path)
    run(PATH)
    try:
        yield
    finally:
        connection_created.disconnect(_take_path)
        run(USUAL_PATH)
        for sql in before:
            run(sql)
        run("DROP SCHEMA turned CASCADE")


def _take_path(sender: Any, connection: Any, **more: Any) -> None:
    """Threads have connections of their own."""
    with connection.cursor() as cursor:
        cursor.execute(PATH)


@contextmanager
def _on_sqlite() -> Iterator[None]:
    connection.connection.create_function("turned_now", 0, lambda: datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"))
    before = rows(TRIGGERS)
    _make_anew(before, "('now',", "(turned_now(),")
    try:
        yield
    finally:
        _make_anew(before, "", "")


def _make_anew(triggers: list[tuple[str, str]], old: str, new: str) -> None:
    for name, sql in triggers:
        run(f'DROP TRIGGER "{name}"')
        run(sql.replace(old, new) if old else sql)
