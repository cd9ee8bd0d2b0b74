"""The clocks of an application, for both sides alike: how long each stage has taken of the time it has.

Read from the steps. The time with the applicant for correction is not the bureau's: its clock stops meanwhile.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from common import journal
from common.calendar import (
    PeriodEnd,
    add_working_days,
    one_calendar,
    shanghai_day,
    shanghai_today,
    working_days_between,
)
from subsidies.content import CallContent, Period
from subsidies.enums import State
from subsidies.models import Application, ApplicationStep

WORKING_DAYS = "working_day"
BATCH = 500  # applications locked at once
# The stages that have a time, and the name of that time among the periods of the call.
STAGES = {
    State.RECOMMENDATION: "recommendation",
    State.ACCEPTANCE: "acceptance",
    State.FORM_CHECK: "form_check",
    State.CORRECTION: "correction",
    State.REVIEW: "review",
}


class Spell(NamedTuple):
    """One stay in a stage; `until` is None while it lasts."""

    stage: State
    since: date
    until: date | None


class Clock(NamedTuple):
    stage: State
    length: int
    unit: str  # "working_day" or "calendar_day"
    used: int
    is_running: bool
    is_paused: bool  # the bureau's, while the applicant corrects
    due_on: date | None  # of a running clock; of a correction, as the firm was told
    is_provisional: bool  # runs into a year whose calendar is not published

    @property
    def left(self) -> int:
        """Below zero by the days it is overdue."""
        return self.length - self.used

    @property
    def is_overdue(self) -> bool:
        """From the day after the last one on, working or not. See also due.overdue()."""
        return self.due_on is not None and self.due_on < shanghai_today()


def period_end(period: Period, start: date) -> PeriodEnd:
    """The last day of a period that begins on `start`; the start itself where it has no length."""
    if period.length < 1:
        return PeriodEnd(start, False)
    if period.unit == WORKING_DAYS:
        return add_working_days(start, period.length, count_first_day=period.counts_first_day)
    return PeriodEnd(start + timedelta(days=period.length - period.counts_first_day), False)


def clocks_of(application: Application, steps: Iterable[ApplicationStep] | None = None) -> list[Clock]:
    """One for each stage the application has been in, in their order.

    Two queries and one for each clock; `steps` saves the first, common.calendar.one_calendar() the rest.
    """
    spells = spells_of(application.steps.all() if steps is None else steps)
    stages = list(dict.fromkeys(spell.stage for spell in spells))
    return [_clock(application, stage, _stays(stage, spells)) for stage in stages]


def current_clock(application: Application, steps: Iterable[ApplicationStep] | None = None) -> Clock | None:
    """The one that runs now; None where nobody's time runs."""
    return next((clock for clock in clocks_of(application, steps) if clock.is_running), None)


def due_day(content: CallContent, steps: Iterable[ApplicationStep]) -> date | None:
    """The last day of the stage that the steps have led into; None where nobody's time runs.

    Kept in Application.due_on, so that lists ask the database. Two queries of the calendar, none in one_calendar().
    """
    spells = spells_of(steps)
    if not spells or spells[-1].until is not None:
        return None
    period = content.period(STAGES[spells[-1].stage])
    own = _stays(spells[-1].stage, spells)
    return _end(period, own, sum(days for days, _ in _counts(period, own[:-1]))).on if period.length else None


def recompute_due_days(day: date) -> int:
    """Those on or after a day of the calendar that has changed, by the calendar as it is now; how many differ.

    They are the bureau's and the recommending unit's own, and a mended calendar may move them either way. The day of a
    correction was told to the firm and never moves earlier: see correcting.recompute_provisional().
    """
    keys = list(_with_due_days(day).order_by("pk").values_list("pk", flat=True))
    with one_calendar():
        batches = (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))
        return sum(_recompute(day, batch) for batch in batches)


@transaction.atomic
def _recompute(day: date, keys: list[int]) -> int:
    """Locked before the steps are read: a move made meanwhile keeps the day that it has set."""
    rows = _with_due_days(day).filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    changed = []
    for row in rows.defer("data", "touched").prefetch_related("steps", "call_version"):
        due_on = due_day(row.call_version.parsed, row.steps.all())
        if due_on != row.due_on:
            row.due_on = due_on
            changed.append(row)
    if changed:
        with journal.bulk("recompute", Application, day.isoformat()) as batch:
            Application.objects.bulk_update(changed, ["due_on"])
            batch.count = len(changed)
    return len(changed)


def _with_due_days(day: date) -> QuerySet[Application]:
    stages = [state for state in STAGES if state != State.CORRECTION]
    rows: QuerySet[Application] = Application.objects.filter(state__in=stages, due_on__gte=day)
    return rows


def spells_of(steps: Iterable[ApplicationStep]) -> list[Spell]:
    """Of the last way through: an application that was returned begins anew."""
    spells: list[Spell] = []
    for step in steps:
        day = shanghai_day(step.at)
        if spells and spells[-1].until is None:
            spells[-1] = spells[-1]._replace(until=day)
        if step.to_state == State.RECOMMENDATION:
            spells = []
        if step.to_state in STAGES:
            spells.append(Spell(State(step.to_state), day, None))
    return spells


def _clock(application: Application, stage: State, spells: Sequence[Spell]) -> Clock:
    period = application.call_version.parsed.period(STAGES[stage])
    counts = _counts(period, spells)
    is_running = spells[-1].until is None
    end = _end(period, spells, sum(days for days, _ in counts[:-1])) if is_running else None
    is_provisional = any(provisional for _, provisional in counts) or bool(end and end.is_provisional)
    is_paused = stage == State.FORM_CHECK and application.state == State.CORRECTION
    told = application.due_on if stage == State.CORRECTION else None
    due_on = told or end.on if end else None
    used = sum(days for days, _ in counts)
    return Clock(stage, period.length, period.unit, used, is_running, is_paused, due_on, is_provisional)


def _stays(stage: State, spells: Sequence[Spell]) -> Sequence[Spell]:
    """Those that share one time: each round of correction has a time of its own."""
    own = [spell for spell in spells if spell.stage == stage]
    return own[-1:] if stage == State.CORRECTION else own


def _counts(period: Period, spells: Sequence[Spell]) -> list[tuple[int, bool]]:
    return [_used(period, spell, is_first=number == 0) for number, spell in enumerate(spells)]


def _used(period: Period, spell: Spell, *, is_first: bool) -> tuple[int, bool]:
    """The day on which a stay begins counts where the period says so; later stays go on from the next day."""
    first = spell.since if is_first and period.counts_first_day else spell.since + timedelta(days=1)
    last = spell.until or shanghai_today()
    if last < first:
        return 0, False
    if period.unit != WORKING_DAYS:
        return (last - first).days + 1, False
    days, is_provisional = working_days_between(first, last)
    return days, is_provisional


def _end(period: Period, spells: Sequence[Spell], used_before: int) -> PeriodEnd:
    is_first = len(spells) == 1
    rest = Period(period.length - used_before, period.unit, period.counts_first_day and is_first)
    return period_end(rest, spells[-1].since)
