"""The schematic map of the eleven counties and the parks, by bearing; it claims no boundary."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from bases.enums import Kind
from bases.models import Base
from bases.models.queries import BaseQuerySet
from common.components import Tile, TileKind, TileShape
from common.models import Division, Park
from common.models.names import in_reader_language

SUFFIXES_ZH = ("县", "区", "市")
SUFFIXES_EN = (" District", " County", " City")
MOST_INDUSTRIES = 2


Place = Division | Park
Address = Callable[[str, str], str]  # of the list at one place, by the name of the filter and the key


def map_tiles() -> list[Tile]:
    """What is in the registry, one tile a county or park, in reading order; four queries."""
    kinds, industries = _kinds(_registered()), _industries()
    return [
        _tile(field, place, kinds[place.pk], " · ".join(industries[place.pk]), _list_of) for field, place in _placed()
    ]


def result_tiles(kinds: Mapping[str, dict[str, int]], address: Address, chosen: Mapping[str, str]) -> list[Tile]:
    """The same map of what a search has found, by kind at each place, and the way to it. Two queries."""
    found = [(field, place, kinds.get(place.pk, {})) for field, place in _placed()]
    return [
        _tile(field, place, here, _number(here), address, is_current=chosen.get(field) == place.pk)
        for field, place, here in found
    ]


def _placed() -> list[tuple[str, Place]]:
    places: list[tuple[str, Place]] = [("division", row) for row in Division.objects.exclude(map_row=0)]
    places += [("park", row) for row in Park.objects.exclude(map_row=0)]
    return sorted(places, key=lambda place: (place[1].map_row, place[1].map_column))


def _registered() -> BaseQuerySet:
    return Base.objects.in_registry().real()


def _list_of(field: str, key: str) -> str:
    return f"{reverse('bases:base_list')}?{field}={key}"


def _number(kinds: dict[str, int]) -> str:
    number = sum(kinds.values())
    return ngettext("%(number)d base", "%(number)d bases", number) % {"number": number} if number else ""


def kind_counts() -> dict[str, int]:
    """How many bases of each kind are in the registry; demo data does not count. One query."""
    rows = _registered().order_by().values_list("kind").annotate(number=Count("pk"))
    return dict.fromkeys(Kind.values, 0) | dict(rows)


def _kinds(bases: BaseQuerySet) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = bases.order_by().values_list("division", "park", "kind").annotate(number=Count("pk"))
    for division, park, kind, number in rows:
        place = found[park or division or ""]
        place[kind] = place.get(kind, 0) + number
    return found


def _industries() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = _registered().exclude(industries=None).order_by("code")
    for row in rows.values("division", "park", "industries__name_zh", "industries__name_en"):
        name = in_reader_language(row["industries__name_zh"], row["industries__name_en"])
        place = found[row["park"] or row["division"] or ""]
        if name not in place and len(place) < MOST_INDUSTRIES:
            place.append(name)
    return found


def _tile(
    field: str, place: Place, kinds: dict[str, int], sublabel: str, address: Address, *, is_current: bool = False
) -> Tile:
    return Tile(
        label=_short(place),
        column=place.map_column,
        row=place.map_row,
        sublabel=sublabel,
        shape=TileShape.PARK if field == "park" else TileShape.COUNTY,
        kind=_kind(kinds),
        href=address(field, place.pk),
        count=sum(kinds.values()),
        is_current=is_current,
    )


def _kind(kinds: dict[str, int]) -> TileKind:
    if not kinds:
        return TileKind.NONE
    return TileKind.MIXED if len(kinds) > 1 else TileKind(next(iter(kinds)))


def _short(place: Division | Park) -> str:
    """临武县 is 临武 on its tile, 郴州高新区 is 高新区; in English the kind of place is left out."""
    if isinstance(place, Park):
        english = place.name_en.removeprefix("Chenzhou ").replace(" Development Zone", " Zone")
        return in_reader_language(place.name_zh.removeprefix("郴州"), english)
    chinese, english = place.name_zh.rstrip("".join(SUFFIXES_ZH)), place.name_en
    for suffix in SUFFIXES_EN:
        english = english.removesuffix(suffix)
    return in_reader_language(chinese, english)
