"""Values as the journal keeps them: plain JSON that reads back the same from both engines."""

import ipaddress
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import models

HIDDEN = "•"
EMPTY: tuple[Any, ...] = (None, "", [], {})


def plain_text(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half of a surrogate pair."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()


def json_value(value: Any) -> Any:
    """Numbers with a fraction become text: a JSON column may write 1.0 or 1e16 another way than it was given."""
    if type(value) is str:  # most are
        return plain_text(value)
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {plain_text(str(key)): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(item) for item in value]
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else plain_text(str(value))


def moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def field_value(field: models.Field, value: Any) -> Any:
    """One column's value; money and other decimals with the places of the column."""
    python = field.to_python(value)
    if isinstance(python, Decimal) and isinstance(field, models.DecimalField):
        python = f"{python:.{field.decimal_places}f}"
    return json_value(python)


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def plain_address(address: str | None) -> str | None:
    """The address in one spelling, an IPv4 address inside IPv6 as IPv4; None for what is no address."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
