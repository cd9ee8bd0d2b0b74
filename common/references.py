"""Short forms of the rows that other rows point to, kept in memory for one version of the registry."""

from functools import lru_cache
from typing import Any

from common.models import Division, Park, Source

Reference = dict[str, Any]


@lru_cache(maxsize=2)
def divisions(version: str) -> dict[str, Reference]:
    """By code. One query for each version."""
    rows = Division.objects.order_by("position", "code").values("code", "name_zh", "name_en")
    return {row["code"]: known(row) for row in rows}


@lru_cache(maxsize=2)
def parks(version: str) -> dict[str, Reference]:
    """By code. One query for each version."""
    rows = Park.objects.order_by("code").values("code", "name_zh", "name_en")
    return {row["code"]: known(row) for row in rows}


def known(values: dict[str, Any]) -> Reference:
    """An empty text is one that is not yet published."""
    return {name: None if value == "" else value for name, value in values.items()}


def picked(row: Any, *names: str) -> Reference:
    return known({name: getattr(row, name) for name in names})


class SourceKeys:
    """The sources of one answer, numbered as they are first named."""

    def __init__(self) -> None:
        self.sources: dict[int, Source] = {}

    def key(self, source: Source | None) -> int | None:
        if source is None:
            return None
        self.sources.setdefault(source.pk, source)
        return list(self.sources).index(source.pk) + 1

    def described(self) -> list[Reference]:
        return [
            {"key": self.key(source), **picked(source, "title_zh", "title_en", "publisher", "url", "published_on")}
            for source in self.sources.values()
        ]
