"""Pages of lists by keyset whose SQL is compiled once for each set of filters; the API's lists and public pages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import CharField, IntegerField, QuerySet, Subquery
from django.forms import DecimalField
from django_filters import FilterSet

from common import versions
from common.filters import refuse_unknown_codes
from common.keyset import (
    Column,
    Direction,
    KeysetPage,
    beyond,
    columns_of,
    decode_cursor,
    ordering,
    page_of,
)
from common.models import DataVersion
from common.statements import Slot, Statement

Row = dict[str, Any]
Beside = tuple[Direction, list[Any]]
FROM_THE_START: Beside = ("after", [])


@dataclass(frozen=True, eq=False, kw_only=True)
class CompiledList:
    """What a list can be narrowed by and how it can be ordered.

    Filters in `compiled_each_time` change the statement with their value.
    """

    queryset: Callable[[], QuerySet]
    filterset: type[FilterSet]
    orders: Mapping[str, tuple[str, ...]]
    narrow: Callable[[QuerySet, frozenset[str]], QuerySet] = field(default=lambda queryset, names: queryset)
    compiled_each_time: frozenset[str] = frozenset({"q"})


class Asked(NamedTuple):
    filters: dict[str, Any]  # cleaned
    sort: str
    columns: tuple[str, ...]
    size: int
    direction: Direction
    beside: list[Any]  # the ordered values of the row that the page begins beside


# ---------------------------------------------------------------- what is asked
def cleaned_filters(
    filterset: type[FilterSet], given: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The values that are set, cleaned by the fields of the filters as their form would do; and what was refused."""
    cleaned, refused = {}, {}
    for name in filterset.base_filters:
        if text := given.get(name):
            try:
                cleaned[name] = filterset.base_filters[name].field.clean(text)
            except ValidationError as error:
                refused[name] = list(error.messages)
    return {name: value for name, value in cleaned.items() if value not in (None, "")}, refused


def place_beside(listed: CompiledList, sort: str, cursor: str) -> Beside:
    """Where the page of this cursor begins; InvalidCursor."""
    return decode_cursor(cursor, listed.orders[sort], _ordered(listed, sort)) if cursor else FROM_THE_START


# ---------------------------------------------------------------- the page
def compiled_page(listed: CompiledList, asked: Asked) -> KeysetPage:
    """Rows as dicts of the columns asked for, those of the order, and `registry_version`. One query.

    ValidationError where there are none because a code is unknown; then a query for each code.
    """
    names = _columns(listed, asked)
    found = [dict(zip(names, values, strict=True)) for values in _values(listed, asked)]
    if not found:
        refuse_unknown_codes(listed.filterset, asked.filters)
    order, columns = listed.orders[asked.sort], _ordered(listed, asked.sort)
    return page_of(found, order, columns, asked.direction, size=asked.size, is_first=not asked.beside)


def version_of(page: KeysetPage) -> str:
    """The version of the registry that the rows belong to. A query when there are none."""
    return page.rows[0]["registry_version"] if page.rows else versions.current("registry")


def _values(listed: CompiledList, asked: Asked) -> Iterable[Any]:
    if listed.compiled_each_time & asked.filters.keys():
        return _rows(listed, asked.filters, asked.beside, asked)
    names = tuple(asked.filters)
    statement = _statement(listed, names, asked.sort, asked.columns, asked.size, asked.direction, bool(asked.beside))
    return statement.rows(asked.filters | {f"key {place}": value for place, value in enumerate(asked.beside)})


@lru_cache(maxsize=512)
def _statement(
    listed: CompiledList,
    names: tuple[str, ...],
    sort: str,
    columns: tuple[str, ...],
    size: int,
    direction: Direction,
    has_beside: bool,
) -> Statement:
    filters = {name: _slot(name, listed.filterset) for name in names}
    ordered = _ordered(listed, sort) if has_beside else []
    beside: list[Any] = [Slot(f"key {place}", column.field) for place, column in enumerate(ordered)]
    return Statement(_rows(listed, filters, beside, Asked({}, sort, columns, size, direction, [])))


def _slot(name: str, filterset: type[FilterSet]) -> Slot:
    is_number = isinstance(filterset.base_filters[name].field, DecimalField)
    return Slot(name, IntegerField() if is_number else CharField())


def _rows(listed: CompiledList, filters: dict[str, Any], beside: list[Any], asked: Asked) -> QuerySet:
    queryset = listed.narrow(listed.queryset(), frozenset(filters))
    filterset = listed.filterset({}, queryset)
    for name, value in filters.items():
        queryset = filterset.filters[name].filter(queryset, value)
    columns, backward = _ordered(listed, asked.sort), asked.direction == "before"
    if beside:
        queryset = queryset.filter(beyond(columns, beside, backward=backward))
    queryset = queryset.order_by(*ordering(columns, backward))
    version = DataVersion.objects.filter(name="registry").values("token")
    queryset = queryset.annotate(registry_version=Subquery(version))
    return queryset.values_list(*_columns(listed, asked))[: asked.size + 1]


def _columns(listed: CompiledList, asked: Asked) -> list[str]:
    """Those asked for, those of the order and the version; each once."""
    keys = (name.lstrip("-") for name in listed.orders[asked.sort])
    return list(dict.fromkeys([*asked.columns, *keys, "registry_version"]))


@lru_cache(maxsize=64)
def _ordered(listed: CompiledList, sort: str) -> list[Column]:
    return columns_of(listed.queryset(), listed.orders[sort])
