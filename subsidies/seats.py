"""Seats of a panel as they stand: who sits, what is empty, who is in the chair, when the sheets are due."""

from collections import Counter
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from common import journal
from common.calendar import shanghai_today
from subsidies.clocks import period_end
from subsidies.enums import SITTING, AssignmentState, ExpertKind, Seat
from subsidies.models import Application, Assignment


def sitting(application: Application) -> list[Assignment]:
    """The members who are invited or have accepted, in the order they were drawn; one query."""
    rows = application.assignments.filter(seat=Seat.MEMBER, state__in=SITTING)
    return list(rows.select_related("expert__user").order_by("position", "pk"))


def waiting(application: Application) -> list[Assignment]:
    """The reserves that have not been called, in the order they were drawn."""
    rows = application.assignments.filter(seat=Seat.RESERVE, state=AssignmentState.WAITING)
    return list(rows.select_related("expert__user").order_by("draw_id", "position"))


def let_reserves_go(application: Application) -> None:
    """The review is closed: whoever still waits in reserve is no longer needed."""
    for row in waiting(application):
        row.state, row.state_since = AssignmentState.RELEASED, timezone.now()
        with journal.acting(action="release_reserve"):
            row.save()


def vacated(application: Application) -> QuerySet[Assignment]:
    """Seats of members that nobody has taken over."""
    rows: QuerySet[Assignment] = application.assignments.filter(seat=Seat.MEMBER, replaced_by=None)
    return rows.exclude(state__in=SITTING).order_by("position", "pk")


def still_needed(application: Application, members: list[Assignment]) -> dict[str, int]:
    """How many of each kind the call wants beyond those who sit."""
    have = Counter(member.kind for member in members)
    least = application.call_version.parsed.panel.least
    return {kind: count - have[kind] for kind, count in least.items() if count > have[kind]}


def sheet_due_on(application: Application) -> date:
    """When a sheet is due whose expert is invited today."""
    return period_end(application.call_version.parsed.period("review"), shanghai_today()).on


def fill_chair(application: Application) -> None:
    """The first technical expert of those who sit, else the first of all; once given the chair stays."""
    members = sitting(application)
    if any(member.is_chair for member in members) or not members:
        return
    for left in application.assignments.filter(is_chair=True):
        left.is_chair = False
        left.save(update_fields=["is_chair"])
    heir = min(members, key=lambda member: member.kind != ExpertKind.TECHNICAL)
    heir.is_chair = True
    heir.save(update_fields=["is_chair"])
