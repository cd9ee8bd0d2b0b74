"""Many awards at the same moment on a budget that does not reach for all. Needs row locks, hence PostgreSQL."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from subsidies import budgets
from subsidies.budgets import BudgetRefused
from subsidies.enums import EntryKind
from subsidies.models import Application, Budget
from tests.factories_accounts import UserFactory
from tests.factories_awarding import awarded_without_money
from tests.factories_decision import AMOUNT
from tests.factories_publicity import upheld
from tests.migrated_database import Kept
from tests.subsidies.ledgers import budget_with, candidates, cleared, pots_of, raw_entry
from tests.together import PATIENCE, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RIVALS, PLACES = 60, 10


def became(*calls: Callable[[], Any]) -> Counter[str]:
    """How many were done, or met which refusal; the database's own in its words."""
    return Counter(_word_of(result) for result in together(*(transaction.atomic(call) for call in calls)))


def _word_of(result: Any) -> str:
    if isinstance(result, DatabaseError):
        return str(result)
    return result.code if isinstance(result, BudgetRefused) else "done"


sixty_for_ten_places = Kept(lambda: candidates(budget_with(AMOUNT * PLACES), RIVALS))


@pytest.fixture
def rivals():
    """The only budget, and the applications that want money of it."""
    sixty_for_ten_places()
    return Budget.objects.get(), list(Application.objects.order_by("pk"))


def reservations(budget, applications):
    by = UserFactory()
    return [
        lambda application=application: budgets.reserve(application, AMOUNT, by=by, budget=budget)
        for application in applications
    ]


def test_sixty_awards_at_once_on_a_budget_for_ten_make_exactly_ten(rivals):
    budget, applications = rivals

    results = became(*reservations(budget, applications))

    assert results == {"done": PLACES, "budget": RIVALS - PLACES}
    pots = pots_of(budget.entries.all())
    assert (pots["free"], pots["reserved"], pots["source"]) == (0, AMOUNT * PLACES, -AMOUNT * PLACES)
    assert budgets.balances_of(budget).reserved == AMOUNT * PLACES
    assert budget.entries.filter(kind=EntryKind.RESERVE).values("application").distinct().count() == PLACES


def test_sixty_at_once_past_every_verb_are_held_by_the_database_alone(rivals):
    budget, applications = rivals
    way = ("free", "reserved")
    inserts = [
        lambda application=application: raw_entry(budget, "reserve", way, AMOUNT, application)
        for application in applications
    ]

    results = became(*inserts)

    refusals = [text for text in results if "takes more than the budget has" in str(text)]
    assert (results["done"], sum(results[text] for text in refusals)) == (PLACES, RIVALS - PLACES)
    assert budgets.balances_of(budget).free == 0


def test_sixty_reservations_of_one_application_make_one():
    budget = budget_with(AMOUNT * PLACES)
    by, application = UserFactory(), candidates(budget)[0]

    results = became(*(lambda: budgets.reserve(application, AMOUNT, by=by, budget=budget) for _ in range(RIVALS)))

    assert results["done"] == 1
    assert all(text == "done" or "reserves once for an application" in text for text in results)
    assert budgets.balances_of(budget).reserved == AMOUNT


def test_money_that_comes_and_goes_at_once_leaves_no_cent_unaccounted():
    """Reservations, releases and commitments of what stands, in one throng."""
    budget = budget_with(AMOUNT * PLACES)
    by, standing = UserFactory(), cleared(budget, PLACES)
    for application in standing[:5]:
        upheld(application)
    for application in standing[5:]:
        awarded_without_money(application)
    releases = [lambda each=each: budgets.release(each, by=by) for each in standing[:5]]
    commitments = [lambda each=each: budgets.commit(each, by=by) for each in standing[5:]]

    results = became(*releases, *commitments, *reservations(budget, candidates(budget, 20)))

    assert set(results) == {"done", "budget"}
    pots = pots_of(budget.entries.all())
    assert pots["free"] + pots["reserved"] + pots["committed"] == AMOUNT * PLACES
    assert (pots["committed"], pots["free"] >= 0) == (AMOUNT * 5, True)


# ---------------------------------------------------------------- the control
def test_without_the_lock_the_same_race_overspends(rivals, monkeypatch):
    """Shows that the tests above would see it: neither verb nor trigger lines the writers up any more."""
    budget, applications = rivals
    calls, inserting = reservations(budget, applications), Barrier(RIVALS, timeout=PATIENCE)
    monkeypatch.setattr(budgets, "locked", lambda budget: Budget.objects.get(pk=budget.pk))

    def held_up(call):
        """All have looked before the first writes."""
        with connection.execute_wrapper(lambda run, sql, *rest: _before_insert(inserting, run, sql, rest)):
            call()

    with triggers_without_lock():
        results = became(*(lambda call=call: held_up(call) for call in calls))

    assert results["done"] > PLACES
    assert pots_of(budget.entries.all())["free"] < 0


def _before_insert(barrier, run, sql, rest):
    if sql.startswith('INSERT INTO "subsidies_budgetentry"'):
        barrier.wait()
    return run(sql, *rest)


@contextmanager
def triggers_without_lock() -> Iterator[None]:
    """The ledger's triggers look as before, but lock nothing, and dawdle between look and insert."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'subsidies_budgetentry_%%'")
        held = [text for (text,) in cursor.fetchall() if "PERFORM 1 FROM" in text]
    loose = [re.sub(r"PERFORM 1 FROM .* AS locked;", "", text) for text in held]
    assert held
    assert not any("FOR UPDATE" in text for text in loose)
    try:
        _execute([text.replace("RETURN NEW;", "PERFORM pg_sleep(0.5); RETURN NEW;") for text in loose])
        yield
    finally:
        _execute(held)


def _execute(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
