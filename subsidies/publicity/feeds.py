"""News of public notices as RSS and JSON Feed: one entry when a notice begins, one when its final list is there."""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.templatetags.chenzhou import shanghai_date
from subsidies.models import PublicNotice
from subsidies.publicity.pages import last_day, published_notices, title_of

MOST = 30
JSON_FEED = "https://jsonfeed.org/version/1.1"


class News(NamedTuple):
    """`key` is the same whatever the address."""

    notice: PublicNotice
    at: datetime
    is_final: bool

    @property
    def key(self) -> str:
        return f"{settings.SITE_URL}/notices/{self.notice.pk}{'/final' if self.is_final else ''}"

    @property
    def title(self) -> str:
        title = title_of(self.notice)
        return _("Final list: %(title)s") % {"title": title} if self.is_final else title

    @property
    def text(self) -> str:
        if self.is_final:
            return _("The public notice is over; the final list is published.")
        days = {
            "start": shanghai_date(self.notice.starts_on),
            "end": shanghai_date(last_day(self.notice)),
            "number": len(self.notice.listed.get("entries", [])),
        }
        return _("In public notice from %(start)s to %(end)s; projects in the list: %(number)d.") % days

    @property
    def address(self) -> str:
        return settings.SITE_URL + self.notice.get_absolute_url()


def news() -> list[News]:
    """Newest first; one query."""
    rows = published_notices().filter(call__is_demo=False).order_by("-published_at", "-pk")[:MOST]
    found = []
    for row in rows:
        assert row.published_at is not None, "published"
        found.append(News(row, row.published_at, False))
        if row.concluded_at:
            found.append(News(row, row.concluded_at, True))
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST]


class NoticeFeed(Feed):
    """Addresses are those of SITE_URL: a feed obeys no Host header."""

    item_guid_is_permalink = False

    def title(self) -> str:
        return _("Public notices · Chenzhou Pilot")

    def description(self) -> str:
        return _("Projects that Chenzhou proposes to support, before the public.")

    def link(self) -> str:
        return settings.SITE_URL + reverse("subsidies:notice_list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("subsidies:notice_feed_rss")

    def items(self) -> list[News]:
        return news()

    def item_title(self, item: Any) -> str:
        return item.title

    def item_description(self, item: Any) -> str:
        return item.text

    def item_link(self, item: Any) -> str:
        return item.address

    def item_guid(self, item: Any) -> str:
        return item.key

    def item_pubdate(self, item: Any) -> datetime:
        return item.at


def rss(request: HttpRequest) -> HttpResponse:
    return NoticeFeed()(request)


def json_feed(request: HttpRequest) -> HttpResponse:
    feed = NoticeFeed()
    told = {
        "version": JSON_FEED,
        "title": feed.title(),
        "description": feed.description(),
        "home_page_url": feed.link(),
        "feed_url": settings.SITE_URL + reverse("subsidies:notice_feed_json"),
        "items": [
            {
                "id": each.key,
                "url": each.address,
                "title": each.title,
                "content_text": each.text,
                "date_published": each.at.isoformat(),
            }
            for each in news()
        ],
    }
    return JsonResponse(told, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})
