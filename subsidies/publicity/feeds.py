"""News of public notices for feeds and letters: one entry when a notice begins, one when its final list is there."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.feeds import MOST, Entry, News
from common.templatetags.chenzhou import shanghai_date
from subsidies.models import PublicNotice
from subsidies.publicity.pages import last_day, published_notices, title_of


def news() -> list[Entry]:
    """Newest first; one query."""
    rows = published_notices().filter(call__is_demo=False).order_by("-published_at", "-pk")[:MOST]
    found = [entry for row in rows for entry in entries_of(row)]
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST]


def entries_of(notice: PublicNotice) -> list[Entry]:
    """Of a published one."""
    assert notice.published_at is not None, "published"
    begun = _entry(notice, notice.published_at, "", title_of(notice), _days(notice))
    if not notice.concluded_at:
        return [begun]
    title = _("Final list: %(title)s") % {"title": title_of(notice)}
    text = _("The public notice is over; the final list is published.")
    return [begun, _entry(notice, notice.concluded_at, "/final", title, text)]


def _entry(notice: PublicNotice, at: datetime, part: str, title: str, text: str) -> Entry:
    key = f"{settings.SITE_URL}/notices/{notice.pk}{part}"
    return Entry(key, title, text, settings.SITE_URL + notice.get_absolute_url(), at)


def _days(notice: PublicNotice) -> str:
    days = {
        "start": shanghai_date(notice.starts_on),
        "end": shanghai_date(last_day(notice)),
        "number": len(notice.listed.get("entries", [])),
    }
    return _("In public notice from %(start)s to %(end)s; projects in the list: %(number)d.") % days


NEWS = News(
    title=gettext_lazy("Public notices · Chenzhou Pilot"),
    description=gettext_lazy("Projects that Chenzhou proposes to support, before the public."),
    page="subsidies:notice_list",
    feed="subsidies:notice_feed",
    entries=news,
)
