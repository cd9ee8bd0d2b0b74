"""What was published and is quoted with its source, never mixed with our own figures: the claim, and statements."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from common.models.names import in_reader_language

FACTS = Path(__file__).parent / "data" / "chenzhou.json"


class Claim(NamedTuple):
    with_pilot_percent: int  # at most, as published
    without_pilot_percent: int
    source_zh: str
    source_en: str

    @property
    def source(self) -> str:
        return in_reader_language(self.source_zh, self.source_en)


class Statement(NamedTuple):
    """A sentence of the public reports about the city, without its full stop."""

    key: str
    text_zh: str
    text_en: str
    source_zh: str
    source_en: str
    published_on: date

    @property
    def text(self) -> str:
        return in_reader_language(self.text_zh, self.text_en)

    @property
    def source(self) -> str:
        return in_reader_language(self.source_zh, self.source_en)


@cache
def published_claim() -> Claim:
    claims = _facts()["claims"]
    return Claim(**{name: claims[name] for name in Claim._fields})


@cache
def published_statements() -> dict[str, Statement]:
    facts = _facts()
    source = facts["source"]
    told = (source["title_zh"], source["title_en"], date.fromisoformat(source["published_on"]))
    return {row["key"]: Statement(row["key"], row["text_zh"], row["text_en"], *told) for row in facts["statements"]}


def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return facts
