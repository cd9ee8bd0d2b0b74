"""The migrated test database, kept between runs of the suite and put back after each transactional test.

All migrations take longer than most files of tests. A run that finds what an earlier one has kept of the same
migrations begins with a copy; `migrate` still runs on it, and finds nothing to do. SQLite's are files, which `make
clean` throws away; PostgreSQL's are databases of the server, `kept_…`, of which the oldest go by themselves.
"""

import fcntl
import gc
import hashlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created

FOLDER = Path(sys.prefix) / "test-databases"
MADE_FROM = ("*/migrations/*.py", "common/*.py", "requirements.txt")
NEWEST = 12  # databases that are kept


@contextmanager
def begun_with_a_copy() -> Iterator[None]:
    """The test database created within begins with the kept one; where there is none yet, it is kept in the end."""
    kept = _kept()
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"lock-{connection.vendor}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)  # nothing is thrown away meanwhile
        if not kept.exists():
            fcntl.flock(lock, fcntl.LOCK_UN)
            fcntl.flock(lock, fcntl.LOCK_EX)  # of two processes at once the second copies what the first has made
        if kept.exists():
            fcntl.flock(lock, fcntl.LOCK_SH)
            with kept.copied():
                yield
        else:
            with _collecting_seldom():
                yield
            kept.keep()


def migrated_file(target: Path) -> bool:
    """Begin a database for a process of its own with what is kept; say whether there was something."""
    kept = _File(_digest())
    if kept.exists():
        shutil.copyfile(kept.path, target)
    return kept.exists()


def _digest() -> str:
    root = Path(settings.BASE_DIR)
    files = sorted(path for pattern in MADE_FROM for path in root.glob(pattern))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:24]


class _File:
    def __init__(self, digest: str) -> None:
        self.path = FOLDER / f"{digest}.sqlite3"

    def exists(self) -> bool:
        return self.path.exists()

    @contextmanager
    def copied(self) -> Iterator[None]:
        def copy(connection: Any, **_named: object) -> None:
            """Into the first connection that `migrate` opens: the database behind it has nothing yet."""
            if connection.settings_dict["NAME"] == connection.creation._get_test_db_name():
                connection_created.disconnect(copy)
                with closing(sqlite3.connect(self.path)) as source:
                    source.backup(connection.connection)

        connection_created.connect(copy)
        try:
            yield
        finally:
            connection_created.disconnect(copy)

    def keep(self) -> None:
        unfinished = self.path.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(unfinished)) as target:
            connection.ensure_connection()
            connection.connection.backup(target)
        unfinished.replace(self.path)
        found = sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)
        for old in found[:-NEWEST]:
            old.unlink(missing_ok=True)


class _Database:
    def __init__(self, digest: str) -> None:
        self.name = f"kept_{digest}"

    def exists(self) -> bool:
        return self.name in self._all()

    @contextmanager
    def copied(self) -> Iterator[None]:
        test = connection.settings_dict["TEST"]
        before, test["TEMPLATE"] = test.get("TEMPLATE"), self.name
        try:
            with _patient():
                yield
        finally:
            test["TEMPLATE"] = before

    def keep(self) -> None:
        made = connection.settings_dict["NAME"]
        connection.close()  # a database that somebody uses is not copied
        with _patient(), connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{made}"')
            for old in self._all()[:-NEWEST]:
                with suppress(DatabaseError):
                    cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')

    def _all(self) -> list[str]:
        """The oldest first."""
        with connection._nodb_cursor() as cursor:
            cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'kept\_%' ORDER BY oid")
            return [name for (name,) in cursor.fetchall()]


def _kept() -> _File | _Database:
    return (_File if connection.vendor == "sqlite" else _Database)(_digest())


@contextmanager
def _patient() -> Iterator[None]:
    """On a busy machine a whole database is copied or dropped in more time than a statement of the site has."""
    options = connection.settings_dict["OPTIONS"]
    before = options["options"]
    options["options"] = f"{before} -c statement_timeout=0"
    try:
        yield
    finally:
        options["options"] = before
        connection.close()


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Migrations leave many models behind, which the collector would look through again and again."""
    before = gc.get_threshold()
    gc.set_threshold(200_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class PutBack:
    """What the database held at first; called, it holds that again, whatever a test has committed.

    Quicker than `flush`, which empties every table, and leaves what migrations wrote: no test depends on its place.
    """

    def __init__(self) -> None:
        self.beginning = _pages() if connection.vendor == "sqlite" else _rows()

    def __call__(self) -> None:
        connection.ensure_connection()
        if isinstance(self.beginning, sqlite3.Connection):
            self.beginning.backup(connection.connection)
        else:
            _put_back_rows(*self.beginning)


class Kept:
    """A world that tests commit: made by the first of a process that asks for it, and put back for the others."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._put_back: PutBack | None = None

    def __call__(self) -> None:
        if self._put_back:
            self._put_back()
        else:
            self._make()
            self._put_back = PutBack()


def _pages() -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:")
    connection.ensure_connection()
    connection.connection.backup(copy)
    return copy


def _rows() -> tuple[dict[str, str], dict[str, int | None]]:
    rows = {}
    with connection.cursor() as cursor:
        for table in _tables_with_rows(cursor):
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', text := StringIO())
            rows[table] = text.getvalue()
        return rows, _sequences(cursor)


@transaction.atomic
def _put_back_rows(rows: dict[str, str], sequences: dict[str, int | None]) -> None:
    """No trigger says a word meanwhile: only the owner of the database can do that."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0")
        for table in _tables_with_rows(cursor):
            cursor.execute(f'DELETE FROM "{table}"')
        for table, text in rows.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', StringIO(text))
        for name, value in _sequences(cursor).items():
            if value != (first := sequences.get(name)):
                cursor.execute("SELECT setval(%s, %s, %s)", [f'"{name}"', first or 1, first is not None])


def _tables_with_rows(cursor: Any) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    found = [name for (name,) in cursor.fetchall()]
    cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in found))
    return [name for (name,) in cursor.fetchall()]


def _sequences(cursor: Any) -> dict[str, int | None]:
    cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()")
    return dict(cursor.fetchall())
