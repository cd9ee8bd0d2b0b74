"""The days of a public notice, as its call sets them; domain.md §3.2."""

import dataclasses
from datetime import date
from typing import Any, NamedTuple

from subsidies.clocks import period_end
from subsidies.content import CallContent, Period, empty_content
from subsidies.models import Call, PublicNotice


class Days(NamedTuple):
    """`is_provisional`: they run into a year whose calendar is not published yet."""

    period: Period
    starts_on: date
    ends_on: date
    is_provisional: bool

    def as_json(self) -> dict[str, Any]:
        return {**dataclasses.asdict(self.period), "is_provisional": self.is_provisional}


def days_from(call: Call, first: date) -> Days:
    """From the day of publication on, which is day one where it is a working day and the call counts it."""
    return _counted(content_of(call).period("notice"), first)


def days_anew(notice: PublicNotice) -> Days:
    """Those of a published notice by the calendar as it is known now."""
    assert notice.starts_on is not None, "published"
    return _counted(Period.of(notice.period), notice.starts_on)


def term_of_answer(call: Call, received_on: date) -> date:
    """The last day to answer an objection."""
    return period_end(content_of(call).period("objection"), received_on).on


def content_of(call: Call) -> CallContent:
    version = call.current_version()
    return version.parsed if version else CallContent.from_json(empty_content())


def _counted(period: Period, first: date) -> Days:
    end = period_end(period, first)
    return Days(period, first, end.on, end.is_provisional)
