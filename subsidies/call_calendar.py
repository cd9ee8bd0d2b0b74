"""The days of calls as iCalendar (RFC 5545), for the calendars that people keep."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from subsidies.models import Call

REFRESHED_EVERY = timedelta(hours=12)


class Day(NamedTuple):
    name: str  # stands in the UID and never changes
    at: datetime
    words: str


def calendar_of(calls: Iterable[Call], name: str) -> bytes:
    """The same bytes for the same calls."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chenzhou Pilot//Calls//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for call in calls:
        for day in days_of(call):
            calendar.add_component(_event(call, day))
    return calendar.to_ical()


def days_of(call: Call) -> list[Day]:
    told = (
        ("opens", call.opens_at, _("%s opens")),
        ("closes", call.closes_at, _("%s closes: last moment to submit")),
        ("recommend-closes", call.recommend_closes_at, _("%s: recommending units' deadline")),
    )
    return [Day(name, moment, words % call.name) for name, moment, words in told if moment]


def _event(call: Call, day: Day) -> Event:
    event = Event()
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    event.add("uid", f"call-{call.pk}-{day.name}@{host}")
    event.add("dtstamp", call.updated_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", call.version)
    event.add("dtstart", day.at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", day.words)
    event.add("url", settings.SITE_URL + call.get_absolute_url())
    event.add("transp", "TRANSPARENT")
    return event
