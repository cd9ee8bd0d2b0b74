"""The public list of bases: the filters that are set, the order, and what stands around a page of it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from bases.cards import COLUMNS, with_columns
from bases.facets import Facets, facets, kinds_at_places
from bases.filters import BaseFilter
from bases.map import result_tiles
from bases.models import Base
from bases.pages import address_with, filter_groups, kept_around
from common import versions
from common.compiled_lists import Asked, CompiledList, compiled_page, place_beside
from common.components import Tile
from common.filters import no_such
from common.keyset import KeysetPage
from common.list_fragments import drawn_groups
from common.row_forms import drawn

ORDERS = {"code": ("code",), "name": ("name_pinyin", "id"), "updated": ("-updated_at", "-id")}
ORDER_LABELS = {"code": _("Code"), "name": _("Name"), "updated": _("Latest change")}
CARDS, TABLE, MAP = "", "table", "map"
VIEW_LABELS = {CARDS: _("As cards"), TABLE: _("As a table"), MAP: _("On the map")}
LABELS: Mapping[str, Mapping[str, Promise]] = {"sort": ORDER_LABELS, "view": VIEW_LABELS}
TITLES = {"sort": _("Order of the list"), "view": _("Form of the list")}
PLACES = ("division", "park")
PAGE_SIZE = 24
BASES = CompiledList(queryset=lambda: with_columns(Base.objects.on_public_site()), filterset=BaseFilter, orders=ORDERS)


class Frame(NamedTuple):
    """What stands around the rows and is the same for every page of one list, drawn."""

    total: str
    groups: SafeString
    orders: SafeString
    views: SafeString


class Offer(NamedTuple):
    """Another order or view of the list; the present one has no address."""

    label: str
    href: str
    is_first: bool


def chosen_filters(parameters: QueryDict) -> dict[str, str]:
    given = {name: str(parameters.get(name, "")).strip() for name in BaseFilter.base_filters}
    return {name: value for name, value in given.items() if value}


def page_of(filters: dict[str, Any], *, sort: str = "code", cursor: str = "", size: int = PAGE_SIZE) -> KeysetPage:
    """Rows for bases.cards, by cleaned filters; ValidationError for a wrong cursor or unknown code. One query."""
    return compiled_page(BASES, Asked(filters, sort, COLUMNS, size, *place_beside(BASES, sort, cursor)))


def frame(parameters: QueryDict, version: str, filters: dict[str, Any], sort: str) -> Frame:
    """By cleaned filters. Without a word that is searched it is the same until a count or a name changes."""
    followed = version if "q" in filters else versions.followed_of(version)
    return kept_around("bases", followed, parameters, lambda: _frame(parameters, facets(filters, version), sort))


def _frame(parameters: QueryDict, counted: Facets, sort: str) -> Frame:
    groups = filter_groups(parameters, BaseFilter, counted.choices, chosen_filters(parameters))
    return Frame(
        ngettext("%(number)s base", "%(number)s bases", counted.total) % {"number": counted.total},
        drawn_groups(groups),
        _offers(parameters, "sort", sort),
        _offers(parameters, "view", view_of(parameters)),
    )


def _offers(parameters: QueryDict, name: str, present: str) -> SafeString:
    offers = [
        Offer(label, "" if value == present else address_with(parameters, **{name: value}), is_first=number == 0)
        for number, (value, label) in enumerate(_labels(name, get_language()))
    ]
    return drawn("bases/includes/list_offer.html", offers)


@lru_cache(maxsize=8)
def _labels(name: str, language: str | None) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in LABELS[name].items()]


def unknown_words(parameters: QueryDict) -> dict[str, list[str]]:
    """Refusals of an order or a form that this list does not have."""
    given = {name: str(parameters.get(name, "")) for name in LABELS}
    return {name: [no_such(TITLES[name], value)] for name, value in given.items() if value not in {"", *LABELS[name]}}


def sort_of(parameters: QueryDict) -> str:
    """In which order the list is; see unknown_words()."""
    return str(parameters.get("sort") or "code")


def view_of(parameters: QueryDict) -> str:
    """How the list is shown; see unknown_words()."""
    return str(parameters.get("view") or CARDS)


def tiles_of(parameters: QueryDict, version: str, filters: dict[str, Any]) -> list[Tile]:
    """The map of what is found, by cleaned filters; choosing a place keeps the search and the other filters."""

    def address(field: str, key: str) -> str:
        return address_with(parameters, **{**dict.fromkeys(PLACES), field: key, "view": None})

    return result_tiles(kinds_at_places(filters, version), address, filters)
