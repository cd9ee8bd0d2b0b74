"""News of awards for feeds and letters."""

from datetime import datetime, time

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.calendar import SHANGHAI
from common.feeds import MOST, Entry, News
from subsidies.open_data.awards import public_awards
from subsidies.open_data.cards import COLUMNS, AwardCard, award_cards


def news() -> list[Entry]:
    """One query."""
    return entries_of(public_awards().real().order_by("-awarded_on", "-id")[:MOST])


def entries_of(awards: QuerySet) -> list[Entry]:
    return [_entry(card) for card in award_cards(awards.values(*COLUMNS))]


def _entry(card: AwardCard) -> Entry:
    address = settings.SITE_URL + card.href
    title = _("%(firm)s: %(project)s") % {"firm": card.firm, "project": card.project_name}
    told = [f"{card.scheme} {card.amount}", card.document_number, f"{card.standing_label} · {card.money}"]
    at = datetime.combine(card.awarded_on, time(0), SHANGHAI)
    return Entry(address, title, _("; ").join(filter(None, told)), address, at)


NEWS = News(
    title=gettext_lazy("Awards · Chenzhou Pilot"),
    description=gettext_lazy(
        "Support that the city of Chenzhou gave to pilot projects, as the award documents name it."
    ),
    page="subsidies:award_list",
    feed="subsidies:award_feed",
    entries=news,
)
