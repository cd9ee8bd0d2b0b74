"""Lists of the API: documented filters, sparse fields, keyset pages, and rows that go from the database to JSON
as plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError as Refusal
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from common.api import to_json
from common.compiled_lists import (
    FROM_THE_START,
    Asked,
    CompiledList,
    Row,
    cleaned_filters,
    compiled_page,
    place_beside,
    version_of,
)
from common.conditional import Validators
from common.public_api import PublicReadAPIView

PAGE_SIZE = 25
LARGEST_PAGE = 100
CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
PAGE_PARAMETERS = frozenset({"sort", "fields", "page_size", "cursor"})


@dataclass(frozen=True, eq=False, kw_only=True)
class ListOf(CompiledList):
    """What one list offers. `columns` leads each field of the answer to its column or annotation.

    `finish(row, columns, version, address)` completes a row in place from its columns, those in `needed` among them.
    """

    columns: Mapping[str, str]
    finish: Callable[[Row, Row, str, str], None]
    needed: tuple[str, ...] = ()

    @property
    def parameters(self) -> frozenset[str]:
        return PAGE_PARAMETERS | self.filterset.base_filters.keys()

    def read(self, fields: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that these fields are made of."""
        return (*(self.columns[name] for name in fields), *self.needed)


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
    asked, fields = _asked(offered, request.query_params)
    page = compiled_page(offered, asked)
    version = version_of(page)
    address = request.build_absolute_uri(request.path)
    pairs = [(name, offered.columns[name]) for name in fields]
    rows = [_row(offered, pairs, columns, version, address) for columns in page.rows]
    beside = turned(address, request.query_params)
    content = to_json(
        {
            "results": rows,
            "next": page.next_cursor and beside + page.next_cursor,
            "previous": page.previous_cursor and beside + page.previous_cursor,
        }
    )
    return content, version


def _row(offered: ListOf, pairs: list[tuple[str, str]], columns: Row, version: str, address: str) -> Row:
    row = {name: columns[column] for name, column in pairs}
    if "" in columns.values():  # a text that is not yet published
        row = {name: None if value == "" else value for name, value in row.items()}
    offered.finish(row, columns, version, address)
    return row


def turned(address: str, parameters: QueryDict) -> str:
    """The address of a page but for its cursor, which needs no quoting."""
    kept: list[tuple[str, Any]] = [
        (name, value) for name, values in parameters.lists() if name != "cursor" for value in values
    ]
    return f"{address}?{urlencode([*kept, ('cursor', '')])}"


# ---------------------------------------------------------------- what is asked
def _asked(offered: ListOf, parameters: QueryDict) -> tuple[Asked, tuple[str, ...]]:
    """The page and the fields of its rows."""
    filters, errors = cleaned_filters(offered.filterset, parameters)
    fields = _taken(errors, "fields", chosen_fields, parameters, tuple(offered.columns))
    size = page_size(errors, parameters)
    sort = _taken(errors, "sort", _sort, parameters.get("sort") or next(iter(offered.orders)), offered)
    cursor = parameters.get("cursor", "")
    beside = _taken(errors, "cursor", place_beside, offered, sort, cursor) if sort else FROM_THE_START
    if errors:
        raise ValidationError(errors)
    return Asked(filters, sort, offered.read(fields), size, *beside), fields


def _taken(errors: dict[str, list[str]], name: str, take: Callable[..., Any], *given: Any) -> Any:
    try:
        return take(*given)
    except Refusal as error:
        errors[name] = list(error.messages)
        return None


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


def page_size(errors: dict[str, list[str]], parameters: QueryDict) -> int:
    """Of ?page_size=; what is wrong with it goes into `errors`."""
    return _taken(errors, "page_size", _size, parameters.get("page_size", "")) or PAGE_SIZE


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
