"""Reminders at three and one working days before each deadline, to those whose turn it is and nobody else.

Run at least once a day; a second run tells nobody twice. A day that was missed is made up for: who was not reminded
at three days is at two. Nothing is sent on a day off. `once` holds the deadline: one that moves is reminded of anew.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import is_working_day, one_calendar, shanghai_day, shanghai_today
from common.notices import Kind, tell
from subsidies import permissions
from subsidies.audiences import Audience, appeal_answerers, objection_answerers, whose_turn
from subsidies.clocks import current_clock
from subsidies.enums import WITH_BUREAU, WRITING, AppealState, AssignmentState, ObjectionState, SheetState, State
from subsidies.follow_up.reminding import send_follow_up_reminders
from subsidies.models import Application, Assignment, Correction, Decision, Objection
from subsidies.notice_kinds import deadlines as kinds
from subsidies.notices import Facts, address_of, facts_of
from subsidies.reminder_marks import days_left, mark_of
from subsidies.workflow import MoveRefused, locked

BEFORE = timedelta(microseconds=1)
ON_THE_DESK = (State.RECOMMENDATION, *WITH_BUREAU)


class Deadline(NamedTuple):
    """`on` is the last day on which it can be met."""

    kind: Kind
    on: date
    facts: Facts
    whose: Audience = whose_turn

    @property
    def is_for_desk(self) -> bool:
        return self.whose is appeal_answerers


def send_reminders() -> int:
    """How many people were reminded."""
    with one_calendar():
        today = shanghai_today()
        if not is_working_day(today).is_working:
            return 0
        told = sum(remind(application, today) for application in _with_deadlines().iterator(chunk_size=200))
        told += sum(remind_expert(seat, today) for seat in _unsigned_seats().iterator(chunk_size=200))
        told += sum(remind_of_objection(row, today) for row in _open_objections().iterator(chunk_size=200))
        return told + send_follow_up_reminders(today)


def remind(application: Application, today: date) -> int:
    told = 0
    for deadline in deadlines_of(application, today):
        left = days_left(today, deadline.on)
        if mark := mark_of(left):
            facts = facts_of(application) | deadline.facts | {"days": left}
            once = f"{deadline.kind.name}:{application.pk}:{deadline.on}:{mark}"
            address = address_of(application, is_for_desk=application.state in ON_THE_DESK or deadline.is_for_desk)
            told += tell(deadline.whose(application), deadline.kind, facts, address, once)
    return told


def remind_expert(seat: Assignment, today: date) -> int:
    """Each expert of the own day: it is counted from the acceptance."""
    assert seat.due_on is not None, "selected by it"
    left = days_left(today, seat.due_on)
    mark = mark_of(left)
    if not mark:
        return 0
    facts = facts_of(seat.application) | {"due_on": seat.due_on, "days": left}
    address = reverse("subsidies:score_sheet", args=[seat.pk])
    once = f"{kinds.SHEET_DUE.name}:{seat.pk}:{seat.due_on}:{mark}"
    return tell([seat.expert.user], kinds.SHEET_DUE, facts, address, once)


def remind_of_objection(objection: Objection, today: date) -> int:
    """Those who may answer it: nobody who took part in the decision or in the notice."""
    application, due_on = objection.entry.application, objection.due_on
    assert due_on is not None, "selected by it"
    left = days_left(today, due_on)
    mark = mark_of(left)
    if not mark:
        return 0
    facts = facts_of(application) | {"due_on": due_on, "days": left}
    address = reverse("admin:subsidies_objection_change", args=[objection.pk])
    once = f"{kinds.OBJECTION_DUE.name}:{objection.pk}:{due_on}:{mark}"
    return tell(objection_answerers(application), kinds.OBJECTION_DUE, facts, address, once)


@transaction.atomic
def remind_of_correction(application: Application, *, by: User) -> None:
    """By hand, once a day: those who write for the firm are told of the correction that is open."""
    current = locked(application)
    if not permissions.is_checker(by, current):
        raise PermissionDenied
    asked = current.corrections.filter(answered_at=None, lapsed_at=None).first()
    if current.state != State.CORRECTION or asked is None:
        raise MoveRefused(_("The applicant has nothing to correct now."), code="state")
    facts = facts_of(current) | {"due_on": asked.due_on}
    once = f"correction-reminded:{asked.pk}:{shanghai_today()}"
    if not tell(whose_turn(current), kinds.CORRECTION_REMINDED, facts, address_of(current), once):
        raise MoveRefused(_("The applicant has been reminded today already."), code="once")
    with journal.acting(by=by):
        journal.record("remind", current, {})


# ---------------------------------------------------------------- deadlines
def deadlines_of(application: Application, today: date) -> Iterator[Deadline]:
    call, state = application.call, application.state
    if state in WRITING and call.closes_at:
        kind = kinds.DRAFT_CLOSES if state == State.DRAFT else kinds.SIGNATURE_CLOSES
        yield Deadline(kind, last_day(call.closes_at), {})
    if state == State.CORRECTION:
        yield from _correction(application.open_corrections, today)  # type: ignore[attr-defined]
    if state == State.RECOMMENDATION and call.recommend_closes_at:
        yield Deadline(kinds.RECOMMENDATION_CLOSES, last_day(call.recommend_closes_at), {})
    clock = current_clock(application, application.steps.all()) if state in ON_THE_DESK else None
    if clock and clock.due_on:
        yield Deadline(kinds.STAGE_DUE, clock.due_on, {"due_on": clock.due_on})
    for decision in application.appealed:  # type: ignore[attr-defined]
        due_on = decision.appeal.due_on
        yield Deadline(kinds.APPEAL_DUE, due_on, {"due_on": due_on}, appeal_answerers)


def _correction(corrections: list[Correction], today: date) -> Iterator[Deadline]:
    """The day named to the firm; once that is past, the day after which it is closed."""
    for asked in corrections:
        if today <= asked.due_on:
            yield Deadline(kinds.CORRECTION_DUE, asked.due_on, {"due_on": asked.due_on})
        else:
            yield Deadline(kinds.CORRECTION_CLOSES, asked.grace_until, {"due_on": asked.grace_until})


def last_day(closes_at: datetime) -> date:
    """The window is half-open: one that closes at midnight has its last day before."""
    return shanghai_day(closes_at - BEFORE)


def _with_deadlines() -> QuerySet[Application]:
    waiting = Application.objects.filter(state__in=(*ON_THE_DESK, State.CORRECTION))
    drafts = Application.objects.filter(state__in=WRITING, call__closes_at__gt=timezone.now())
    corrections = Correction.objects.filter(answered_at=None, lapsed_at=None)
    appealed = Decision.objects.filter(appeal__state=AppealState.OPEN)
    to_answer = Application.objects.filter(pk__in=appealed.values("application"))
    rows: QuerySet[Application] = waiting | drafts | to_answer
    return (
        rows.select_related("call", "call_version", "organisation", "recommender")
        .prefetch_related(
            "steps",
            Prefetch("corrections", corrections, to_attr="open_corrections"),
            Prefetch("decisions", appealed.select_related("appeal"), to_attr="appealed"),
        )
        .order_by("pk")
    )


def _unsigned_seats() -> QuerySet[Assignment]:
    rows: QuerySet[Assignment] = Assignment.objects.filter(
        state__in=(AssignmentState.INVITED, AssignmentState.ACCEPTED),
        due_on__isnull=False,
        application__state=State.REVIEW,
    ).exclude(sheets__state=SheetState.SIGNED)
    firm = ("application__call", "application__organisation", "application__recommender")
    return rows.select_related("expert__user", *firm).order_by("pk")


def _open_objections() -> QuerySet[Objection]:
    """Without opening a seal."""
    firm = [f"entry__application__{name}" for name in ("call", "organisation", "recommender")]
    rows: QuerySet[Objection] = Objection.objects.filter(state=ObjectionState.OPEN, due_on__isnull=False)
    return rows.select_related(*firm).defer("name", "contact", "email", "text").order_by("pk")
