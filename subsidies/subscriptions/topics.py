"""The news of each topic: what the feeds of the public site show, by the moment at which it became public."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from bases import feeds as base_feeds
from subsidies.call_feeds import CallFeed
from subsidies.call_pages import published_calls
from subsidies.enums import Topic
from subsidies.models import AwardDocument
from subsidies.open_data import feeds as award_feeds
from subsidies.open_data.awards import public_awards
from subsidies.open_data.cards import COLUMNS, award_cards
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


class News(NamedTuple):
    """In the active language; `address` is on SITE_URL and never on a Host header."""

    title: str
    text: str
    address: str


def news_of(topic: Topic, window: Window) -> list[News]:
    """Oldest first; one query, of bases four."""
    return NEWS[topic](window)[:MOST_TOLD]


def moments_of(topics: Collection[Topic], window: Window) -> dict[Topic, list[datetime]]:
    """When something of a topic became public; one query for each."""
    return {topic: MOMENTS[topic](window) for topic in topics}


def page_of(topic: Topic) -> str:
    return settings.SITE_URL + reverse(PAGES[topic])


# ---------------------------------------------------------------- bases
def _bases(window: Window) -> list[News]:
    return [News(each.title, each.more or each.what, each.address) for each in reversed(_changes(window))]


def _base_moments(window: Window) -> list[datetime]:
    return [each.at for each in _changes(window)]


def _changes(window: Window) -> list[base_feeds.Change]:
    return base_feeds.changes(window.within("happened_at"))


# ---------------------------------------------------------------- calls
def _calls(window: Window) -> list[News]:
    feed = CallFeed()
    rows = _real_calls(window).order_by("published_at", "pk")
    return [News(feed.item_title(row), _first_line(feed.item_description(row)), feed.item_link(row)) for row in rows]


def _call_moments(window: Window) -> list[datetime]:
    return list(_real_calls(window).values_list("published_at", flat=True))


def _real_calls(window: Window):  # type: ignore[no-untyped-def]
    return published_calls().filter(window.within("published_at"), is_demo=False)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


# ---------------------------------------------------------------- public notices
def _notices(window: Window) -> list[News]:
    return [News(each.title, each.text, each.address) for each in _notice_news(window)]


def _notice_moments(window: Window) -> list[datetime]:
    return [each.at for each in _notice_news(window)]


def _notice_news(window: Window) -> list[notice_feeds.News]:
    rows = published_notices().filter(window.within("published_at") | window.within("concluded_at"))
    both = [(row, moment) for row in rows.filter(call__is_demo=False) for moment in ("published_at", "concluded_at")]
    news = [
        notice_feeds.News(row, getattr(row, moment), moment == "concluded_at")
        for row, moment in both
        if window.has(getattr(row, moment))
    ]
    return sorted(news, key=lambda each: (each.at, each.notice.pk))


# ---------------------------------------------------------------- awards
def _awards(window: Window) -> list[News]:
    """Those under a document issued here: earlier ones, which are entered by hand, are no news."""
    rows = public_awards().real().filter(window.within("document__issued_at")).order_by("document__issued_at", "pk")
    cards = award_cards(rows.values(*COLUMNS))
    return [
        News(award_feeds.item_title(card), award_feeds.item_text(card), settings.SITE_URL + card.href) for card in cards
    ]


def _award_moments(window: Window) -> list[datetime]:
    awards = public_awards().real().values("document")
    rows = AwardDocument.objects.filter(window.within("issued_at"), pk__in=awards)
    return [moment for moment in rows.values_list("issued_at", flat=True) if moment]


NEWS: dict[Topic, Callable[[Window], list[News]]] = {
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
