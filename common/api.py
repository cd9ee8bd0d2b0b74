"""What every API view builds on: closed by default, and fast JSON. See also common.public_api."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.functional import Promise
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

if TYPE_CHECKING:  # rest_framework.views reads its settings, and these name this module
    from rest_framework.views import APIView


class DenyAll(BasePermission):
    """The default: a view that names no permission is closed."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class OrjsonRenderer(BaseRenderer):
    """JSON: money as "2000000.00", dates as ISO, times in UTC with Z."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else to_json(data)


def to_json(data: Any) -> bytes:
    return orjson.dumps(data, default=_written, option=orjson.OPT_UTC_Z)


def _written(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
