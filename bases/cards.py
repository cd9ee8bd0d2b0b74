"""A base as a list shows it: ready to print, from the columns it needs alone, so that lists stay quick."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.urls import reverse

from bases.enums import Kind, State
from bases.models import Base
from common.models.names import in_reader_language

SUMMARY_LENGTH = 180
COLUMNS = (
    *("id", "code", "slug", "kind", "state", "name_zh", "name_en", "name_pinyin", "updated_at", "is_demo"),
    *("trl_min", "trl_max", "summary_zh", "summary_en"),
    *("division__name_zh", "division__name_en", "park__name_zh", "park__name_en"),
)

Row = Mapping[str, Any]


class Card(NamedTuple):
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


def cards(rows: Iterable[Row]) -> list[Card]:
    """Of rows with COLUMNS, as `.values(*COLUMNS)` gives them. One query, for the industries."""
    rows = list(rows)
    prefix, industries = reverse("bases:base_list"), _industries([row["id"] for row in rows])
    kinds = {kind.value: str(kind.label) for kind in Kind}
    return [_card(row, prefix, kinds[row["kind"]], industries[row["id"]]) for row in rows]


def _industries(keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    links = Base.industries.through._default_manager.filter(base_id__in=keys).order_by("industry__slug")
    for base, chinese, english in links.values_list("base_id", "industry__name_zh", "industry__name_en"):
        found[base].append(in_reader_language(chinese, english))
    return found


def _card(row: Row, prefix: str, kind_label: str, industries: list[str]) -> Card:
    summary = in_reader_language(row["summary_zh"], row["summary_en"])
    return Card(
        href=f"{prefix}{row['slug']}/",
        code=row["code"],
        name=in_reader_language(row["name_zh"], row["name_en"]),
        kind=row["kind"],
        kind_label=kind_label,
        place=_place(row),
        industries=" · ".join(industries),
        readiness=readiness(row["trl_min"], row["trl_max"]),
        summary=summary if len(summary) <= SUMMARY_LENGTH else summary[:SUMMARY_LENGTH].rstrip() + "…",
        notice="" if row["state"] in (State.LISTED, State.CHANGE_PENDING) else str(State(row["state"]).label),
        is_demo=row["is_demo"],
    )


def _place(row: Row) -> str:
    field = "park" if row["park__name_zh"] else "division"
    return in_reader_language(row[f"{field}__name_zh"] or "", row[f"{field}__name_en"] or "")


def readiness(lowest: int | None, highest: int | None) -> str:
    return "" if lowest is None else f"{lowest}–{highest}"
