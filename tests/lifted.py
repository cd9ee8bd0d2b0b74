"""What a wrong implementation could do: the database without its triggers and checks, for controls of tests alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests.conftest import journal_unlocked
from tests.plain_sql import rows, run

CHECKS = """SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE contype = 'c' AND conrelid::regclass::text LIKE 'subsidies!_%' ESCAPE '!'"""


@contextmanager
def nothing_held() -> Iterator[None]:
    """Triggers and checks are gone, and what is written is taken back at the end."""
    with journal_unlocked(), taken_back(), _without_checks():
        yield


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _without_checks() -> Iterator[None]:
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = ON")
        yield
        run("PRAGMA ignore_check_constraints = OFF")
        return
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name in rows(CHECKS):
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
