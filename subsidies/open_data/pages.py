"""The page of one award: the thread from the base over the project and the money to what came of it."""

from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.components import Crumb
from common.models.names import in_reader_language
from common.qr import qr_data_uri
from common.references import known
from common.templatetags.chenzhou import shanghai_date
from projects.enums import Withholdable
from projects.models import Project
from subsidies.open_data.awards import public_awards
from subsidies.open_data.cards import COLUMNS, Link, award_card, base_link, project_link


class Stop(NamedTuple):
    """One stop of the thread; without a link where the registry has no public record."""

    label: str
    name: str
    href: str = ""
    note: str = ""


def award_page(pk: int) -> dict[str, Any] | None:
    """The context, or None where nothing is public. Three queries."""
    row = public_awards().filter(pk=pk).values(*COLUMNS, "project_id").first()
    if row is None:
        return None
    card = award_card(row)
    link = project_link(row)
    project = _project(row["project_id"]) if link else None
    address = settings.SITE_URL + card.href
    return {
        "card": card,
        "row": row,
        "thread": _thread(card, row, link, project),
        "crumbs": [Crumb(_("Awards"), reverse("subsidies:award_list")), Crumb(card.project_name)],
        "address": address,
        "qr": qr_data_uri(address),
        "json_ld": award_json_ld(row, address),
    }


def _project(pk: int) -> Project:
    return Project.objects.prefetch_related("outcomes").get(pk=pk)


def _thread(card: Any, row: dict[str, Any], link: Link | None, project: Project | None) -> list[Stop]:
    base = base_link(row)
    if base:
        first = Stop(_("Base"), base.name, base.href)
    elif project and project.is_own_pilot:
        first = Stop(_("Base"), _("None: run by the enterprise itself"))
    else:
        first = Stop(_("Base"), _("None in the registry"))
    label = pgettext("of an award", "Project")
    second = Stop(label, link.name, link.href) if link else Stop(label, card.project_name)
    money = Stop(_("Money"), card.amount, "", card.money)
    return [first, second, money, _outcome(project)]


def _outcome(project: Project | None) -> Stop:
    if project is None:
        return Stop(_("Outcome"), _("Not yet published"))
    reached = str(project.get_stage_display()) if project.stage else _("Stage not yet published")
    day = shanghai_date(project.stage_on, project.stage_precision) if project.stage_on else ""
    told = [] if project.withholds(Withholdable.OUTCOMES) else list(project.outcomes.all())
    results = [in_reader_language(outcome.text_zh, outcome.text_en) for outcome in told]
    return Stop(_("Outcome"), reached, "", _("; ").join(filter(None, [day, *results])))


def award_json_ld(row: dict[str, Any], address: str) -> dict[str, Any]:
    """schema.org; the names in Chinese, as the document has them."""
    told = known(
        {
            "@context": "https://schema.org",
            "@type": "MonetaryGrant",
            "@id": address,
            "url": address,
            "identifier": row["document_number"],
            "name": row["project_name"],
            "amount": {"@type": "MonetaryAmount", "currency": "CNY", "value": str(row["amount_yuan"])},
            "funder": {"@type": "GovernmentOrganization", "name": "郴州市科学技术局"},
            "fundedItem": {
                "@type": "Project",
                "name": row["project_name"],
                "member": {"@type": "Organization", "name": row["organisation__name_zh"]},
            },
            "description": row["scheme__name_zh"],
        }
    )
    return {name: value for name, value in told.items() if value is not None}


def awards_beside(awards: Any, most: int) -> tuple[list[Any], bool]:
    """The newest of a base or a project as cards, and whether there are more. One query."""
    rows = list(awards.order_by("-awarded_on", "-id").values(*COLUMNS)[: most + 1])
    return [award_card(row) for row in rows[:most]], len(rows) > most
