"""What is new on the site as RSS, Atom and JSON Feed, each from the same entries; newest first.

Addresses are those of SITE_URL: a feed obeys no Host header.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.functional import Promise
from django.utils.translation import get_language

from common.api import to_json
from common.templatetags.components import html_language

MOST = 30  # entries of a feed


class Entry(NamedTuple):
    """In the active language."""

    key: str  # stays when the address changes
    title: str
    text: str
    address: str
    at: datetime
    changed_at: datetime | None = None


@dataclass(frozen=True)
class News:
    """`page` is the name of the page it is about; the names of its feeds are `feed` with _rss, _atom and _json."""

    title: Promise
    description: Promise
    page: str
    feed: str
    entries: Callable[[], list[Entry]]

    def rss(self, request: HttpRequest) -> HttpResponse:
        return _Syndicated(self, Rss201rev2Feed, "rss")(request)

    def atom(self, request: HttpRequest) -> HttpResponse:
        return _Syndicated(self, Atom1Feed, "atom")(request)

    def json(self, request: HttpRequest) -> HttpResponse:
        """JSON Feed 1.1."""
        told = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": str(self.title),
            "description": str(self.description),
            "home_page_url": settings.SITE_URL + reverse(self.page),
            "feed_url": self.address("json"),
            "language": html_language(get_language()),
            "items": [_as_json(entry) for entry in self.entries()],
        }
        return HttpResponse(to_json(told), content_type="application/feed+json; charset=utf-8")

    def address(self, kind: str) -> str:
        return settings.SITE_URL + reverse(f"{self.feed}_{kind}")


def _as_json(entry: Entry) -> dict[str, str]:
    return {
        "id": entry.key,
        "url": entry.address,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": entry.at.isoformat(),
    }


class _Syndicated(Feed):
    item_guid_is_permalink = False

    def __init__(self, news: News, feed_type: type[SyndicationFeed], kind: str) -> None:
        self.news, self.feed_type, self.kind = news, feed_type, kind

    def title(self) -> str:
        return str(self.news.title)

    def description(self) -> str:
        return str(self.news.description)

    subtitle = description  # as Atom calls it

    def link(self) -> str:
        return settings.SITE_URL + reverse(self.news.page)

    def feed_url(self) -> str:
        return self.news.address(self.kind)

    def items(self) -> list[Entry]:
        return self.news.entries()

    def item_title(self, item: Entry) -> str:
        return item.title

    def item_description(self, item: Entry) -> str:
        return item.text

    def item_link(self, item: Entry) -> str:
        return item.address

    def item_guid(self, item: Entry) -> str:
        return item.key

    def item_pubdate(self, item: Entry) -> datetime:
        return item.at

    def item_updateddate(self, item: Entry) -> datetime:
        return item.changed_at or item.at
