"""How many bases each choice of a filter would leave, the other filters staying as they are."""

from collections.abc import Mapping
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bases.choice_sets import EVERY, Sets, bits_of, sets
from bases.choice_sets import Choice as Key
from bases.enums import EquipmentCategory, Kind, Openness, ServiceType
from bases.models import BaseSearch
from bases.references import industries
from common import versions
from common.models.names import in_reader_language
from common.references import Reference, divisions, parks
from common.search import keys_matching

LEVELS = range(1, 10)


class Choice(NamedTuple):
    value: str
    label: str
    number: int


class Facets(NamedTuple):
    total: int
    choices: dict[str, list[Choice]]


class Offered(NamedTuple):
    """A choice before it is counted: its value in the address, its set, its name."""

    value: str
    set: Key
    label: str


class Found(NamedTuple):
    """The public bases that each filter leaves by itself, as sets of bits."""

    present: Sets
    offered: dict[str, list[Offered]]
    by_filter: dict[str, int]

    def by_all(self, *but: str) -> int:
        """Those that all filters leave, `but` these."""
        left = (bits for name, bits in self.by_filter.items() if name not in but)
        return reduce(and_, left, self.present.get(EVERY, 0))

    def at(self, name: str, key: str) -> int:
        return self.present.get(Key(name, key), 0)


def found(filters: Mapping[str, Any], version: str) -> Found:
    """By cleaned filters. A query where a count has changed, and one where words are searched."""
    present, offered = sets(version), _offered(versions.names_of(version), get_language())
    left = {name: _left(present, offered, name, value) for name, value in filters.items()}
    return Found(present, offered, left)


def facets(filters: Mapping[str, Any], version: str) -> Facets:
    """Choices and counts of every facet; see found()."""
    bases = found(filters, version)
    counted = {name: _counted(bases, name, choices) for name, choices in bases.offered.items()}
    return Facets(bases.by_all().bit_count(), counted)


def _counted(bases: Found, name: str, offered: list[Offered]) -> list[Choice]:
    others, present = bases.by_all(name), bases.present
    return [
        Choice(value, label, number)
        for value, key, label in offered
        if (number := (others & present.get(key, 0)).bit_count())
    ]


def kinds_at_places(filters: Mapping[str, Any], version: str) -> dict[str, dict[str, int]]:
    """How many bases of each kind are at each place, whatever place is chosen; one in a park counts there alone."""
    bases = found(filters, version)
    everywhere = bases.by_all("division", "park")
    in_parks = reduce(or_, (bases.at("park", code) for code in parks(version)), 0)
    places = {code: bases.at("division", code) & ~in_parks for code in divisions(version)}
    places |= {code: bases.at("park", code) for code in parks(version)}
    return {code: _kinds(bases, everywhere & place) for code, place in places.items()}


def _kinds(bases: Found, place: int) -> dict[str, int]:
    numbers = {kind: (place & bases.at("kind", kind)).bit_count() for kind in Kind.values}
    return {kind: number for kind, number in numbers.items() if number}


def _left(present: Sets, offered: Mapping[str, list[Offered]], name: str, value: Any) -> int:
    """The bases that one filter leaves."""
    if name == "q":
        return bits_of(keys_matching(BaseSearch.objects.all(), value))
    keys = [choice.set for choice in offered[name] if choice.value == str(value)]
    return present.get(keys[0], 0) if keys else 0


@lru_cache(maxsize=4)
def _offered(version: str, language: str | None) -> dict[str, list[Offered]]:
    tags = industries(version).items()
    levels = [(str(level), str(level), _("Level %(number)s") % {"number": level}) for level in LEVELS]
    found = {
        "kind": _of_enum(Kind),
        "division": [(code, code, _name(row)) for code, row in divisions(version).items()],
        "park": [(code, code, _name(row)) for code, row in parks(version).items()],
        "industry": [(row["slug"], key, _name(row)) for key, row in tags],
        "service": _of_enum(ServiceType),
        "equipment": _of_enum(EquipmentCategory),
        "openness": _of_enum(Openness),
        "trl": levels,
    }
    return {name: [Offered(value, Key(name, key), label) for value, key, label in rows] for name, rows in found.items()}


def _of_enum(choices: Any) -> list[tuple[str, str, str]]:
    return [(value, value, str(label)) for value, label in choices.choices]


def _name(row: Reference) -> str:
    return in_reader_language(row["name_zh"], row["name_en"])
