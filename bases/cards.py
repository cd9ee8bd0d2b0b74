"""A base as a list shows it: ready to print, from the columns it needs alone, so that lists stay quick."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.urls import reverse

from bases.enums import Kind, State
from bases.references import industries_of
from common.language_marks import marked
from common.models.names import reads_english
from common.references import divisions, parks

SUMMARY_LENGTH = 180
COLUMNS = (
    *("code", "slug", "kind", "state", "name_zh", "name_en", "is_demo", "trl_min", "trl_max"),
    *("summary_zh", "summary_en", "division_id", "park_id", "industry_keys"),
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


def cards(rows: list[Row]) -> list[Card]:
    """Of rows as bases.listing.page_of() gives them. Queries only for names, once for each version of the registry."""
    if not rows:
        return []
    kinds = {kind.value: str(kind.label) for kind in Kind}
    written = Written(reads_english(), rows[0]["registry_version"], reverse("bases:base_list"), kinds)
    return [_card(row, written) for row in rows]


class Written(NamedTuple):
    """How the cards of one list are written."""

    in_english: bool
    version: str
    prefix: str
    kinds: dict[str, str]

    def text(self, row: Row, name: str) -> str:
        """In the reader's language where there is one (see also common.models.names.in_reader_language)."""
        chinese, english = row[f"{name}_zh"], row[f"{name}_en"]
        return (english or chinese if self.in_english else chinese or english) or ""

    def marked(self, text: str) -> str:
        return marked(text) if self.in_english else text


def _card(row: Row, written: Written) -> Card:
    summary = written.text(row, "summary")
    return Card(
        href=f"{written.prefix}{row['slug']}/",
        code=row["code"],
        name=written.marked(written.text(row, "name")),
        kind=row["kind"],
        kind_label=written.kinds[row["kind"]],
        place=written.marked(_place(written, row["division_id"], row["park_id"])),
        industries=written.marked(_industries(written, row["industry_keys"] or "")),
        readiness=readiness(row["trl_min"], row["trl_max"]),
        summary=written.marked(summary if len(summary) <= SUMMARY_LENGTH else summary[:SUMMARY_LENGTH].rstrip() + "…"),
        notice="" if row["state"] in WITHOUT_NOTICE else str(State(row["state"]).label),
        is_demo=row["is_demo"],
    )


def _place(written: Written, division: str | None, park: str | None) -> str:
    found = parks(written.version).get(park) if park else divisions(written.version).get(division or "")
    return written.text(found, "name") if found else ""


def _industries(written: Written, keys: str) -> str:
    return " · ".join(written.text(tag, "name") for tag in industries_of(written.version, keys))


def readiness(lowest: int | None, highest: int | None) -> str:
    return "" if lowest is None else f"{lowest}–{highest}"
