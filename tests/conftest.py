"""What every test needs; the rest stands beside the tests that use it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

from common.journal_triggers import create_statements, drop_statements
from common.models import JournalEntry, JournalSeal


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _journal_can_be_flushed() -> Iterator[None]:
    """A transactional test ends with a flush, which the journal's tables refuse as they must.

    It cascades into the table that knox's migrations leave beside our own model of tokens.
    """
    original = TransactionTestCase._fixture_teardown

    def flush(self: TransactionTestCase) -> None:
        with journal_unlocked():
            call_command("flush", verbosity=0, interactive=False, allow_cascade=True)

    TransactionTestCase._fixture_teardown = flush
    yield
    TransactionTestCase._fixture_teardown = original


@contextmanager
def journal_unlocked() -> Iterator[None]:
    """What only the owner of the database can do: lift the triggers that keep the journal append-only."""
    _execute(drop_statements)
    try:
        yield
    finally:
        _execute(create_statements)


def _execute(statements_for: Callable[[str, str], list[str]]) -> None:
    with connection.cursor() as cursor:
        for model in (JournalEntry, JournalSeal):
            for statement in statements_for(connection.vendor, model._meta.db_table):
                cursor.execute(statement)
