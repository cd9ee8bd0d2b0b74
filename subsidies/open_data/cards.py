"""An award as lists show it: one line of the city's ledger, in public words."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from bases.enums import ON_PUBLIC_SITE
from common.models.names import in_reader_language
from common.templatetags.chenzhou import shanghai_date, yuan
from subsidies.enums import Standing

# The columns that a card is made of.
COLUMNS = (
    *("id", "project_name", "amount_yuan", "awarded_on", "document_number", "revoked_on"),
    *("paid_yuan", "paid_on", "recovered_yuan", "standing", "is_demo"),
    *("organisation__name_zh", "organisation__name_en", "scheme__slug", "scheme__name_zh", "scheme__name_en"),
    *("project__is_public", "project__slug", "project__name_zh", "project__name_en"),
    *("project__base__state", "project__base__slug", "project__base__name_zh", "project__base__name_en"),
)
BADGES = {
    Standing.AWARDED: "",
    Standing.PART_PAID: "badge-open",
    Standing.PAID: "badge-open",
    Standing.RECOVERED: "badge-amber",
    Standing.REVOKED: "badge-overdue",
}

Row = dict[str, Any]


class Link(NamedTuple):
    name: str
    href: str


class AwardCard(NamedTuple):
    href: str
    project_name: str
    firm: str
    scheme: str
    base: Link | None
    amount: str
    awarded_on: Any
    document_number: str
    standing: str
    standing_label: str
    badge: str
    money: str  # what became of it, one sentence
    is_demo: bool


def award_cards(rows: Iterable[Row]) -> list[AwardCard]:
    return [award_card(row) for row in rows]


def award_card(row: Row) -> AwardCard:
    standing = Standing(row["standing"])
    return AwardCard(
        href=reverse("subsidies:award_detail", args=[row["id"]]),
        project_name=row["project_name"],
        firm=_name(row, "organisation"),
        scheme=_name(row, "scheme"),
        base=base_link(row),
        amount=yuan(row["amount_yuan"]),
        awarded_on=row["awarded_on"],
        document_number=row["document_number"],
        standing=standing.value,
        standing_label=str(standing.label),
        badge=BADGES[standing],
        money=money_words(row),
        is_demo=row["is_demo"],
    )


def project_link(row: Row) -> Link | None:
    if not row["project__is_public"]:
        return None
    return Link(_name(row, "project"), reverse("projects:project_detail", args=[row["project__slug"]]))


def base_link(row: Row) -> Link | None:
    if not row["project__is_public"] or row["project__base__state"] not in ON_PUBLIC_SITE:
        return None
    return Link(_name(row, "project__base"), reverse("bases:base_detail", args=[row["project__base__slug"]]))


def money_words(row: Row) -> str:
    """One sentence for each standing; nothing is said of payments that are not recorded here."""
    paid = {"day": shanghai_date(row["paid_on"]), "amount": yuan(row["paid_yuan"])}
    match row["standing"]:
        case Standing.REVOKED:
            return _("Revoked on %(day)s") % {"day": shanghai_date(row["revoked_on"])}
        case Standing.RECOVERED:
            back = {"back": yuan(row["recovered_yuan"])}
            return _("Paid on %(day)s; %(back)s of it came back to the city") % (paid | back)
        case Standing.PAID:
            return _("Paid on %(day)s") % paid
        case Standing.PART_PAID:
            return _("%(amount)s paid, last on %(day)s") % paid
    return _("No payment is recorded here yet")


def _name(row: Row, prefix: str) -> str:
    return in_reader_language(row[f"{prefix}__name_zh"] or "", row[f"{prefix}__name_en"] or "")
