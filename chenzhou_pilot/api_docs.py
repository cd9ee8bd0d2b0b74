"""The OpenAPI document and the page that shows it; neither asks anything of another site."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.public_api import ByAcceptHeader, ReaderLanguage
from common.throttles import RequestRate


class Schema(ReaderLanguage, APIView):
    permission_classes = [AllowAny]  # how to ask is no secret; each address still guards itself
    authentication_classes: list[Any] = []
    throttle_classes = [RequestRate]
    content_negotiation_class = ByAcceptHeader
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]
    http_method_names = ["get", "head", "options"]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(document())


@cache
def document() -> dict[str, Any]:
    """In English, as the names in it are; made once in each process, for it takes a tenth of a second."""
    with override("en"):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def open_to_all_shows_no_lock(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """What can be asked without a token asks for none; a token there only raises the limit of requests."""
    for operations in result["paths"].values():
        for operation in operations.values():
            if {} in operation.get("security", []):
                operation["security"] = []
    return result


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger's own templates start it by an inline script; ours keep the site's Content-Security-Policy."""
    return render(request, "api/docs.html")
