"""Keyset pagination: a page is asked by the values of the row beside it, so its cost does not grow with depth."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal, NamedTuple

import orjson
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, IntegerField, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

PAGE_SIZE = 25
LONGEST_CURSOR = 2000
LARGEST_INTEGER = 2**63 - 1

Direction = Literal["after", "before"]


class InvalidCursor(ValidationError):
    """The cursor was not made by this list; the message is meant for the user."""

    def __init__(self) -> None:
        super().__init__(_("This page address is not valid. Start again from the first page."), code="cursor")


@dataclass(frozen=True)
class KeysetPage:
    """Cursors are None at the ends. A page that became empty has none: offer the first page."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None


class Column(NamedTuple):
    name: str
    is_descending: bool
    field: Field


def keyset_page(
    queryset: QuerySet, *, order: Sequence[str], cursor: str | None = None, size: int = PAGE_SIZE
) -> KeysetPage:
    """One page of `queryset` in `order`, in one query.

    `order` names columns or annotations, "-" for descending. None of them may be null and the last one must be
    unique. Rows may be instances or the dicts of .values(), which must include the ordered columns.
    InvalidCursor for a cursor that is damaged or belongs to another order.
    """
    columns = columns_of(queryset, order)
    direction: Direction = "after"
    if cursor:
        direction, values = decode_cursor(cursor, order, columns)
        queryset = queryset.filter(beyond(columns, values, backward=direction == "before"))
    found = list(queryset.order_by(*ordering(columns, direction == "before"))[: size + 1])
    return page_of(found, order, columns, direction, size=size, is_first=not cursor)


def page_of(
    found: list[Any], order: Sequence[str], columns: list[Column], direction: Direction, *, size: int, is_first: bool
) -> KeysetPage:
    """The page of rows that were read in `direction`, one more than it shows where there are more."""
    backward = direction == "before"
    has_more, rows = len(found) > size, found[:size]
    if backward:
        rows.reverse()
    if not rows:
        return KeysetPage([], None, None)
    has_next, has_previous = (True, has_more) if backward else (has_more, not is_first)
    return KeysetPage(
        rows,
        encode_cursor("after", order, columns, rows[-1]) if has_next else None,
        encode_cursor("before", order, columns, rows[0]) if has_previous else None,
    )


def columns_of(queryset: QuerySet, order: Sequence[str]) -> list[Column]:
    return [Column(name.lstrip("-"), name.startswith("-"), _field(queryset, name.lstrip("-"))) for name in order]


def _field(queryset: QuerySet, name: str) -> Field:
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    model, *steps = queryset.model, *name.split("__")
    for step in steps:
        field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        model = field.related_model
    return getattr(field, "target_field", field)


def ordering(columns: list[Column], backward: bool) -> list[str]:
    return [("-" if column.is_descending != backward else "") + column.name for column in columns]


# ---------------------------------------------------------------- the condition
def _row(expressions: list[Any]) -> Func:
    return Func(*expressions, template="(%(expressions)s)", output_field=Field())


def beyond(columns: list[Column], values: list[Any], *, backward: bool) -> Q | Func:
    """(a, b, c) > (x, y, z) as one row value, which both engines answer from an index on (a, b, c)."""
    downward = [column.is_descending != backward for column in columns]
    if len(set(downward)) > 1 or len(columns) == 1:
        return _mixed(columns, values, downward)
    names = [F(column.name) for column in columns]
    given = [_as_expression(column, value) for column, value in zip(columns, values, strict=True)]
    operator = " < " if downward[0] else " > "
    return Func(_row(names), _row(given), template="%(expressions)s", arg_joiner=operator, output_field=BooleanField())


def _as_expression(column: Column, value: Any) -> Any:
    return value if hasattr(value, "resolve_expression") else Value(value, output_field=column.field)


def _mixed(columns: list[Column], values: list[Any], downward: list[bool]) -> Q:
    """a > x OR (a = x AND b < y …), with a >= x in front so that the index is entered at x."""
    (name, *_rest), value, sign = columns[0], values[0], "lt" if downward[0] else "gt"
    strictly = Q(**{f"{name}__{sign}": value})
    if len(columns) == 1:
        return strictly
    tied = Q(**{name: value}) & _mixed(columns[1:], values[1:], downward[1:])
    return Q(**{f"{name}__{sign}e": value}) & (strictly | tied)


# ---------------------------------------------------------------- the cursor
def encode_cursor(direction: Direction, order: Sequence[str], columns: list[Column], row: Any) -> str:
    values = [_written(_value(row, column.name)) for column in columns]
    packed = orjson.dumps([",".join(order), direction, *values])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for step in name.split("__"):
        row = getattr(row, step)
    return row.pk if hasattr(row, "_meta") else row


def _written(value: Any) -> str | int | bool:
    if value is None:
        raise ValueError("A column of a keyset order is null: order by columns that are never null.")
    if isinstance(value, bool | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def decode_cursor(cursor: str, order: Sequence[str], columns: list[Column]) -> tuple[Direction, list[Any]]:
    parts = _unpack(cursor)
    if len(parts) != len(columns) + 2 or parts[0] != ",".join(order) or parts[1] not in ("after", "before"):
        raise InvalidCursor
    return parts[1], [_checked(column.field, value) for column, value in zip(columns, parts[2:], strict=True)]


def _unpack(cursor: str) -> list[Any]:
    if len(cursor) > LONGEST_CURSOR:
        raise InvalidCursor
    try:
        packed = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = orjson.loads(packed)
    except (UnicodeEncodeError, binascii.Error, orjson.JSONDecodeError) as error:
        raise InvalidCursor from error
    return parts if isinstance(parts, list) else []


def _checked(field: Field, value: Any) -> Any:
    """The value as the field knows it; InvalidCursor for one that no row of either engine could hold."""
    if type(value) is not _written_type(field):
        raise InvalidCursor
    try:
        known = field.to_python(value)
    except (ValidationError, ValueError, OverflowError) as error:
        raise InvalidCursor from error
    if not _is_storable(known):
        raise InvalidCursor
    return known


def _written_type(field: Field) -> type:
    if isinstance(field, BooleanField):
        return bool
    return int if isinstance(field, IntegerField) else str


def _is_storable(value: Any) -> bool:
    match value:
        case bool():
            return True
        case int():
            return abs(value) <= LARGEST_INTEGER
        case str():
            return "\x00" not in value
        case float():
            return isfinite(value)
        case Decimal():
            return value.is_finite() and abs(value.adjusted()) < 100
        case datetime():
            return value.tzinfo is not None and 1 < value.year < 9999
    return value is not None
