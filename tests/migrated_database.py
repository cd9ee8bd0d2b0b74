"""The migrated database of the embedded default, kept between runs of the suite.

All migrations take longer than most files of tests. A run that finds what an earlier one has kept of the same
migrations begins with a copy; `migrate` still runs on it, and finds nothing to do. `make clean` throws it away.
"""

import fcntl
import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

FOLDER = Path(sys.prefix) / "test-databases"
MADE_FROM = ("*/migrations/*.py", "common/*.py", "requirements.txt")
NEWEST = 12  # databases that are kept


@contextmanager
def begun_with_a_copy() -> Iterator[None]:
    """The test database created within begins with the kept one; where there is none yet, it is kept in the end."""
    kept = FOLDER / f"{_digest()}.sqlite3"
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two processes at once the second copies what the first has made
        if kept.exists():
            fcntl.flock(lock, fcntl.LOCK_UN)
            with _copied_into_the_test_database(kept):
                yield
        else:
            yield
            _keep(kept)


def _digest() -> str:
    root = Path(settings.BASE_DIR)
    files = sorted(path for pattern in MADE_FROM for path in root.glob(pattern))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:24]


@contextmanager
def _copied_into_the_test_database(kept: Path) -> Iterator[None]:
    def copy(connection: Any, **_named: object) -> None:
        """Into the first connection that `migrate` opens: the database behind it has nothing yet."""
        if connection.settings_dict["NAME"] == connection.creation._get_test_db_name():
            connection_created.disconnect(copy)
            with closing(sqlite3.connect(kept)) as source:
                source.backup(connection.connection)

    connection_created.connect(copy)
    try:
        yield
    finally:
        connection_created.disconnect(copy)


def _keep(kept: Path) -> None:
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as target:
        connection.ensure_connection()
        connection.connection.backup(target)
    unfinished.replace(kept)
    found = sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)
    for old in found[:-NEWEST]:
        old.unlink(missing_ok=True)
