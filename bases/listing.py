"""The public list of bases: the filters that are set, the order, and what stands around a page of it."""

from typing import Any, NamedTuple

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bases.cards import COLUMNS
from bases.facets import Facets, facets, kinds_at_places
from bases.filters import BaseFilter
from bases.map import result_tiles
from bases.models import Base
from bases.pages import address_with, filter_groups, kept_around
from bases.references import with_industry_keys
from common.compiled_lists import Asked, CompiledList, compiled_page, place_beside
from common.components import Tile
from common.keyset import KeysetPage

ORDERS = {"code": ("code",), "name": ("name_pinyin", "id"), "updated": ("-updated_at", "-id")}
ORDER_LABELS = {"code": _("Code"), "name": _("Name"), "updated": _("Latest change")}
CARDS, TABLE, MAP = "", "table", "map"
VIEW_LABELS = {CARDS: _("As cards"), TABLE: _("As a table"), MAP: _("On the map")}
PLACES = ("division", "park")
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


def frame(parameters: QueryDict, version: str, filters: dict[str, Any], sort: str) -> Frame:
    """By cleaned filters."""
    return kept_around("bases", version, parameters, lambda: _frame(parameters, facets(filters, version), sort))


def _frame(parameters: QueryDict, counted: Facets, sort: str) -> Frame:
    chosen = chosen_filters(parameters)
    panel = {
        "chosen": chosen,
        "groups": filter_groups(parameters, BaseFilter, counted.choices, chosen),
    }
    head = {
        "total": counted.total,
        "orders": [_order(parameters, name, label, sort) for name, label in ORDER_LABELS.items()],
        "views": [_view(parameters, name, label) for name, label in VIEW_LABELS.items()],
    }
    return Frame(
        render_to_string("bases/includes/list_panel.html", panel),
        render_to_string("bases/includes/list_head.html", head),
    )


def view_of(parameters: QueryDict) -> str:
    """How the list is shown; what is unknown is shown as cards."""
    asked = parameters.get("view", "")
    return asked if asked in VIEW_LABELS else CARDS


def tiles_of(parameters: QueryDict, version: str, filters: dict[str, Any]) -> list[Tile]:
    """The map of what is found, by cleaned filters; choosing a place keeps the search and the other filters."""

    def address(field: str, key: str) -> str:
        return address_with(parameters, **{**dict.fromkeys(PLACES), field: key, "view": None})

    return result_tiles(kinds_at_places(filters, version), address, filters)


def _view(parameters: QueryDict, name: str, label: Promise) -> tuple[Promise, str, bool]:
    return label, address_with(parameters, view=name or None), name == view_of(parameters)


def _order(parameters: QueryDict, name: str, label: Promise, sort: str) -> tuple[Promise, str, bool]:
    return label, address_with(parameters, sort=name), name == sort
