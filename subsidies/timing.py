"""An application's time and way, for the people who wait: the deadline, the clocks, the stops, what has happened."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from common.calendar import SHANGHAI, shanghai_day, shanghai_today, working_days_between
from common.components import Clock as DrawnClock
from common.components import ClockState, Stop, StopState
from common.templatetags.chenzhou import shanghai_date
from subsidies.awarding.in_words import award_in_words, payment_in_words
from subsidies.awarding.shown import MoneyShown
from subsidies.clocks import WORKING_DAYS, Clock
from subsidies.correcting import is_over
from subsidies.enums import ENDED, WITH_RECOMMENDER, WRITING, Action, State
from subsidies.models import Application, ApplicationStep, Correction
from subsidies.words import EXPERTS, FINANCE, FIRM, STEPS, UNIT, Words, doer, told_reason

SOON = 3  # working days
FAR = 366  # calendar days, beyond which nobody counts working days
END_OF_DAY = time(23, 59)  # what was paid on a day stands above what led to it
NO_LEVEL, SOON_LEVEL, DUE_LEVEL = "", "soon", "due"


class Deadline(NamedTuple):
    title: str
    words: str
    exact: str
    level: str
    is_provisional: bool = False  # counted into a year whose calendar is not published


class Event(NamedTuple):
    at: datetime
    words: str
    by: str
    reason: str
    is_day: bool = False  # of which no hour is known


# ---------------------------------------------------------------- the firm's own deadline
def deadline_of(application: Application, correction: Correction | None = None) -> Deadline | None:
    """The end of the call while the firm writes, that of the correction while it mends. One query."""
    now = timezone.now()
    if application.state in WRITING and application.call.closes_at:
        end = application.call.closes_at.astimezone(SHANGHAI)
        exact = _("%(time)s (Beijing time)") % {"time": f"{end:%Y-%m-%d %H:%M}"}
        return _deadline(_("Submit by"), end.date(), exact, is_past=now >= end)
    if application.state == State.CORRECTION and correction is not None:
        exact = _("until the end of %(day)s") % {"day": shanghai_date(correction.due_on)}
        is_past = correction.due_on < shanghai_today()
        deadline = _deadline(_("Submit what was asked for by"), correction.due_on, exact, is_past=is_past)
        return _in_grace(deadline, correction) if is_past and not is_over(correction, shanghai_today()) else deadline
    return None


def _in_grace(deadline: Deadline, correction: Correction) -> Deadline:
    """The day is past, and what is sent before the grace ends is taken all the same."""
    words = _("Still possible until the end of %(day)s") % {"day": shanghai_date(correction.grace_until)}
    return deadline._replace(words=words, is_provisional=correction.is_due_provisional)


def _deadline(title: str, last: date, exact: str, *, is_past: bool) -> Deadline:
    if is_past:
        return Deadline(title, _("The time is over"), exact, DUE_LEVEL)
    today = shanghai_today()
    if last == today:
        return Deadline(title, _("Today is the last day"), exact, DUE_LEVEL)
    if (last - today).days > FAR:
        return Deadline(title, shanghai_date(last), exact, NO_LEVEL)
    left, is_provisional = working_days_between(today + timedelta(days=1), last)
    words = ngettext("%(count)d working day left", "%(count)d working days left", left) % {"count": left}
    return Deadline(title, words, exact, SOON_LEVEL if left <= SOON else NO_LEVEL, is_provisional)


# ---------------------------------------------------------------- everybody's clocks
def drawn(clocks: Iterable[Clock], owners: Mapping[State, Words] | None = None) -> list[tuple[str, DrawnClock]]:
    """Each with the name of who has the time, as the applicant calls them or by `owners`."""
    named = OWNERS if owners is None else owners
    return [(str(named[clock.stage]), _drawn(clock)) for clock in clocks if clock.length]


OWNERS: dict[State, Words] = {
    State.RECOMMENDATION: UNIT,
    State.ACCEPTANCE: gettext_lazy("the bureau, acceptance"),
    State.FORM_CHECK: gettext_lazy("the bureau, form check"),
    State.CORRECTION: FIRM,
    State.REVIEW: EXPERTS,
}
ON_DESK: dict[State, Words] = {**OWNERS, State.CORRECTION: gettext_lazy("the applicant")}


def _drawn(clock: Clock) -> DrawnClock:
    return DrawnClock(clock.used, clock.length, _clock_words(clock), _clock_state(clock))


def _clock_words(clock: Clock) -> str:
    counts = {"used": clock.used, "length": clock.length}
    is_working = clock.unit == WORKING_DAYS
    words = _("%(used)d of %(length)d working days") if is_working else _("%(used)d of %(length)d days")
    told = words % counts
    if clock.is_paused:
        return _("%(words)s, stopped meanwhile") % {"words": told}
    if clock.due_on:
        told = _("%(words)s, until %(day)s") % {"words": told, "day": shanghai_date(clock.due_on)}
    return _("%(words)s (calendar not yet published)") % {"words": told} if clock.is_provisional else told


def _clock_state(clock: Clock) -> ClockState:
    if clock.is_paused:
        return ClockState.PAUSED
    if not clock.is_running:
        return ClockState.RUNNING
    if clock.is_overdue:
        return ClockState.OVERDUE
    if clock.left <= 0:
        return ClockState.DUE
    return ClockState.DUE_SOON if clock.left <= SOON else ClockState.RUNNING


# ---------------------------------------------------------------- the way
LINE: tuple[tuple[State, ...], ...] = (
    WRITING,
    WITH_RECOMMENDER,
    (State.ACCEPTANCE,),
    (State.FORM_CHECK, State.CORRECTION),
    (State.CHECKED,),
    (State.REVIEW, State.REVIEWED, State.MEETING, State.DEFERRED),
    (State.PUBLICITY_READY,),
    (State.PUBLICITY, State.CLEARED),
    (State.AWARDED, State.PAYING),
    (State.PAID, State.CLOSED, State.RECOVERY, State.RECOVERED),
)


def stops_of(application: Application, steps: Sequence[ApplicationStep]) -> list[Stop]:
    """The application's own process line; where it has ended, the line breaks."""
    labels = (
        _("Writing"),
        _("Recommended"),
        _("Acceptance"),
        _("Check of materials"),
        _("Materials complete"),
        _("Review"),
        _("Proposed for support"),
        pgettext("of awards", "Public notice"),
        _("Awarded"),
        _("Paid"),
    )
    last = _last_stop(application, steps)
    entered = {_stop_of(step.to_state): step.at for step in steps if step.to_state not in ENDED}
    return [
        Stop(label, _stop_state(application, number, last), _day(entered.get(number)) if number <= last else "")
        for number, label in enumerate(labels)
    ]


def _stop_of(state: str) -> int:
    return next((number for number, states in enumerate(LINE) if state in states), 0)


def _last_stop(application: Application, steps: Sequence[ApplicationStep]) -> int:
    if application.state not in ENDED:
        return _stop_of(application.state)
    return _stop_of(steps[-1].from_state) if steps else 0


def _stop_state(application: Application, number: int, last: int) -> StopState:
    if number != last:
        return StopState.DONE if number < last else StopState.AHEAD
    return StopState.STOPPED if application.state in ENDED else StopState.CURRENT


def _day(moment: datetime | None) -> str:
    return shanghai_day(moment).isoformat() if moment else ""


def events_of(
    application: Application, steps: Iterable[ApplicationStep], money: MoneyShown | None = None
) -> list[Event]:
    """What has happened, newest first, in the applicant's words; `money` is what the firm reads of its award."""
    told = [Event(step.at, str(STEPS[step.action]), doer(step), _detail(step, money)) for step in steps]
    begun = Event(application.created_at, _("Begun"), str(application.started_by), "")
    happened = [*reversed(told), begun]
    if money is None:
        return happened
    payments = reversed(list(_payments(money)))
    return sorted([*payments, *happened], key=lambda event: event.at, reverse=True)


def _detail(step: ApplicationStep, money: MoneyShown | None) -> str:
    if money and step.action == Action.AWARD:
        return award_in_words(money)
    return told_reason(step)


def _payments(money: MoneyShown) -> Iterable[Event]:
    """Each with the account by its last digits, for the firm's own people."""
    for payment in money.payments:
        for told in payment_in_words(payment, with_account=money.with_account):
            at = datetime.combine(told.on, END_OF_DAY, SHANGHAI)
            yield Event(at, told.words, str(FINANCE), told.detail, is_day=True)
