"""Views that anybody reads by program: no parameter is silently ignored, and the reader's language answers.

Apart from common.api because rest_framework.views reads its settings while it loads, and these name that module.
"""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


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
