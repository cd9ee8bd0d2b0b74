"""The public list of bases: the filters that are set, the order, and what stands around a page of it."""

from typing import Any, NamedTuple

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bases.cards import COLUMNS
from bases.facets import facets
from bases.filters import BaseFilter
from bases.models import Base
from bases.pages import address_with, filter_groups, kept_around
from bases.references import with_industry_keys
from common.compiled_lists import Asked, CompiledList, compiled_page, place_beside
from common.keyset import KeysetPage

ORDERS = {"code": ("code",), "name": ("name_pinyin", "id"), "updated": ("-updated_at", "-id")}
ORDER_LABELS = {"code": _("Code"), "name": _("Name"), "updated": _("Latest change")}
PAGE_SIZE = 24
BASES = CompiledList(
    queryset=lambda: with_industry_keys(Base.objects.on_public_site()), filterset=BaseFilter, orders=ORDERS
)


class Frame(NamedTuple):
    """What stands around a page and is the same for every page of one list, as HTML."""

    panel: SafeString
    head: SafeString


def chosen_filters(parameters: QueryDict) -> dict[str, str]:
    given = {name: str(parameters.get(name, "")).strip() for name in BaseFilter.base_filters}
    return {name: value for name, value in given.items() if value}


def page_of(filters: dict[str, Any], *, sort: str = "code", cursor: str = "", size: int = PAGE_SIZE) -> KeysetPage:
    """Rows for bases.cards, by cleaned filters; raises InvalidCursor. One query."""
    return compiled_page(BASES, Asked(filters, sort, COLUMNS, size, *place_beside(BASES, sort, cursor)))


def frame(parameters: QueryDict, version: str, chosen: dict[str, str], sort: str) -> Frame:
    return kept_around("bases", version, parameters, lambda: _frame(parameters, chosen, sort))


def _frame(parameters: QueryDict, chosen: dict[str, str], sort: str) -> Frame:
    public = Base.objects.on_public_site()
    counted = facets(public, chosen)
    panel = {
        "chosen": chosen,
        "groups": filter_groups(parameters, BaseFilter, counted, chosen),
    }
    head = {
        "total": BaseFilter(chosen, public).qs.count(),
        "orders": [_order(parameters, name, label, sort) for name, label in ORDER_LABELS.items()],
        "as_table": parameters.get("view") == "table",
        "as_cards_href": address_with(parameters, view=None),
        "as_table_href": address_with(parameters, view="table"),
    }
    return Frame(
        render_to_string("bases/includes/list_panel.html", panel),
        render_to_string("bases/includes/list_head.html", head),
    )


def _order(parameters: QueryDict, name: str, label: Promise, sort: str) -> tuple[Promise, str, bool]:
    return label, address_with(parameters, sort=name), name == sort
