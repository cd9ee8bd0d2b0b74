"""Notices of one call that are published at the same moment. Needs row locks, hence PostgreSQL."""

import pytest

from subsidies.models import PublicNotice
from subsidies.publicity import publishing
from subsidies.workflow import MoveRefused
from tests.subsidies.publicity.desk import approved, house, sent, written
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_four_notices_of_one_call_published_at_once_have_four_addresses():
    people, applications = house(), approved(4)
    notices = [sent(people, application) for application in applications]

    results = together(*(lambda notice=notice: publishing.publish(notice, by=people.publisher) for notice in notices))

    assert [type(result) for result in results] == [PublicNotice] * 4
    assert len({result.slug for result in results}) == 4


def test_of_four_lists_written_at_once_of_the_same_cases_one_is_kept_and_the_others_hear_why():
    people, applications = house(), approved(6)

    results = together(*[lambda: written(people, *applications)] * 4)

    assert sorted(type(result).__name__ for result in results) == ["MoveRefused"] * 3 + ["PublicNotice"]
    assert {str(*result.messages) for result in results if isinstance(result, MoveRefused)} == {
        "只能列入本批次已审议通过且未列入其他公示的申报。"
    }
