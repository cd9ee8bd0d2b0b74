"""The applications on the start page of the desk: my turn, running out, waiting for others.

However many there are, they are read in the same number of queries and no further than what the page says of them:
each group is counted up to a limit and shows its first rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from common.calendar import one_calendar
from common.components import Clock as DrawnClock
from common.first_rows import first_keys
from common.templatetags.chenzhou import shanghai_date
from subsidies.appealing import APPEALABLE
from subsidies.awaited import awaited_in
from subsidies.clocks import STAGES, clocks_of
from subsidies.due import (
    APPEAL_DUE_ON,
    OBJECTED_IN,
    OBJECTION_DUE_ON,
    appeal_overdue,
    appeal_soon,
    knows_objections,
    objection_overdue,
    objection_soon,
    overdue,
    soon,
)
from subsidies.enums import BEFORE_DECISION
from subsidies.models import Application
from subsidies.timing import ON_DESK, drawn
from subsidies.turns import WORDS, next_move, waiting_by_state, waiting_in

SHOWN = 5  # rows of a group
COUNTED_UP_TO = 99
MINE, OVERDUE, SOON, OTHERS = "mine", "overdue", "soon", "others"


class Group(NamedTuple):
    """Applications of one list that stand in the same place; `query` is that of the queue."""

    kind: str
    title: str | Promise
    rows: QuerySet
    query: dict[str, str]


class CaseRow(NamedTuple):
    """`next_move` is what this person is to do; where it is another's turn, `turn` says whose."""

    application: Application
    href: str
    clocks: list[tuple[str, DrawnClock]]  # that runs, and the bureau's while the applicant has the file
    next_move: str | Promise
    turn: str
    note: str  # when an open objection is to be answered


@dataclass(frozen=True, slots=True)
class CaseGroup:
    title: str | Promise
    href: str
    count: int
    rows: list[CaseRow]

    @property
    def count_text(self) -> str:
        return _counted(self.count)


@dataclass(frozen=True, slots=True)
class CaseList:
    kind: str
    title: str
    groups: list[CaseGroup]

    @property
    def count_text(self) -> str:
        """Of a group that goes on beyond what was counted nobody knows the rest, so the sum stays open too."""
        counts = [group.count for group in self.groups]
        is_open = any(count > COUNTED_UP_TO for count in counts)
        return _counted(COUNTED_UP_TO + 1) if is_open else str(sum(counts))

    @property
    def is_empty(self) -> bool:
        return not self.groups


def case_lists(user: User) -> list[CaseList]:
    """None for whoever sees no application. Six queries."""
    if not user.has_perm("subsidies.view_application"):
        return []
    seen = Application.objects.for_staff(user)
    with one_calendar():
        running_out = [
            *_running_out(seen),
            *_appeals_running_out(user, seen),
            *_objections_running_out(user, seen),
        ]
    groups = [*_mine(user, seen), *running_out, *_of_others(user, seen)]
    keys = first_keys({number: group.rows for number, group in enumerate(groups)}, COUNTED_UP_TO + 1)
    rows = _rows(user, {key for found in keys.values() for key in found[:SHOWN]})
    made = [
        (group.kind, CaseGroup(group.title, _queue(group.query), len(found), [rows[key] for key in found[:SHOWN]]))
        for group, found in zip(groups, keys.values(), strict=True)
        if found
    ]
    return [
        CaseList(kind, title, [group for its_kind, group in made if its_kind == kind])
        for kind, title in (
            (MINE, _("My turn now")),
            (OVERDUE, _("Overdue")),
            (SOON, _("Due within three working days")),
            (OTHERS, _("Waiting for others")),
        )
    ]


# ---------------------------------------------------------------- the groups
def _mine(user: User, seen: QuerySet) -> Iterable[Group]:
    for state, rows in waiting_by_state(user, seen):
        yield Group(MINE, state.label, _in_order(rows), {"turn": "mine", "state__exact": state})


def _running_out(seen: QuerySet) -> Iterable[Group]:
    for kind, condition in ((OVERDUE, overdue()), (SOON, soon())):
        for state in STAGES:
            rows = _in_order(seen.filter(condition, state=state))
            yield Group(kind, state.label, rows, {"clock": kind, "state__exact": state})


def _appeals_running_out(user: User, seen: QuerySet) -> Iterable[Group]:
    for kind, condition in ((OVERDUE, appeal_overdue(user)), (SOON, appeal_soon(user))):
        for state in APPEALABLE:
            rows = seen.filter(condition, state=state).order_by(Subquery(APPEAL_DUE_ON), "pk")
            yield Group(kind, state.label, rows, {"clock": kind, "state__exact": state})


def _objections_running_out(user: User, seen: QuerySet) -> Iterable[Group]:
    for kind, condition in ((OVERDUE, objection_overdue(user)), (SOON, objection_soon(user))):
        for state in OBJECTED_IN:
            rows = seen.filter(condition, state=state).order_by(Subquery(OBJECTION_DUE_ON), "pk")
            yield Group(kind, state.label, rows, {"clock": kind, "state__exact": state})


def _of_others(user: User, seen: QuerySet) -> Iterable[Group]:
    for state in BEFORE_DECISION:
        rows = _in_order(seen.filter(state=state).exclude(waiting_in(user, state)))
        yield Group(OTHERS, state.label, rows, {"turn": "others", "state__exact": state})


def _in_order(rows: QuerySet) -> QuerySet:
    return rows.order_by("due_on", "pk")


def _queue(query: dict[str, str]) -> str:
    return f"{reverse('admin:subsidies_application_changelist')}?{urlencode(query)}"


# ---------------------------------------------------------------- the rows
def _rows(user: User, keys: set[int]) -> dict[int, CaseRow]:
    found = Application.objects.filter(pk__in=keys).defer("data", "touched").annotate(next_move=next_move(user))
    if knows_objections(user):
        found = found.annotate(objection_due_on=Subquery(OBJECTION_DUE_ON))
    found = found.select_related("organisation", "recommender").prefetch_related("steps", "call_version")
    words = awaited_in(found, user)
    with one_calendar():
        return {application.pk: _row(application, words[application.pk]) for application in found}


def _row(application: Application, awaited: str) -> CaseRow:
    clocks = clocks_of(application, application.steps.all())
    name = application.next_move  # type: ignore[attr-defined]
    return CaseRow(
        application,
        reverse("admin:subsidies_application_change", args=[application.pk]),
        drawn((clock for clock in clocks if clock.is_running or clock.is_paused), ON_DESK),
        WORDS[name] if name else "",
        awaited,
        _note(application),
    )


def _note(application: Application) -> str:
    due_on = getattr(application, "objection_due_on", None)
    return _("Objection: to be answered by %(day)s") % {"day": shanghai_date(due_on)} if due_on else ""


def _counted(count: int) -> str:
    return f"{COUNTED_UP_TO}+" if count > COUNTED_UP_TO else str(count)
