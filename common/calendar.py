"""Chinese working days: the published calendar, corrected by the table that staff keep.

A year is published when chinesecalendar covers it or the table holds a row of that year with a document number.
Every other year answers Monday to Friday and says that the answer is provisional.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays
from django.utils import timezone

from common.models import CalendarDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_PERIOD = 2000  # working days
LONGEST_SPAN = 20 * 366  # calendar days
COVERED_YEARS = range(min(holidays).year, max(holidays).year + 1)
ONE_DAY = timedelta(days=1)


class WorkingDay(NamedTuple):
    is_working: bool
    is_provisional: bool


class PeriodEnd(NamedTuple):
    on: date
    is_provisional: bool


class WorkingDayCount(NamedTuple):
    days: int
    is_provisional: bool


def shanghai_today() -> date:
    return timezone.now().astimezone(SHANGHAI).date()


def shanghai_day(moment: date | datetime) -> date:
    """The calendar day in Shanghai; a plain date, or a datetime without zone, is taken as it stands."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(SHANGHAI).date() if moment.tzinfo else moment.date()


def is_working_day(day: date) -> WorkingDay:
    """One query."""
    return _rules(day, day).ask(day)


def add_working_days(start: date, days: int, *, count_first_day: bool) -> PeriodEnd:
    """The last day of a period of `days` working days; one query.

    `count_first_day`: True for 公示 (the first working day on or after `start` is day one), False for statutory
    periods that begin on the next day. ValueError unless 1 <= days <= 2000, or past the year 9999.
    """
    if not 1 <= days <= LONGEST_PERIOD:
        raise ValueError(f"A period has 1 to {LONGEST_PERIOD} working days, not {days}.")
    rules = _rules(start)
    is_provisional, left = False, days
    for day in _days_from(start if count_first_day else start + ONE_DAY):
        answer = rules.ask(day)
        is_provisional = is_provisional or answer.is_provisional
        left -= answer.is_working
        if left == 0:
            return PeriodEnd(day, is_provisional)
    raise ValueError("The period runs past the year 9999.")


def working_days_between(first: date, last: date) -> WorkingDayCount:
    """Working days from `first` to `last`, both counted; one query. ValueError for a span over 20 years."""
    length = (last - first).days + 1
    if length > LONGEST_SPAN:
        raise ValueError("Working days are counted over 20 years at most.")
    rules = _rules(first, last)
    answers = [rules.ask(first + timedelta(days=offset)) for offset in range(length)]
    return WorkingDayCount(sum(a.is_working for a in answers), any(a.is_provisional for a in answers))


@contextmanager
def one_calendar() -> Iterator[None]:
    """Read the table once for all that is computed inside, as for a list."""
    token = _shared.set(_Rules(date(2000, 1, 1)))
    try:
        yield
    finally:
        _shared.reset(token)


def working_days_until(first: date, lasts: Iterable[date]) -> dict[date, WorkingDayCount]:
    """The same from `first` to each of many days; one query. Days before `first` count nothing."""
    wanted = set(lasts)
    if not wanted:
        return {}
    farthest = min(max(wanted), first + timedelta(days=LONGEST_SPAN - 1))
    rules = _Rules(min(first, farthest), farthest)
    counts = dict.fromkeys(wanted, WorkingDayCount(0, False))
    days, is_provisional = 0, False
    for day in _days_from(first):
        if day > farthest:
            break
        answer = rules.ask(day)
        days, is_provisional = days + answer.is_working, is_provisional or answer.is_provisional
        if day in wanted:
            counts[day] = WorkingDayCount(days, is_provisional)
    return counts


def _days_from(day: date) -> Iterator[date]:
    for ordinal in range(day.toordinal(), date.max.toordinal() + 1):
        yield date.fromordinal(ordinal)


class _Rules:
    """The rows of the table that a computation needs: whole years, since any row of a year can publish it."""

    def __init__(self, first: date, last: date | None = None) -> None:
        rows = CalendarDay.objects.filter(on__gte=date(first.year, 1, 1))
        if last is not None:
            rows = rows.filter(on__lte=date(last.year, 12, 31))
        found = list(rows.values_list("on", "is_working", "document_number"))
        self.own = {on: is_working for on, is_working, _ in found}
        self.published_years = {on.year for on, _, document_number in found if document_number}

    def ask(self, day: date) -> WorkingDay:
        is_published = day.year in COVERED_YEARS or day.year in self.published_years
        if day in self.own:
            return WorkingDay(self.own[day], not is_published)
        return WorkingDay(day in workdays or (day.weekday() < 5 and day not in holidays), not is_published)


_shared: ContextVar[_Rules | None] = ContextVar("one_calendar", default=None)


def _rules(first: date, last: date | None = None) -> _Rules:
    return _shared.get() or _Rules(first, last)
