"""A race run a second time with its lock taken away: whoever would wait reads beside the other. PostgreSQL alone."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, local
from typing import Any

from django.db.models import Model

from tests.plain_sql import rows, run
from tests.together import PATIENCE, tallied

Read = Callable[[type[Model]], Callable[..., Any]]


def raced(*calls: Callable[[], Any], held: bool = True) -> Counter[str]:
    """How many of them became what; past all triggers unless `held`."""

    def before() -> None:
        run("SET lock_timeout = '60s'; SET statement_timeout = '60s'")  # on a busy machine all wait longer
        if not held:
            run("SET session_replication_role = replica")

    return tallied(*calls, before=before)


def reading_first(*until: type[Model]) -> Read:
    """What reads a row instead of locking it.

    Each of two threads reads the first row of these models, and waits there for the other to have read as well.
    """
    have_read, mine = Barrier(2, timeout=PATIENCE), local()

    def read(model: type[Model]) -> Callable[..., Any]:
        def unlocked(row: Model, *more: Any) -> Model:
            found: Model = model._default_manager.get(pk=row.pk)
            if model in until and not getattr(mine, "has_read", False):
                mine.has_read = True
                have_read.wait()
            return found

        return unlocked

    return read


@contextmanager
def twice_is_let() -> Iterator[None]:
    """Without the two indexes that would stop the second writer by themselves; what they write is thrown away."""
    (index,) = rows("SELECT indexdef FROM pg_indexes WHERE indexname = 'applicationstep_once_a_version'")[0]
    run("DROP INDEX applicationstep_once_a_version")
    run("ALTER TABLE subsidies_budgetentry DROP CONSTRAINT budgetentry_payment_once")
    try:
        yield
    finally:
        run("SET session_replication_role = replica")
        run("DELETE FROM subsidies_budgetentry; DELETE FROM subsidies_applicationstep")
        run("SET session_replication_role = DEFAULT")
        run(index)
        run("ALTER TABLE subsidies_budgetentry ADD CONSTRAINT budgetentry_payment_once UNIQUE (payment_id, kind)")
