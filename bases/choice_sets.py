"""Which public bases fit each choice of a filter, as sets of bits: counting is arithmetic, whatever the filters.

The database holds the sets and a process keeps those it has read; a token for each says whether it still is the same.
They are written under the lock of the registry's version, so one writer at a time changes them.
"""

import secrets
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast

from bases.models import Base, ChoiceSet, Equipment, Service
from bases.models.queries import BaseQuerySet
from common import versions

CHUNK = 5_000
MOST_NAMED = 2_000  # a statement takes only so many keys, and more at once are as quickly counted anew


class Choice(NamedTuple):
    """Of the filter by this name, the value by this key: of an industry its number, which no renaming changes."""

    filter: str
    key: str


EVERY = Choice("", "")  # all public bases
Sets = dict[Choice, int]


class Held(NamedTuple):
    """What this process last read: the part of the version, the token of each set, and its bits."""

    part: str
    tokens: dict[Choice, str]
    sets: Sets


# Replaced whole, so that no thread sees the part of one reading beside the sets of another.
_latest = [Held("", {}, {})]


def sets(version: str = "") -> Sets:
    """The sets as they are now; with a `version` of the registry no query is asked until one of them changes.

    The one query brings the bits of those alone that are not as this process last read them. Who is about to write
    gives no version, and so asks.
    """
    [held] = _latest
    part = versions.followed_of(version)
    if part and held.part == part:
        return held.sets
    tokens, found = {}, {}
    for name, key, token, bits in _changed(held.tokens.values()):
        choice = Choice(name, key)
        tokens[choice] = token
        found[choice] = held.sets[choice] if bits is None else int.from_bytes(bits, "little")
    same = held.part if tokens == held.tokens else ""
    _latest[:] = [Held(part or same, tokens, found)]
    return found


def _changed(known: Collection[str]) -> list[Any]:
    """All sets, without their bits where their token is known."""
    places = ", ".join(["%s"] * (len(known) + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT filter, key, token, CASE WHEN token IN ({places}) THEN NULL ELSE bits END FROM bases_choiceset",  # noqa: S608 - places alone
            ["", *known],
        )
        found: list[Any] = cursor.fetchall()
    return found


def bits_of(keys: Collection[int]) -> int:
    """The set of the bases with these keys."""
    bits = bytearray(max(keys, default=0) // 8 + 1)
    for key in keys:
        bits[key >> 3] |= 1 << (key & 7)
    return int.from_bytes(bits, "little")


def follow(keys: Collection[int]) -> bool:
    """Put the bases with these keys into the sets they fit now and out of all others; under the lock of the version.

    Whether any set has changed.
    """
    if len(keys) > MOST_NAMED:
        return _write_all() > 0
    others, fitting = ~bits_of(keys), _fitting(Base.objects.filter(pk__in=keys))
    before = sets()
    choices = before.keys() | fitting.keys()
    return _write(before, {choice: before.get(choice, 0) & others | fitting.get(choice, 0) for choice in choices}) > 0


@transaction.atomic
def rebuild() -> int:
    """Make all sets anew, for what is written past the signals; how many were not right."""
    versions.renew("registry")
    return _write_all()


def _write_all() -> int:
    before, fitting = sets(), _fitting(Base.objects.all())
    return _write(before, dict.fromkeys(before, 0) | fitting)


def _write(before: Sets, after: Sets) -> int:
    changed = [choice for choice, bits in after.items() if bits != before.get(choice)]
    if changed:
        ChoiceSet.objects.bulk_create(
            [_row(choice, after[choice]) for choice in changed],
            update_conflicts=True,
            unique_fields=["filter", "key"],
            update_fields=["bits", "token"],
        )
    return len(changed)


def _row(choice: Choice, bits: int) -> ChoiceSet:
    written = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    return ChoiceSet(filter=choice.filter, key=choice.key, bits=written, token=secrets.token_hex(16))


# ---------------------------------------------------------------- what a base fits
def _fitting(bases: BaseQuerySet) -> Sets:
    """The sets among these bases. Two queries."""
    found: Mapping[Choice, array[int]] = defaultdict(lambda: array("q"))
    for key, choice in _choices(bases.on_public_site().order_by()):
        found[choice].append(key)
    return {choice: bits_of(keys) for choice, keys in found.items()}


def _choices(public: BaseQuerySet) -> Iterator[tuple[int, Choice]]:
    rows = public.values_list("pk", "kind", "division_id", "park_id", "openness", "trl_min", "trl_max")
    for key, kind, division, park, openness, lowest, highest in rows.iterator(CHUNK):
        yield key, EVERY
        own = {"kind": kind, "division": division, "park": park, "openness": openness}
        yield from ((key, Choice(name, value)) for name, value in own.items() if value)
        yield from ((key, Choice("trl", str(level))) for level in _levels(lowest, highest))
    yield from _parts(public)


def _levels(lowest: int | None, highest: int | None) -> Iterable[int]:
    return () if lowest is None or highest is None else range(lowest, highest + 1)


def _parts(public: BaseQuerySet) -> Iterator[tuple[int, Choice]]:
    """See also BaseFilter, where the same bases fit."""
    industries = Base.industries.through.objects.filter(base__in=public).order_by()
    services = Service.objects.filter(base__in=public).order_by()
    equipment = Equipment.objects.in_use().filter(base__in=public).order_by()
    rows = industries.values_list("base_id", Value("industry"), Cast("industry_id", CharField()))
    rows = rows.union(
        services.values_list("base_id", Value("service"), "type"),
        equipment.values_list("base_id", Value("equipment"), "category"),
        all=True,
    )
    for key, name, value in rows.iterator(CHUNK):
        yield key, Choice(name, value)
