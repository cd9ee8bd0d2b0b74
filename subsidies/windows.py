"""Where a call stands in time, and how long is left, in calendar days and in working days."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.calendar import shanghai_day, working_days_until
from subsidies.models import Call


class Phase(StrEnum):
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> Promise:
        return PHASES[self]


PHASES = {
    Phase.COMING: _("Coming"),
    Phase.OPEN: pgettext_lazy("phase of a call", "Open"),
    Phase.CLOSED: _("Closed"),
}


class Window(NamedTuple):
    """`days` and `working_days` to the close of an open call, to the opening of a coming one; today not counted."""

    phase: Phase
    days: int = 0
    working_days: int = 0
    is_provisional: bool = False

    @property
    def is_open(self) -> bool:
        return self.phase == Phase.OPEN


def phase_of(call: Call, moment: datetime) -> Phase:
    """Half-open, see also Call.is_open_at(); an unpublished call is as if it were to come."""
    if call.opens_at is None or call.closes_at is None or moment < call.opens_at:
        return Phase.COMING
    return Phase.OPEN if moment < call.closes_at else Phase.CLOSED


def windows(calls: Iterable[Call], moment: datetime) -> dict[int, Window]:
    """By the call's key; one query for all of them, none when all are closed."""
    today = shanghai_day(moment)
    phases = {call.pk: phase_of(call, moment) for call in calls}
    ends = {call.pk: _end(call, phases[call.pk]) for call in calls}
    days = {key: shanghai_day(end) for key, end in ends.items() if end is not None}
    counts = working_days_until(today + timedelta(days=1), days.values())
    return {
        key: Window(phase, (days[key] - today).days, *counts[days[key]]) if key in days else Window(phase)
        for key, phase in phases.items()
    }


def window(call: Call, moment: datetime) -> Window:
    return windows([call], moment)[call.pk]


def _end(call: Call, phase: Phase) -> datetime | None:
    return {Phase.COMING: call.opens_at, Phase.OPEN: call.closes_at, Phase.CLOSED: None}[phase]
