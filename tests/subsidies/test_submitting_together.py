"""Many at the same moment: numbers without a gap, nothing twice, nothing lost. Needs row locks, hence PostgreSQL."""

import pytest
from django.db.models import Max

from common.models import Counter
from subsidies.enums import State
from subsidies.models import Application, Submission
from subsidies.submitting import submit
from subsidies.workflow import MoveRefused
from tests.factories import ProjectFactory
from tests.factories_subsidies import CallFactory, firm
from tests.subsidies.signing import ready
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def told(*calls):
    """What each returned, or the code it was refused with."""
    return [each.code if isinstance(each, MoveRefused) else each for each in together(*calls)]


def numbers_of(call):
    return sorted(Application.objects.filter(call=call).exclude(number=None).values_list("number", flat=True))


def test_twelve_firms_at_once_get_twelve_numbers_without_a_gap():
    call = CallFactory()
    drafts = [ready(call=call) for _ in range(12)]

    results = told(*(lambda draft=draft: submit(*draft, key="k") for draft in drafts))

    assert [type(result) for result in results] == [Submission] * 12
    assert numbers_of(call) == [f"ZSBZ-2026-431025-{n:04d}" for n in range(1, 13)]
    assert {result.application.number for result in results} == set(numbers_of(call))


def test_who_fails_leaves_no_gap():
    call, project = CallFactory(), ProjectFactory()
    rivals = [ready(call=call, project=project) for _ in range(6)]
    others = [ready(call=call) for _ in range(6)]

    results = told(*(lambda draft=draft: submit(*draft) for draft in [*rivals, *others]))

    assert results[:6].count("once") == 5
    assert numbers_of(call) == [f"ZSBZ-2026-431025-{n:04d}" for n in range(1, 8)]
    assert Counter.objects.get(name="ZSBZ-2026").value == 7
    assert Submission.objects.count() == 7


def test_fifty_repetitions_of_one_key_make_one_row():
    application, signatory = ready()

    results = told(*(lambda: submit(application, signatory, "one-key") for _ in range(50)))
    made = Submission.objects.get()

    assert set(results) <= {made, "in_progress"}
    assert made in results
    assert submit(application, signatory, "one-key") == made
    assert application.steps.count() == 1
    assert Counter.objects.get(name="ZSBZ-2026").value == 1


def test_pages_wait_their_turn_and_a_double_click_sees_one_receipt():
    application, signatory = ready()

    first, second = told(*(lambda: submit(application, signatory, "k", wait=True) for _ in range(2)))

    assert first == second == Submission.objects.get()


def test_two_tabs_with_keys_of_their_own_submit_once():
    application, signatory = ready()

    results = told(*(lambda key=key: submit(application, signatory, key, wait=True) for key in ("a", "b")))

    assert sorted(map(str, results)) == sorted([str(Submission.objects.get()), "state"])


def test_two_people_of_the_firm_submit_once():
    application, signatory = ready()
    _other, colleague = ready(organisation=application.organisation)

    results = told(lambda: submit(application, signatory, "k"), lambda: submit(application, colleague, "k"))

    assert Submission.objects.count() == 1
    assert set(results) <= {Submission.objects.get(), "state", "in_progress"}


def test_one_key_for_two_applications_at_once_serves_one():
    organisation, call = firm(), CallFactory()
    one, signatory = ready(organisation=organisation, call=call)
    other, _ = ready(organisation=organisation, call=call)

    results = told(lambda: submit(one, signatory, "k"), lambda: submit(other, signatory, "k"))

    assert results.count("key_reused") == 1
    assert Application.objects.filter(state=State.RECOMMENDATION).count() == 1
    assert Application.objects.aggregate(last=Max("number"))["last"] == "ZSBZ-2026-431025-0001"
