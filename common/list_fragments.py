"""What stands around the rows of a list, drawn: groups of filters, map, pager, the line on paper."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.encoding import uri_to_iri
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from common.calendar import shanghai_today
from common.components import FilterChoice, FilterGroup, Pager, Tile, TileKind
from common.language_marks import marked
from common.models.names import reads_english
from common.pages import written_query
from common.row_forms import drawn, drawn_each
from common.templatetags.chenzhou import shanghai_date


class WrittenGroup(NamedTuple):
    name: str
    title: str
    choices: SafeString


class WrittenChoice(NamedTuple):
    label: str
    href: str
    number: str
    is_selected: bool


class PrintedLine(NamedTuple):
    day: str
    written_day: str
    address: str


def drawn_groups(groups: Sequence[FilterGroup]) -> SafeString:
    """All choices at once: most of what a call costs it costs once."""
    in_english = reads_english()
    choices = [_written(choice, in_english) for group in groups for choice in group.choices]
    texts = iter(drawn_each("includes/filter_choice.html", choices))
    written = [WrittenGroup(group.name, group.title, _next(texts, len(group.choices))) for group in groups]
    return drawn("includes/filter_group.html", written)


def drawn_group(group: FilterGroup) -> SafeString:
    return drawn_groups([group])


def _written(choice: FilterChoice, in_english: bool) -> WrittenChoice:
    label = marked(choice.label) if in_english else choice.label
    return WrittenChoice(label, choice.href, "" if choice.number is None else str(choice.number), choice.is_selected)


def _next(texts: Iterator[str], number: int) -> SafeString:
    return mark_safe("".join(islice(texts, number)))  # noqa: S308 - drawn


def drawn_map(
    tiles: Sequence[Tile], public_count: int | None = None, specialised_count: int | None = None
) -> SafeString:
    """Counties and parks by their bearing; nothing without tiles."""
    if not tiles:
        return SafeString()
    told = {
        "tiles": tiles,
        "corner_is_free": not any(tile.column == tile.row == 1 for tile in tiles),
        "has_mixed": any(tile.kind == TileKind.MIXED for tile in tiles),
        "public_count": public_count,
        "specialised_count": specialised_count,
    }
    return render_to_string("includes/schematic_map.html", told)


def drawn_pager(pages: Pager) -> SafeString:
    return drawn("includes/pager.html", [pages])


def drawn_printed_line(request: HttpRequest) -> SafeString:
    """On paper: the day and the address. Kept pages are kept for one day, so the day is right."""
    today = shanghai_today()
    address = settings.SITE_URL + uri_to_iri(request.path + written_query(request))
    return drawn("includes/printed_line.html", [PrintedLine(*_written_day(today, get_language()), address)])


@lru_cache(maxsize=4)
def _written_day(day: date, language: str | None) -> tuple[str, str]:
    return day.isoformat(), shanghai_date(day)
