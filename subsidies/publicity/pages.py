"""What the public pages of notices show: whatever was published, at its address for good."""

from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.calendar import one_calendar, shanghai_today, working_days_between
from common.components import Crumb
from common.countdown import working_days_left
from common.models.names import in_reader_language
from subsidies.enums import SINCE_APPROVAL, NoticeState
from subsidies.models import Application, PublicNotice
from subsidies.publicity.lists import Line, lines_of
from subsidies.publicity.reading import entries_of

MOST_SHOWN = 300


class Phase(StrEnum):
    RUNNING = "running"
    ENDED = "ended"  # its days are over, an objection is still being handled
    CONCLUDED = "concluded"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        return {
            Phase.RUNNING: _("In public notice"),
            Phase.ENDED: _("Days over, objections being handled"),
            Phase.CONCLUDED: _("Over, final list"),
            Phase.REPLACED: _("Replaced by a new notice"),
        }[self]


class Card(NamedTuple):
    notice: PublicNotice
    phase: Phase
    countdown: str


def published_notices() -> QuerySet[PublicNotice]:
    rows: QuerySet[PublicNotice] = PublicNotice.objects.on_public_site().select_related("call")
    return rows


def notice_cards() -> list[Card]:
    """Newest first; one query, and one of the calendar."""
    today = shanghai_today()
    rows = published_notices().order_by("-published_at", "-pk").defer("listed", "final")[:MOST_SHOWN]
    with one_calendar():
        return [Card(row, phase_of(row, today), countdown(row, today)) for row in rows]


def phase_of(notice: PublicNotice, today: date) -> Phase:
    if notice.state == NoticeState.PUBLISHED:
        return Phase.RUNNING if today <= last_day(notice) else Phase.ENDED
    return Phase.CONCLUDED if notice.state == NoticeState.CONCLUDED else Phase.REPLACED


def countdown(notice: PublicNotice, today: date) -> str:
    """In days of the notice's own unit, today among them where it is one; empty when it does not run."""
    if phase_of(notice, today) != Phase.RUNNING:
        return ""
    last = last_day(notice)
    if today == last:
        return _("Today is the last day")
    if notice.period.get("unit") == "calendar_day":
        days = (last - today).days + 1
        return ngettext("%(days)d day left, today included", "%(days)d days left, today included", days) % {
            "days": days
        }
    return working_days_left(today, last)


def last_day(notice: PublicNotice) -> date:
    assert notice.ends_on is not None, "published"
    return notice.ends_on


def card_of(application: Application) -> Card | None:
    """The latest notice that an approved application has stood in; one query, none before the approval."""
    if application.state not in SINCE_APPROVAL:
        return None
    entry = application.notice_entries.filter(notice__in=PublicNotice.objects.on_public_site())
    last = entry.select_related("notice").order_by("-notice__published_at").first()
    if last is None:
        return None
    today = shanghai_today()
    return Card(last.notice, phase_of(last.notice, today), countdown(last.notice, today))


def title_of(notice: PublicNotice) -> str:
    return in_reader_language(notice.title_zh, notice.title_en)


class Words(NamedTuple):
    """A line of the list in the reader's language."""

    line: Line
    firm: str
    base: str
    place: str

    @classmethod
    def of(cls, line: Line) -> "Words":
        row = line.row
        named = (in_reader_language(row[f"{name}_zh"], row[f"{name}_en"]) for name in ("firm", "base", "place"))
        return cls(line, *named)


def notice_page(notice: PublicNotice) -> dict[str, Any]:
    """The context of the page; four queries beyond the notice."""
    today = shanghai_today()
    lines = [Words.of(line) for line in lines_of(notice, entries_of(notice))]
    phase = phase_of(notice, today)
    return {
        "notice": notice,
        "title": title_of(notice),
        "phase": phase,
        "countdown": countdown(notice, today),
        **_length(notice),
        "lines": lines,
        "has_removed": any(words.line.is_removed for words in lines),
        "successor": published_notices().filter(replaces=notice).first(),
        "takes_objections": phase == Phase.RUNNING,
        "crumbs": [Crumb(_("Public notices"), reverse("subsidies:notice_list")), Crumb(title_of(notice))],
        "json_ld": notice_json_ld(notice, lines),
    }


def _length(notice: PublicNotice) -> dict[str, int]:
    """How many working days it runs over, and how many days off do not count; nothing of one in calendar days."""
    first, last = notice.starts_on, notice.ends_on
    if notice.period.get("unit") == "calendar_day" or first is None or last is None:
        return {}
    counted = working_days_between(first, last).days
    return {"days_counted": counted, "days_off": (last - first).days + 1 - counted}


def notice_json_ld(notice: PublicNotice, lines: list[Words]) -> dict[str, Any]:
    address = settings.SITE_URL + notice.get_absolute_url()
    funder = {"@type": "GovernmentOrganization", "name": _("Chenzhou Municipal Science and Technology Bureau")}
    grants = [
        {
            "@type": "ListItem",
            "position": words.line.row["position"],
            "item": {
                "@type": "MonetaryGrant",
                "name": words.line.row["project"],
                "identifier": words.line.row["number"],
                "funder": funder,
                "fundedItem": {"@type": "Organization", "name": words.firm},
                "amount": {
                    "@type": "MonetaryAmount",
                    "currency": "CNY",
                    "value": words.line.row["amount_yuan"],
                },
            },
        }
        for words in lines
        if not words.line.is_removed
    ]
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": title_of(notice),
        "datePublished": notice.published_at.isoformat() if notice.published_at else None,
        "expires": last_day(notice).isoformat(),
        "publisher": funder,
        "mainEntity": {"@type": "ItemList", "numberOfItems": len(grants), "itemListElement": grants},
    }
