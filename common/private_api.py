"""The API of one person: closed without a token, never kept by anybody, and silent on what belongs to others."""

from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from common.api import to_json
from common.api_lists import page_size, turned
from common.keyset import InvalidCursor, keyset_page
from common.public_api import ByAcceptHeader, ReaderLanguage, refuse_unknown_parameters
from common.throttles import RequestRate

PAGE_PARAMETERS = frozenset({"page_size", "cursor"})


class StrictJSON(BaseParser):
    """JSON as RFC 8259 has it, at most DATA_UPLOAD_MAX_MEMORY_SIZE long; deep nests and broken text are refused."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = parser_context["request"]._request.body  # RequestDataTooBig
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError from error


class WritingAPIView(ReaderLanguage, APIView):
    """Takes JSON and answers JSON; a query parameter outside `known_parameters` is a 400 that names it."""

    throttle_classes = [RequestRate]
    content_negotiation_class = ByAcceptHeader
    parser_classes = [StrictJSON]
    known_parameters: ClassVar[frozenset[str]] = frozenset()
    names_instance = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.known_parameters)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class AsItIs(ByAcceptHeader):
    """For bytes, which have the type they have, whatever the request would accept."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class PrivateAPIView(WritingAPIView):
    permission_classes = [IsAuthenticated]


class Sent(serializers.Serializer):
    """Describes and checks what is sent; a member it does not know is refused."""

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        if unknown := sorted(set(data) - set(self.fields)):
            known = ", ".join(self.fields) or "–"
            sentence = _("Unknown member. Known: %(names)s.") % {"names": known}
            raise ValidationError({name[:60]: [ErrorDetail(sentence, code="unknown")] for name in unknown})
        return values


def sent(request: Request, shape: type[Sent]) -> dict[str, Any]:
    """The members of the content that `shape` describes; ValidationError names every wrong one."""
    form = shape(data=request.data)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def answered(content: Any, status: int = 200, location: str = "") -> HttpResponse:
    headers = {"Location": location} if location else {}
    return HttpResponse(to_json(content), content_type="application/json", status=status, headers=headers)


def page_of(
    request: Request, rows: QuerySet, order: tuple[str, ...], shown: Callable[[list[Any]], list[dict[str, Any]]]
) -> HttpResponse:
    """One page of `rows`, as `shown` makes plain values of it."""
    errors: dict[str, list[str]] = {}
    size = page_size(errors, request.query_params)
    cursor = request.query_params.get("cursor", "")
    try:
        page = keyset_page(rows, order=order, cursor=cursor, size=size)
    except InvalidCursor as error:
        errors["cursor"] = list(error.messages)
    if errors:
        raise ValidationError(errors)
    beside = turned(request.build_absolute_uri(request.path), request.query_params)
    return answered(
        {
            "results": shown(page.rows),
            "next": page.next_cursor and beside + page.next_cursor,
            "previous": page.previous_cursor and beside + page.previous_cursor,
        }
    )
