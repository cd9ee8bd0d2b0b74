"""News of calls as Atom and RSS, newest first."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _

from common.models.names import in_reader_language
from common.templatetags.chenzhou import shanghai_date, wan_yuan
from subsidies.call_pages import published_calls
from subsidies.models import Call

MOST = 30


class CallFeed(Feed):
    """Addresses are those of SITE_URL: a feed obeys no Host header."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    route = "subsidies:call_feed_rss"

    def title(self) -> str:
        return _("Calls for applications · Chenzhou Pilot")

    def description(self) -> str:
        return _("Calls of Chenzhou for subsidies of pilot tests, when they open and when they close.")

    def link(self) -> str:
        return settings.SITE_URL + reverse("subsidies:call_list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse(self.route)

    def items(self) -> list[Call]:
        return list(published_calls().filter(is_demo=False).order_by("-published_at")[:MOST])

    def item_title(self, item: Any) -> str:
        return item.name

    def item_description(self, item: Any) -> str:
        facts = {"opens": shanghai_date(item.opens_at), "closes": shanghai_date(item.closes_at)}
        words = _("Open from %(opens)s to %(closes)s.") % facts
        money = wan_yuan(item.amount_yuan or item.cap_yuan)
        notice = in_reader_language(item.notice_zh, item.notice_en)
        return "\n".join(filter(None, [f"{words} {money}".strip(), notice]))

    def item_link(self, item: Any) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Any) -> str:
        return f"{settings.SITE_URL}/calls/{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Any) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Any) -> datetime:
        return item.updated_at


class CallAtomFeed(CallFeed):
    feed_type = Atom1Feed
    route = "subsidies:call_feed_atom"

    def subtitle(self) -> str:
        return self.description()


def rss(request: HttpRequest) -> HttpResponse:
    return CallFeed()(request)


def atom(request: HttpRequest) -> HttpResponse:
    return CallAtomFeed()(request)
