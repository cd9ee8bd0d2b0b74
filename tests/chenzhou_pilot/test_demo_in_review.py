"""The demonstration cases that wait for the last expert, and that people lead them through the meeting by the verbs."""

from decimal import Decimal

import pytest

from chenzhou_pilot.demo.awarded import demo_awarded
from chenzhou_pilot.demo.calls import demo_call
from chenzhou_pilot.demo.clearing import clear
from chenzhou_pilot.demo.deciding import MEMBERS, sign
from chenzhou_pilot.demo.decision import People, demo_budget, demo_experts, demo_people
from chenzhou_pilot.demo.in_review import demo_in_review
from common.calendar import shanghai_today
from common.models import Delivery
from subsidies import deciding, meetings
from subsidies.budgets import balances_of
from subsidies.enums import AssignmentState, MeetingKind, State, Verdict
from subsidies.models import Application, Assignment, Call, Scheme
from subsidies.snapshots import is_intact
from tests.factories import DivisionFactory
from tests.factories_decision import budget_for
from tests.factories_subsidies import CallFactory, SchemeFactory

AWARD = Decimal("1000000.00")
PRODUCTS = "高纯石墨坩埚 钨钼合金粉 电子级氟化铵"
NAMES = [f"演示：{product}中试及产业化" for product in PRODUCTS.split()]

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    DivisionFactory()
    SchemeFactory(slug="industrialisation-award", amount_yuan=AWARD)
    demo_experts()
    return demo_people()


def states() -> dict[str, str]:
    return dict(Application.objects.values_list("project_name", "state"))


def last_seat() -> Assignment:
    return Assignment.objects.get(state=AssignmentState.ACCEPTED, application__state=State.REVIEW, sheets=None)


def test_two_panels_have_signed_and_of_the_third_all_but_one_and_nothing_is_mailed(people: People) -> None:
    made = demo_in_review(people)

    assert states() == dict(zip(NAMES, [State.REVIEWED, State.REVIEWED, State.REVIEW], strict=True))
    assert {(row.is_demo, is_intact(row.submissions.get())) for row in made} == {(True, True)}
    seat = last_seat()
    assert seat.due_on is not None
    assert (seat.due_on >= shanghai_today(), seat.application.assignments.count()) == (True, 3)
    assert Delivery.objects.count() == 0
    assert demo_in_review(people) == []
    clear()
    assert not Application.objects.exists()


def test_the_last_expert_signs_and_a_meeting_decides_on_three_with_money_for_two(people: People) -> None:
    call = demo_call()
    assert call is not None
    budget = demo_budget(call, people)
    made = demo_in_review(people)
    demo_awarded(people)  # has its own money

    sign(last_seat())
    meeting = meetings.create(
        made[0].call, by=people["clerk"], kind=MeetingKind.PARTY_GROUP, held_on=shanghai_today(), members=MEMBERS
    )
    for case in made:
        meetings.propose(Application.objects.get(pk=case.pk), meeting=meeting, by=people["head"])
    *approved, deferred = meetings.on_agenda(meeting)
    for decision in approved:
        deciding.stage(decision, by=people["clerk"], verdict=Verdict.APPROVE)
    deciding.stage(
        deferred, by=people["clerk"], verdict=Verdict.DEFER, reason="演示", deferral="budget", appeal_route="演示"
    )
    deciding.release(meeting, by=people["chief"], minutes_number="演示纪要〔2026〕999号")

    ended = [states()[name] for name in NAMES]
    assert sorted(ended) == sorted([State.PUBLICITY_READY, State.PUBLICITY_READY, State.DEFERRED])
    assert balances_of(budget).free == 0


def test_nothing_is_made_where_a_real_budget_would_pay(people: People) -> None:
    budget_for(CallFactory(scheme=Scheme.objects.get(), year=shanghai_today().year), AWARD)

    assert demo_in_review(people) == []
    assert not Call.objects.filter(is_demo=True).exists()
