"""A base as a list shows it: ready to print, from the columns it needs alone, so that lists stay quick."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import get_language

from bases.enums import Kind, State
from bases.models.queries import BaseQuerySet
from bases.references import industries_of, with_industry_keys
from common import versions
from common.language_marks import marked
from common.models.names import reads_english
from common.references import divisions, parks

SUMMARY_LENGTH = 180
COLUMNS = (
    *("code", "slug", "kind", "state", "name_zh", "name_en", "is_demo", "trl_min", "trl_max"),
    *("summary_start_zh", "summary_start_en", "division_id", "park_id", "industry_keys"),
)
WITHOUT_NOTICE = (State.LISTED, State.CHANGE_PENDING)

Row = Mapping[str, Any]


class Card(NamedTuple):
    """Chinese words on an English page are marked."""

    href: str
    code: str
    name: str
    kind: str
    kind_label: str
    place: str
    industries: str
    readiness: str
    summary: str
    notice: str
    is_demo: bool


def with_columns(bases: BaseQuerySet) -> BaseQuerySet:
    """Each with what a card needs beside its columns. Of a summary the beginning alone: no more is shown."""
    starts = {f"summary_start_{language}": Left(f"summary_{language}", SUMMARY_LENGTH + 1) for language in ("zh", "en")}
    return with_industry_keys(bases).annotate(**starts)


def cards(rows: list[Row]) -> list[Card]:
    """Of rows as bases.listing.page_of() gives them. Queries only for names, once for each version of the registry."""
    if not rows:
        return []
    written = _written(get_language(), versions.names_of(rows[0]["registry_version"]))
    return [_card(row, written) for row in rows]


class Written(NamedTuple):
    """How the cards of one list are written."""

    in_english: bool
    names: str
    prefix: str
    kinds: dict[str, str]

    def marked(self, text: str) -> str:
        return marked(text) if self.in_english else text


@lru_cache(maxsize=8)
def _written(language: str | None, names: str) -> Written:
    kinds = {kind.value: str(kind.label) for kind in Kind}
    return Written(reads_english(), names, reverse("bases:base_list"), kinds)


def _card(row: Row, written: Written) -> Card:
    in_english, names = written.in_english, written.names
    summary = _text(in_english, row["summary_start_zh"], row["summary_start_en"])
    return Card(
        href=f"{written.prefix}{row['slug']}/",
        code=row["code"],
        name=written.marked(_text(in_english, row["name_zh"], row["name_en"])),
        kind=row["kind"],
        kind_label=written.kinds[row["kind"]],
        place=_place(in_english, names, row["division_id"], row["park_id"]),
        industries=_industries(in_english, names, row["industry_keys"] or ""),
        readiness=readiness(row["trl_min"], row["trl_max"]),
        summary=written.marked(summary if len(summary) <= SUMMARY_LENGTH else summary[:SUMMARY_LENGTH].rstrip() + "…"),
        notice="" if row["state"] in WITHOUT_NOTICE else str(State(row["state"]).label),
        is_demo=row["is_demo"],
    )


def _text(in_english: bool, chinese: str | None, english: str | None) -> str:
    """In the reader's language where there is one (see also common.models.names.in_reader_language)."""
    return (english or chinese if in_english else chinese or english) or ""


@lru_cache(maxsize=200)
def _place(in_english: bool, names: str, division: str | None, park: str | None) -> str:
    found = parks(names).get(park) if park else divisions(names).get(division or "")
    return marked(_text(in_english, found["name_zh"], found["name_en"])) if found else ""


@lru_cache(maxsize=2000)
def _industries(in_english: bool, names: str, keys: str) -> str:
    tags = industries_of(names, keys)
    return marked(" · ".join(_text(in_english, tag["name_zh"], tag["name_en"]) for tag in tags))


def readiness(lowest: int | None, highest: int | None) -> str:
    return "" if lowest is None else f"{lowest}–{highest}"
