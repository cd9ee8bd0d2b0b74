"""Seats given up at the same moment. Needs row locks, hence PostgreSQL."""

import pytest

from subsidies import panels
from subsidies.enums import AssignmentState, DeclineReason, Seat
from subsidies.models import Assignment
from tests.factories_decision import seat
from tests.subsidies.panels import TECHNICAL, call_with, checked, confirmed, experts, members
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_reserve_of_many_panels_is_invited_to_no_more_than_the_own_limit():
    call = call_with({"size": 1, "reserves": 0, "least": {"technical": 1}})
    applications = checked(call, 6)
    experts(*[TECHNICAL] * 6)
    confirmed(*applications)
    (reserve,) = experts(TECHNICAL, most_open=1)
    for application in applications:
        seat(application, reserve, seat=Seat.RESERVE, state=AssignmentState.WAITING, due_on=None, declared_at=None)
    left = [members(application)[0] for application in applications]

    results = together(
        *(lambda own=own: panels.decline(own, by=own.expert.user, reason=DeclineReason.TIME, note="") for own in left)
    )

    assert [type(result) for result in results] == [Assignment] * 6
    assert reserve.assignments.filter(state=AssignmentState.INVITED).count() == 1
