"""Notices of one call that are published at the same moment. Needs row locks, hence PostgreSQL."""

import pytest

from subsidies.models import PublicNotice
from subsidies.publicity import publishing
from tests.subsidies.publicity.desk import approved, house, sent
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_four_notices_of_one_call_published_at_once_have_four_addresses():
    people, applications = house(), approved(4)
    notices = [sent(people, application) for application in applications]

    results = together(*(lambda notice=notice: publishing.publish(notice, by=people.publisher) for notice in notices))

    assert [type(result) for result in results] == [PublicNotice] * 4
    assert len({result.slug for result in results}) == 4
