"""Recommending units and the bureau at the same moment. Needs row locks, hence PostgreSQL."""

import pytest

from subsidies import recommending
from subsidies.enums import State
from subsidies.models import Recommendation
from tests.factories_subsidies import CallFactory, firm
from tests.subsidies.desk import prepared, section_head, to_recommend
from tests.subsidies.test_redirecting import another_unit, redirected
from tests.together import tallied

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_leaders_at_once_do_not_recommend_more_than_the_quota():
    call = CallFactory(quota_per_recommender=1)
    first = to_recommend(call=call)
    both = [(each, prepared(each).leader) for each in (first, _of_the_same_unit(first))]

    results = tallied(*(lambda each=each: recommending.recommend(each[0], by=each[1]) for each in both))

    assert results == {"done": 1, "quota": 1}
    assert recommending.quota(call, first.recommender) == (1, 1)


def _of_the_same_unit(application):
    return to_recommend(call=application.call, organisation=firm(recommender=application.recommender))


def test_a_leader_and_a_section_head_at_once_leave_one_of_two_outcomes_and_no_third():
    application, unit, head = to_recommend(), another_unit(), section_head()
    before = prepared(application)

    results = tallied(
        lambda: recommending.recommend(application, by=before.leader), lambda: redirected(application, unit, head)
    )

    application.refresh_from_db()
    opinion = Recommendation.objects.get()
    ends = {
        State.ACCEPTANCE: ({"done": 1, "state": 1}, opinion.set_aside_at is None),
        State.RECOMMENDATION: ({"done": 1, "PermissionDenied": 1}, opinion.set_aside_at is not None),
    }
    assert (results, True) == ends[application.state]
