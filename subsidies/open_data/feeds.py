"""News of awards as RSS and as JSON Feed, newest first; addresses are those of SITE_URL."""

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.api import to_json
from common.calendar import SHANGHAI
from common.templatetags.components import html_language
from subsidies.open_data.awards import public_awards
from subsidies.open_data.cards import COLUMNS, AwardCard, award_cards

MOST = 30


def newest() -> list[AwardCard]:
    """One query."""
    rows = public_awards().real().order_by("-awarded_on", "-id").values(*COLUMNS)
    return award_cards(rows[:MOST])


class AwardFeed(Feed):
    feed_type = Rss201rev2Feed

    def title(self) -> str:
        return _("Awards · Chenzhou Pilot")

    def description(self) -> str:
        return _("Support that the city of Chenzhou gave to pilot projects, as the award documents name it.")

    def link(self) -> str:
        return settings.SITE_URL + reverse("subsidies:award_list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("subsidies:award_feed_rss")

    def items(self) -> list[AwardCard]:
        return newest()

    def item_title(self, item: Any) -> str:
        return item_title(item)

    def item_description(self, item: Any) -> str:
        return item_text(item)

    def item_link(self, item: Any) -> str:
        return settings.SITE_URL + item.href

    def item_pubdate(self, item: Any) -> datetime:
        return _moment(item)


def item_title(card: AwardCard) -> str:
    return _("%(firm)s: %(project)s") % {"firm": card.firm, "project": card.project_name}


def item_text(card: AwardCard) -> str:
    told = [f"{card.scheme} {card.amount}", card.document_number, f"{card.standing_label} · {card.money}"]
    return _("; ").join(filter(None, told))


def _moment(card: AwardCard) -> datetime:
    return datetime.combine(card.awarded_on, time(0), SHANGHAI)


def rss(request: HttpRequest) -> HttpResponse:
    return AwardFeed()(request)


def json_feed(request: HttpRequest) -> HttpResponse:
    """JSON Feed 1.1."""
    feed = AwardFeed()
    items = [
        {
            "id": settings.SITE_URL + card.href,
            "url": settings.SITE_URL + card.href,
            "title": item_title(card),
            "content_text": item_text(card),
            "date_published": _moment(card).isoformat(),
        }
        for card in newest()
    ]
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title(),
        "description": feed.description(),
        "home_page_url": feed.link(),
        "feed_url": settings.SITE_URL + reverse("subsidies:award_feed_json"),
        "language": html_language(get_language()),
        "items": items,
    }
    return HttpResponse(to_json(told), content_type="application/feed+json; charset=utf-8")
