"""What the OpenAPI document says of every address: answers, problems and parameters."""

from collections.abc import Iterable
from typing import Any

from django.forms import ChoiceField, DecimalField
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.api_lists import LARGEST_PAGE, PAGE_SIZE

PROBLEMS = {
    400: "A parameter is unknown or its value is not valid; `errors` names each.",
    401: "The token is not valid, has expired or was revoked.",
    404: "There is nothing public at this address.",
    406: "The answer exists as application/json alone.",
    414: "The query string has more than 8,000 characters.",
    429: "The limit of requests is reached; `Retry-After` says for how many seconds.",
}
CONDITIONAL = [
    OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An ETag: 304 while it is still true."),
    OpenApiParameter("If-Modified-Since", str, OpenApiParameter.HEADER, description="A Last-Modified, likewise."),
]
FIELDS = OpenApiParameter("fields", str, description="Names of fields, separated by commas; without it all are given.")


class Described(serializers.Serializer):
    """Describes an answer, and never makes one. With ?fields= any field may be missing; null is "not yet published"."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class Problem(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    instance = serializers.CharField(required=False)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class SourceDescribed(Described):
    key = serializers.IntegerField(help_text="What `source` refers to inside this answer.")
    title_zh = serializers.CharField()
    title_en = serializers.CharField(allow_null=True)
    publisher = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    published_on = serializers.DateField(allow_null=True)


class OrganisationReference(Described):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_null=True)


class DivisionReference(Described):
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_null=True)


def text(**options: Any) -> serializers.CharField:
    return serializers.CharField(allow_null=True, **options)


def level() -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, min_value=1, max_value=9)


def number() -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, min_value=0)


def day() -> serializers.DateField:
    return serializers.DateField(allow_null=True)


def yuan() -> serializers.CharField:
    return serializers.RegexField(r"^\d+\.\d\d$", allow_null=True, help_text="Yuan, as text.")


def decimal() -> serializers.CharField:
    return serializers.RegexField(r"^-?\d+(\.\d+)?$", allow_null=True, help_text="A decimal number, as text.")


def responses(
    answer: Any, *, refusals: Iterable[int] = (400, 401, 406, 414, 429), also: dict[Any, Any] | None = None
) -> dict[Any, Any]:
    """The answers of one address by status; HEAD gives the same without content."""
    documented: dict[Any, Any] = {200: answer, 304: OpenApiResponse(description="Unchanged since the reader's copy.")}
    for status in refusals:
        documented[(status, "application/problem+json")] = OpenApiResponse(Problem, PROBLEMS[status])
    return documented | (also or {})


def list_parameters(filterset: type[FilterSet], fields: Iterable[str], orders: Iterable[str]) -> list[OpenApiParameter]:
    own = [filter_parameter(name, declared) for name, declared in filterset.base_filters.items()]
    named = ", ".join(fields)
    return [
        *own,
        OpenApiParameter("sort", str, enum=list(orders), description="The order; the first is the usual one."),
        OpenApiParameter("fields", str, description=f"Names of fields, separated by commas: {named}."),
        OpenApiParameter(
            "page_size",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
            description="Rows on a page.",
        ),
        OpenApiParameter("cursor", str, description="As `next` and `previous` give it."),
        *CONDITIONAL,
    ]


def filter_parameter(name: str, declared: Any) -> OpenApiParameter:
    form_field = declared.field
    kind: Any = OpenApiTypes.STR
    if isinstance(form_field, DecimalField):
        limits: Any = form_field
        kind = {"type": "integer", "minimum": int(limits.min_value), "maximum": int(limits.max_value)}
    choices = _choices(form_field) if isinstance(form_field, ChoiceField) else None
    return OpenApiParameter(name, kind, enum=choices, description=declared.label)


def _choices(form_field: Any) -> list[str]:
    return [str(value) for value, _label in form_field.choices if value]
