"""The open, read-only API: no parameter is silently ignored, and an unchanged answer costs one query."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common import versions
from common.conditional import Validators
from common.throttles import RequestRate

ANY_ACCEPTED = ("*/*", "application/json")
KEPT_FOR_S = 3600


class ReaderLanguage:
    """Answers in the language of Accept-Language; addresses of the API carry no language."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class ByAcceptHeader(DefaultContentNegotiation):
    """Without DRF's ?format=, which would be one more parameter."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        accepted = request.META.get("HTTP_ACCEPT")
        if not accepted or accepted in ANY_ACCEPTED:
            return renderers[0], renderers[0].media_type
        found = self._by_header(request, renderers)
        if found is None:
            raise exceptions.NotAcceptable(available_renderers=renderers)
        return found

    def _by_header(self, request: Request, renderers: Any) -> Any:
        wanted = [part.partition(";")[0].strip() for part in self.get_accept_list(request)]
        for renderer in renderers:
            main, _slash, _sub = renderer.media_type.partition("/")
            if {"*/*", f"{main}/*", renderer.media_type} & set(wanted):
                return renderer, renderer.media_type
        return None


class PublicReadAPIView(ReaderLanguage, APIView, ABC):
    """Open to all, reading only. A query parameter outside `known_parameters` is a 400 that names it.

    Subclasses give `answer`, whose bytes must follow from the registry and the address alone.
    """

    permission_classes = [AllowAny]  # what stands here the public site shows to everybody too
    throttle_classes = [RequestRate]
    content_negotiation_class = ByAcceptHeader
    http_method_names = ["get", "head", "options"]
    known_parameters: ClassVar[frozenset[str]] = frozenset()
    is_kept: ClassVar[bool] = False  # whether the bytes stay in the cache until the registry changes

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.known_parameters)

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        version = versions.current("registry")
        validators = Validators(request._request, version)
        if validators.match_etag():
            return HttpResponse(status=304, headers=validators.headers)
        content = self._content(validators, request, version, **kwargs)
        if isinstance(content, HttpResponseBase):
            return content
        if validators.match_date():
            return HttpResponse(status=304, headers=validators.headers)
        return HttpResponse(content, content_type="application/json", headers=validators.headers)

    @abstractmethod
    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes | HttpResponseBase:
        """Raises for everything that is no answer; called with the version of the registry it follows from."""

    def _content(
        self, validators: Validators, request: Request, version: str, **kwargs: Any
    ) -> bytes | HttpResponseBase:
        if not self.is_kept:
            return self.answer(request, version, **kwargs)
        key = f"api:{validators.digest}"
        kept: bytes | None = cache.get(key)
        return kept or self._answer_and_keep(key, request, version, **kwargs)

    def _answer_and_keep(self, key: str, request: Request, version: str, **kwargs: Any) -> bytes | HttpResponseBase:
        content = self.answer(request, version, **kwargs)
        if isinstance(content, bytes):
            cache.set(key, content, KEPT_FOR_S)
        return content


def refuse_unknown_parameters(request: Request, known: frozenset[str]) -> None:
    unknown = sorted(request.query_params.keys() - known)
    if unknown:
        raise exceptions.ValidationError({name: [_unknown_parameter(known)] for name in unknown}, code="unknown")


def _unknown_parameter(known: frozenset[str]) -> str:
    if not known:
        return _("Unknown parameter. This address takes none.")
    return _("Unknown parameter. Known: %(names)s.") % {"names": ", ".join(sorted(known))}
