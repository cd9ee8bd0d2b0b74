"""The public list of bases as a page: every field of its template, drawn."""

from typing import Any, NamedTuple

from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString

from bases.cards import cards
from bases.listing import CARDS, MAP, TABLE, chosen_filters, frame, page_of, sort_of, tiles_of, view_of
from bases.pages import address_with, pager_of
from common.compiled_lists import version_of
from common.keyset import KeysetPage
from common.list_fragments import drawn_map, drawn_pager, drawn_printed_line
from common.row_forms import drawn

NOTHING = SafeString()


class Kept(NamedTuple):
    """A parameter that a new search keeps."""

    name: str
    value: str


class ListPage(NamedTuple):
    """Of cards, rows and map the one that is asked for; all three are empty where nothing is found."""

    q: str
    is_narrowed: bool
    kept: SafeString
    total: str
    groups: SafeString
    orders: SafeString
    views: SafeString
    cards: SafeString
    rows: SafeString
    map: SafeString
    is_found: bool
    is_past_end: bool
    pager: SafeString
    first_page_href: str
    map_href: str
    printed_line: SafeString


def list_page(request: HttpRequest, filters: dict[str, Any]) -> ListPage:
    """By cleaned filters and known words; ValidationError for a wrong cursor or unknown code."""
    asked, chosen = request.GET, chosen_filters(request.GET)
    sort, view = sort_of(asked), view_of(asked)
    page = page_of(filters, sort=sort, cursor=asked.get("cursor", ""))
    version = version_of(page)
    return ListPage(
        q=chosen.get("q", ""),
        is_narrowed=bool(chosen),
        kept=_kept(asked, chosen),
        **frame(asked, version, filters, sort)._asdict(),
        cards=_drawn("bases/includes/card.html", page) if view == CARDS else NOTHING,
        rows=_drawn("bases/includes/table_row.html", page) if view == TABLE else NOTHING,
        map=drawn_map(tiles_of(asked, version, filters)) if view == MAP else NOTHING,
        is_found=bool(page.rows),
        is_past_end=bool(asked.get("cursor")),
        pager=drawn_pager(pager_of(asked, page)) if view != MAP else NOTHING,
        first_page_href=address_with(asked),
        map_href=address_with(asked, view=MAP),
        printed_line=drawn_printed_line(request),
    )


def _kept(asked: QueryDict, chosen: dict[str, str]) -> SafeString:
    others = {name: str(asked[name]) for name in ("sort", "view") if asked.get(name)}
    kept = [Kept(name, value) for name, value in (chosen | others).items() if name != "q"]
    return drawn("includes/kept_parameter.html", kept)


def _drawn(template: str, page: KeysetPage) -> SafeString:
    return drawn(template, cards(page.rows))
