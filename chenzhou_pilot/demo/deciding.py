"""From checked applications to the released decision, by the verbs and as demonstration people."""

from decimal import Decimal

from chenzhou_pilot.demo.decision import BUDGET_NOTE, People
from common.calendar import shanghai_today
from subsidies import budgets, deciding, drawing, meetings, panels, reviewing
from subsidies.enums import AssignmentState, EntryKind, MeetingKind, Verdict
from subsidies.meetings import Member
from subsidies.models import Application, Assignment, Budget, Call

WORD = "演示：过程可信，达到要求。"
MEMBERS = (Member("演示局长", "局长", is_chair=True), Member("演示副局长", "副局长"))


def reviewed(call: Call, applications: list[Application], people: People) -> None:
    """Drawn by the clerk, confirmed by the head; every expert gives each item the points of its highest band."""
    for seat in accepted(call, applications, people):
        sign(seat)


def accepted(call: Call, applications: list[Application], people: People) -> list[Assignment]:
    """The seats of the panels, in the order of the applications, whose experts have still to score."""
    drawing.confirm(drawing.draw(call, applications, by=people["clerk"]), by=people["head"])
    seats = Assignment.objects.filter(application__in=applications, state=AssignmentState.INVITED)
    seats = seats.select_related("expert__user", "application__call_version")
    rows = list(seats.order_by("application_id", "position"))
    for seat in rows:
        panels.accept(seat, by=seat.expert.user)
    return rows


def sign(seat: Assignment) -> None:
    expert, items = seat.expert.user, seat.application.call_version.parsed.score_items
    marks = {item.id: {"points": item.bands[0].at_least, "comment": ""} for item in items}
    reviewing.keep(seat, by=expert, marks=marks, opinion=WORD)
    reviewing.sign(seat, by=expert)


def approved(call: Call, applications: list[Application], people: People) -> None:
    """All of them, in one meeting."""
    meeting = meetings.create(
        call, by=people["clerk"], kind=MeetingKind.PARTY_GROUP, held_on=shanghai_today(), members=MEMBERS
    )
    for application in applications:
        meetings.propose(application, meeting=meeting, by=people["head"])
    for decision in meetings.on_agenda(meeting):
        deciding.stage(decision, by=people["clerk"], verdict=Verdict.APPROVE)
    deciding.release(meeting, by=people["chief"], minutes_number=f"演示纪要〔{call.year}〕{meeting.pk}号")


def funded(call: Call, awards: int, people: People) -> Budget:
    """The demonstration budget of the call's scheme and year, with so many awards more."""
    budget, is_new = Budget.objects.get_or_create(
        scheme=call.scheme, year=call.year, is_demo=True, defaults={"note": BUDGET_NOTE}
    )
    change = budgets.propose_change(
        budget,
        by=people["finance"],
        kind=EntryKind.INITIAL if is_new else EntryKind.INCREASE,
        amount_yuan=(call.amount_yuan or call.cap_yuan or Decimal("1000000.00")) * awards,
        reason=f"演示：为往期批次安排 {awards} 项奖补",
        document_number="" if is_new else f"演示财〔{call.year}〕{budget.changes.count() + 1}号",
    )
    budgets.confirm_change(change, by=people["chief"])
    return budget
