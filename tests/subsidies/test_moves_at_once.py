"""Two people who decide one case at the same moment, and the same again with the lock of its moves taken away.

With the lock one decides and the other is told that the case has moved on. Without it both have read before either
writes: first the database refuses the second by an index; then, without that and without triggers, both stand.
Needs row locks, hence PostgreSQL. See also test_invariants_at_once.py, test_awards_at_once.py.
"""

from contextlib import contextmanager

import pytest

from accounts.enums import PersonKind
from subsidies import accepting, workflow
from subsidies.enums import State
from subsidies.models import Application
from subsidies.withdrawing import withdraw
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.unlocked import raced, reading_first, twice_is_let

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
FOR = 8


@contextmanager
def without_lock(monkeypatch):
    """Both have read the case before either moves it."""
    unlocked = reading_first(Application)(Application)
    with monkeypatch.context() as patched:
        for module in (workflow, accepting):
            patched.setattr(module, "locked", unlocked)
        yield


def accepted(application):
    clerk = staff()
    return lambda: accepting.accept(application, by=clerk)


def refused(application):
    head = staff(PersonKind.SECTION_HEAD)
    return lambda: accepting.refuse(application, by=head, code="scope", text="不在支持范围内")


def withdrawn(application):
    lead = person_of(application.organisation)
    return lambda: withdraw(application, lead, "另行申报")


PAIRS = [(accepted, refused), (accepted, accepted), (refused, withdrawn)]
both_ways = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "_and_".join(call.__name__ for call in pair))


def about_one_case(pair):
    application = ApplicationFactory(state=State.ACCEPTANCE)
    return application, [call(application) for call in pair]


def ways_of(application):
    return sorted(application.steps.filter(from_state=State.ACCEPTANCE).values_list("to_state", flat=True))


@both_ways
def test_of_two_who_decide_a_case_at_once_one_does_and_the_other_is_told(pair):
    application, calls = about_one_case(pair)

    assert raced(*calls) == {"done": 1, "state": 1}

    assert ways_of(application) == [Application.objects.get().state]


def test_of_eight_who_accept_or_refuse_a_case_at_once_one_does():
    application, calls = about_one_case((accepted, refused) * (FOR // 2))

    assert raced(*calls) == {"done": 1, "state": FOR - 1}

    assert ways_of(application) == [Application.objects.get().state]


@both_ways
def test_the_control_without_the_lock_is_refused_by_the_database_alone(monkeypatch, pair):
    application, calls = about_one_case(pair)

    with without_lock(monkeypatch):
        results = raced(*calls)

    assert results == {"done": 1, "IntegrityError": 1}
    assert ways_of(application) == [Application.objects.get().state]


@both_ways
def test_the_control_without_lock_and_database_is_decided_twice(monkeypatch, pair):
    application, calls = about_one_case(pair)

    with twice_is_let(), without_lock(monkeypatch):
        results = raced(*calls, held=False)
        ways = ways_of(application)

    assert results == {"done": 2}
    assert len(ways) == 2
