"""News of calls for feeds and letters."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.feeds import MOST, Entry, News
from common.models.names import in_reader_language
from common.templatetags.chenzhou import shanghai_date, wan_yuan
from subsidies.call_pages import published_calls
from subsidies.models import Call


def news() -> list[Entry]:
    rows = published_calls().filter(is_demo=False).order_by("-published_at")[:MOST]
    return [entry_of(call) for call in rows]


def entry_of(call: Call) -> Entry:
    """Of a published one; the first line of its text is what matters most."""
    assert call.published_at is not None, "published"
    return Entry(
        key=f"{settings.SITE_URL}/calls/{call.pk}",
        title=call.name,
        text=_text(call),
        address=settings.SITE_URL + call.get_absolute_url(),
        at=call.published_at,
        changed_at=call.updated_at,
    )


def _text(call: Call) -> str:
    facts = {"opens": shanghai_date(call.opens_at), "closes": shanghai_date(call.closes_at)}
    words = _("Open from %(opens)s to %(closes)s.") % facts
    money = wan_yuan(call.amount_yuan or call.cap_yuan)
    notice = in_reader_language(call.notice_zh, call.notice_en)
    return "\n".join(filter(None, [f"{words} {money}".strip(), notice]))


NEWS = News(
    title=gettext_lazy("Calls for applications · Chenzhou Pilot"),
    description=gettext_lazy("Calls of Chenzhou for subsidies of pilot tests, when they open and when they close."),
    page="subsidies:call_list",
    feed="subsidies:call_feed",
    entries=news,
)
