"""The news of each topic: what the feeds of the public site show, by the moment at which it became public."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from bases import feeds as base_feeds
from common.feeds import Entry
from subsidies import call_feeds
from subsidies.call_pages import published_calls
from subsidies.enums import Topic
from subsidies.models import AwardDocument
from subsidies.open_data import feeds as award_feeds
from subsidies.open_data.awards import public_awards
from subsidies.publicity import feeds as notice_feeds
from subsidies.publicity.pages import published_notices

MOST_TOLD = 50  # of a topic in one letter; the page of the topic has the rest


class Window(NamedTuple):
    """After `since`, up to and with `until`."""

    since: datetime
    until: datetime

    def within(self, name: str) -> Q:
        return Q(**{f"{name}__gt": self.since, f"{name}__lte": self.until})

    def has(self, moment: datetime | None) -> bool:
        return moment is not None and self.since < moment <= self.until


def news_of(topic: Topic, window: Window) -> list[Entry]:
    """In the active language, oldest first; one query, of bases four."""
    return NEWS[topic](window)[:MOST_TOLD]


def moments_of(topics: Collection[Topic], window: Window) -> dict[Topic, list[datetime]]:
    """When something of a topic became public; one query for each."""
    return {topic: MOMENTS[topic](window) for topic in topics}


def page_of(topic: Topic) -> str:
    return settings.SITE_URL + reverse(PAGES[topic])


# ---------------------------------------------------------------- bases
def _bases(window: Window) -> list[Entry]:
    return list(reversed(base_feeds.changes(window.within("happened_at"))))


def _base_moments(window: Window) -> list[datetime]:
    return [each.at for each in _bases(window)]


# ---------------------------------------------------------------- calls
def _calls(window: Window) -> list[Entry]:
    entries = [call_feeds.entry_of(call) for call in _real_calls(window).order_by("published_at", "pk")]
    return [entry._replace(text=entry.text.partition("\n")[0]) for entry in entries]


def _call_moments(window: Window) -> list[datetime]:
    return list(_real_calls(window).values_list("published_at", flat=True))


def _real_calls(window: Window):  # type: ignore[no-untyped-def]
    return published_calls().filter(window.within("published_at"), is_demo=False)


# ---------------------------------------------------------------- public notices
def _notices(window: Window) -> list[Entry]:
    rows = published_notices().filter(window.within("published_at") | window.within("concluded_at"))
    real = rows.filter(call__is_demo=False).order_by("pk")
    entries = [entry for row in real for entry in notice_feeds.entries_of(row) if window.has(entry.at)]
    return sorted(entries, key=lambda each: each.at)


def _notice_moments(window: Window) -> list[datetime]:
    return [each.at for each in _notices(window)]


# ---------------------------------------------------------------- awards
def _awards(window: Window) -> list[Entry]:
    """Those under a document issued here: earlier ones, which are entered by hand, are no news."""
    rows = public_awards().real().filter(window.within("document__issued_at"))
    return award_feeds.entries_of(rows.order_by("document__issued_at", "pk"))


def _award_moments(window: Window) -> list[datetime]:
    awards = public_awards().real().values("document")
    rows = AwardDocument.objects.filter(window.within("issued_at"), pk__in=awards)
    return [moment for moment in rows.values_list("issued_at", flat=True) if moment]


NEWS: dict[Topic, Callable[[Window], list[Entry]]] = {
    Topic.BASES: _bases,
    Topic.CALLS: _calls,
    Topic.NOTICES: _notices,
    Topic.AWARDS: _awards,
}
MOMENTS: dict[Topic, Callable[[Window], list[datetime]]] = {
    Topic.BASES: _base_moments,
    Topic.CALLS: _call_moments,
    Topic.NOTICES: _notice_moments,
    Topic.AWARDS: _award_moments,
}
PAGES = {
    Topic.BASES: "bases:base_list",
    Topic.CALLS: "subsidies:call_list",
    Topic.NOTICES: "subsidies:notice_list",
    Topic.AWARDS: "subsidies:award_list",
}
