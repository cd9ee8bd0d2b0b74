"""Lists of the API: documented filters, sparse fields, keyset pages, and rows that go from the database to JSON
as plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import ValidationError as Refusal
from django.db.models import CharField, IntegerField, QuerySet, Subquery
from django.forms import DecimalField
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from common import versions
from common.api import to_json
from common.conditional import Validators
from common.keyset import Column, Direction, beyond, columns_of, decode_cursor, encode_cursor, ordering
from common.models import DataVersion
from common.public_api import PublicReadAPIView
from common.statements import Slot, Statement

PAGE_SIZE = 25
LARGEST_PAGE = 100
CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
PAGE_PARAMETERS = frozenset({"sort", "fields", "page_size", "cursor"})

Row = dict[str, Any]
Beside = tuple[Direction, list[Any]]
FROM_THE_START: Beside = ("after", [])


@dataclass(frozen=True, eq=False)
class ListOf:
    """What one list offers. `columns` leads each field of the answer to its column or annotation.

    `finish(row, columns, version, address)` completes a row in place from its columns, those in `needed` among them.
    Filters in `compiled_each_time` change the statement with their value.
    """

    queryset: Callable[[], QuerySet]
    filterset: type[FilterSet]
    columns: Mapping[str, str]
    orders: Mapping[str, tuple[str, ...]]
    finish: Callable[[Row, Row, str, str], None]
    needed: tuple[str, ...] = ()
    narrow: Callable[[QuerySet, frozenset[str]], QuerySet] = field(default=lambda queryset, names: queryset)
    compiled_each_time: frozenset[str] = frozenset({"q"})

    @property
    def parameters(self) -> frozenset[str]:
        return PAGE_PARAMETERS | self.filterset.base_filters.keys()


class Asked(NamedTuple):
    filters: dict[str, Any]
    sort: str
    fields: tuple[str, ...]
    size: int
    direction: Direction
    beside: list[Any]  # the ordered values of the row that the page begins beside


class PublicListAPIView(PublicReadAPIView):
    """A list. A reader without a copy costs one query, which brings the rows and the version they belong to."""

    offered: ClassVar[ListOf]

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        if request.META.keys() & CONDITIONS:
            return super().get(request, **kwargs)
        content, version = list_answer(self.offered, request)
        validators = Validators(request._request, version)
        return HttpResponse(content, content_type="application/json", headers=validators.headers)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        return list_answer(self.offered, request)[0]


def list_answer(offered: ListOf, request: Request) -> tuple[bytes, str]:
    """The page as JSON and the version of the registry; ValidationError names every parameter that is wrong."""
    asked = _asked(offered, request.query_params)
    found, next_cursor, previous_cursor = _page(offered, asked)
    version = found[0]["registry_version"] if found else versions.current("registry")
    address = request.build_absolute_uri(request.path)
    pairs = [(name, offered.columns[name]) for name in asked.fields]
    rows = [_row(offered, pairs, columns, version, address) for columns in found]
    turned = _turned(address, request.query_params)
    content = to_json(
        {
            "results": rows,
            "next": next_cursor and turned + next_cursor,
            "previous": previous_cursor and turned + previous_cursor,
        }
    )
    return content, version


def _row(offered: ListOf, pairs: list[tuple[str, str]], columns: Row, version: str, address: str) -> Row:
    row = {name: columns[column] for name, column in pairs}
    if "" in columns.values():  # a text that is not yet published
        row = {name: None if value == "" else value for name, value in row.items()}
    offered.finish(row, columns, version, address)
    return row


def _turned(address: str, parameters: QueryDict) -> str:
    """The address of a page but for its cursor, which needs no quoting."""
    kept: list[tuple[str, Any]] = [
        (name, value) for name, values in parameters.lists() if name != "cursor" for value in values
    ]
    return f"{address}?{urlencode([*kept, ('cursor', '')])}"


# ---------------------------------------------------------------- what is asked
def _asked(offered: ListOf, parameters: QueryDict) -> Asked:
    errors: dict[str, list[str]] = {}
    filters = _filters(offered.filterset, parameters, errors)
    fields = _taken(errors, "fields", chosen_fields, parameters, tuple(offered.columns))
    size = _taken(errors, "page_size", _size, parameters.get("page_size", ""))
    sort = _taken(errors, "sort", _sort, parameters.get("sort") or next(iter(offered.orders)), offered)
    beside = _taken(errors, "cursor", _beside, parameters.get("cursor", ""), offered, sort) if sort else FROM_THE_START
    if errors:
        raise ValidationError(errors)
    return Asked(filters, sort, fields, size, *beside)


def _taken(errors: dict[str, list[str]], name: str, take: Callable[..., Any], *given: Any) -> Any:
    try:
        return take(*given)
    except Refusal as error:
        errors[name] = list(error.messages)
        return None


def _filters(filterset: type[FilterSet], parameters: QueryDict, errors: dict[str, list[str]]) -> dict[str, Any]:
    """The values that are set, cleaned by the fields of the filters."""
    given = [name for name in filterset.base_filters if parameters.get(name)]
    cleaned = {name: _taken(errors, name, filterset.base_filters[name].field.clean, parameters[name]) for name in given}
    return {name: value for name, value in cleaned.items() if value not in (None, "")}


def chosen_fields(parameters: QueryDict, known: tuple[str, ...]) -> tuple[str, ...]:
    """Those named in ?fields=a,b in the order of `known`, or all; ValidationError (Django's) for an unknown one."""
    if not (given := parameters.get("fields")):
        return known
    asked = {name.strip() for name in given.split(",")} - {""}
    if unknown := sorted(asked - set(known)):
        names = {"unknown": ", ".join(unknown)[:200], "known": ", ".join(known)}
        raise Refusal(_("Unknown field: %(unknown)s. Known: %(known)s.") % names)
    return tuple(name for name in known if name in asked) if asked else known


def chosen_fields_or_refusal(parameters: QueryDict, known: tuple[str, ...]) -> tuple[str, ...]:
    errors: dict[str, list[str]] = {}
    fields = _taken(errors, "fields", chosen_fields, parameters, known)
    if errors:
        raise ValidationError(errors)
    return tuple(fields)


def _size(text: str) -> int:
    if not text:
        return PAGE_SIZE
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LARGEST_PAGE:
        return int(text)
    raise Refusal(_("Enter a whole number from 1 to %(largest)d.") % {"largest": LARGEST_PAGE})


def _sort(name: str, offered: ListOf) -> str:
    if name not in offered.orders:
        raise Refusal(_("Choose one of: %(names)s.") % {"names": ", ".join(offered.orders)})
    return name


def _beside(cursor: str, offered: ListOf, sort: str) -> Beside:
    return decode_cursor(cursor, offered.orders[sort], _ordered(offered, sort)) if cursor else FROM_THE_START


# ---------------------------------------------------------------- the page
def _page(offered: ListOf, asked: Asked) -> tuple[list[Row], str | None, str | None]:
    names = _columns(offered, asked)
    found = [dict(zip(names, values, strict=True)) for values in _values(offered, asked)]
    backward = asked.direction == "before"
    has_more, rows = len(found) > asked.size, found[: asked.size]
    if backward:
        rows.reverse()
    if not rows:
        return [], None, None
    order, columns = offered.orders[asked.sort], _ordered(offered, asked.sort)
    has_next = backward or has_more
    has_previous = has_more if backward else bool(asked.beside)
    return (
        rows,
        encode_cursor("after", order, columns, rows[-1]) if has_next else None,
        encode_cursor("before", order, columns, rows[0]) if has_previous else None,
    )


def _values(offered: ListOf, asked: Asked) -> list[Any]:
    if offered.compiled_each_time & asked.filters.keys():
        return list(_rows(offered, asked.filters, asked.beside, asked))
    names = tuple(asked.filters)
    statement = _statement(offered, names, asked.sort, asked.fields, asked.size, asked.direction, bool(asked.beside))
    return statement.rows(asked.filters | {f"key {place}": value for place, value in enumerate(asked.beside)})


@lru_cache(maxsize=512)
def _statement(
    offered: ListOf,
    names: tuple[str, ...],
    sort: str,
    fields: tuple[str, ...],
    size: int,
    direction: Direction,
    has_beside: bool,
) -> Statement:
    filters = {name: _slot(name, offered.filterset) for name in names}
    columns = _ordered(offered, sort) if has_beside else []
    beside: list[Any] = [Slot(f"key {place}", column.field) for place, column in enumerate(columns)]
    return Statement(_rows(offered, filters, beside, Asked({}, sort, fields, size, direction, [])))


def _slot(name: str, filterset: type[FilterSet]) -> Slot:
    is_number = isinstance(filterset.base_filters[name].field, DecimalField)
    return Slot(name, IntegerField() if is_number else CharField())


def _rows(offered: ListOf, filters: dict[str, Any], beside: list[Any], asked: Asked) -> QuerySet:
    queryset = offered.narrow(offered.queryset(), frozenset(filters))
    filterset = offered.filterset({}, queryset)
    for name, value in filters.items():
        queryset = filterset.filters[name].filter(queryset, value)
    columns, backward = _ordered(offered, asked.sort), asked.direction == "before"
    if beside:
        queryset = queryset.filter(beyond(columns, beside, backward=backward))
    queryset = queryset.order_by(*ordering(columns, backward))
    version = DataVersion.objects.filter(name="registry").values("token")
    queryset = queryset.annotate(registry_version=Subquery(version))
    return queryset.values_list(*_columns(offered, asked))[: asked.size + 1]


def _columns(offered: ListOf, asked: Asked) -> list[str]:
    """Those of the fields, those that finish() needs, those of the order and the version; each once."""
    fields = (offered.columns[name] for name in asked.fields)
    keys = (name.lstrip("-") for name in offered.orders[asked.sort])
    return list(dict.fromkeys([*fields, *offered.needed, *keys, "registry_version"]))


@lru_cache(maxsize=64)
def _ordered(offered: ListOf, sort: str) -> list[Column]:
    return columns_of(offered.queryset(), offered.orders[sort])
