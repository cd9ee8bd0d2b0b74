"""Several people at the same moment, which only a database with row locks can show."""

import pytest

from accounts.enums import MembershipRole
from subsidies.drafting import save_answers, start
from subsidies.models import Application
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of
from tests.together import tallied, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 6


def at_once(act):
    return together(*(lambda number=number: act(number) for number in range(PEOPLE)))


def test_people_saving_different_fields_at_once_all_keep_their_words():
    own = firm()
    application = ApplicationFactory(organisation=own, data={})
    people = [person_of(own, MembershipRole.MEMBER) for _ in range(PEOPLE)]
    fields = ["contact_name", "contact_phone", "summary", "trl_before", "trl_after", "sales_yuan"]
    values = ["李工", "0735-2368000", "达标", 4, 7, "9000000.00"]

    saved = at_once(lambda number: save_answers(application, {fields[number]: values[number]}, 1, people[number]))

    assert [each.conflicts for each in saved] == [[]] * PEOPLE
    assert Application.objects.get().data == dict(zip(fields, values, strict=True))
    assert Application.objects.get().version == 1 + PEOPLE


def test_people_saving_the_same_field_at_once_are_asked_but_for_the_first():
    own = firm()
    application = ApplicationFactory(organisation=own, data={})
    people = [person_of(own, MembershipRole.MEMBER) for _ in range(PEOPLE)]

    saved = at_once(lambda number: save_answers(application, {"contact_name": f"人员{number}"}, 1, people[number]))

    kept = Application.objects.get().data["contact_name"]
    asked = [each.conflicts[0] for each in saved if each.conflicts]
    assert len(asked) == PEOPLE - 1
    assert {each.stored for each in asked} == {kept}


def test_starting_the_same_at_once_makes_one_draft():
    own, call = firm(), CallFactory()
    people = [person_of(own) for _ in range(PEOPLE)]

    results = tallied(
        *(lambda person=person: start(call, own, person, project_name="含氟新材料中试") for person in people)
    )

    assert results == {"done": 1, "exists": PEOPLE - 1}
    assert Application.objects.count() == 1
