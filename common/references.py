"""Short forms of the rows that other rows point to, kept in memory until one of them changes."""

from functools import cache, lru_cache
from typing import Any

from django.db.models import Model, Value

from common import versions
from common.models import Division, Park, Source
from common.statements import Statement

Reference = dict[str, Any]


def divisions(version: str) -> dict[str, Reference]:
    """By code, for a version of the registry. One query when names change, which brings the parks too."""
    return _places(versions.names_of(version))["division"]


def parks(version: str) -> dict[str, Reference]:
    """By code, for a version of the registry. One query when names change, which brings the divisions too."""
    return _places(versions.names_of(version))["park"]


@lru_cache(maxsize=2)
def _places(names: str) -> dict[str, dict[str, Reference]]:
    found: dict[str, dict[str, Reference]] = {"division": {}, "park": {}}
    for kind, _position, code, name_zh, name_en in sorted(_rows_of_places().rows({})):
        found[kind][code] = known({"code": code, "name_zh": name_zh, "name_en": name_en})
    return found


@cache
def _rows_of_places() -> Statement:
    columns = ("code", "name_zh", "name_en")
    divisions = Division.objects.order_by().values_list(Value("division"), "position", *columns)
    return Statement(divisions.union(Park.objects.order_by().values_list(Value("park"), Value(0), *columns), all=True))


def references_to(model: type[Model], columns: tuple[str, ...], order: tuple[str, ...]) -> list[Reference]:
    """All rows, in this order. One query, compiled once."""
    return [known(dict(zip(columns, row, strict=True))) for row in _statement(model, columns, order).rows({})]


@cache
def _statement(model: type[Model], columns: tuple[str, ...], order: tuple[str, ...]) -> Statement:
    return Statement(model._default_manager.order_by(*order).values_list(*columns))


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
