"""The published claim beside which our own figures stand; quoted with its source, never mixed with them."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

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


@cache
def published_claim() -> Claim:
    claims = json.loads(FACTS.read_text(encoding="utf-8"))["claims"]
    return Claim(**{name: claims[name] for name in Claim._fields})
