"""What every API view builds on: closed by default, fast JSON, and no parameter that is silently ignored."""

from decimal import Decimal
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView


class DenyAll(BasePermission):
    """The default: a view that names no permission is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
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


class ReaderLanguage:
    """Answers in the language of Accept-Language; addresses of the API carry no language."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class PublicReadAPIView(ReaderLanguage, APIView):
    """Open to all, reading only. A query parameter outside `known_parameters` is a 400 that names it."""

    permission_classes = [AllowAny]
    http_method_names = ["get", "head", "options"]
    known_parameters: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.known_parameters)


def refuse_unknown_parameters(request: Request, known: frozenset[str]) -> None:
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise exceptions.ValidationError({name: [_unknown_parameter(known)] for name in unknown}, code="unknown")


def _unknown_parameter(known: frozenset[str]) -> str:
    if not known:
        return _("Unknown parameter. This address takes none.")
    return _("Unknown parameter. Known: %(names)s.") % {"names": ", ".join(sorted(known))}
