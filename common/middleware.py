from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from common.journal import acting
from common.problems import problem_response
from common.reader_language import asks_api, reader_language

LONGEST_QUERY = 8_000
EXPLAINED_BY_DJANGO = (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR)  # by pages with their own style
SOURCES = {"admin": "admin", "api": "api"}
GetResponse = Callable[[HttpRequest], HttpResponse]
AnyResponse = HttpResponse | StreamingHttpResponse


class LoginRequiredUnlessPublic(LoginRequiredMiddleware):
    """Django's own, which asks for the user before it looks whether the view needs one; public views need none."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class NoBodyForHead:
    """HEAD gets the headers of GET alone: what stood in the body is dropped here, whichever view or refusal made it."""

    def __init__(self, get_response: Callable[[HttpRequest], AnyResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> AnyResponse:
        response = self.get_response(request)
        if request.method == "HEAD":
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = []
            else:
                response.content = b""
        return response


class JournalActor:
    """Whatever a request records bears its user, way in and address; without a record the session stays unread."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = SimpleLazyObject(lambda: request.user)
        source = SOURCES.get(_first_segment(request), "page")
        with acting(by=user, source=source, address=client_address(request)):
            return self.get_response(request)


class OnePolicy:
    """The policy of the settings as django-csp words it, once: anew for each answer it costs more than all headers.

    A view may have set a stricter one. Nothing else of django-csp is in use: no nonces, no decorators.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in EXPLAINED_BY_DJANGO):
            response.headers.setdefault(HEADER, _policy())
        return response


@cache
def _policy() -> str:
    return str(build_policy())


class LongQueryRefused:
    """A query string of more than 8,000 characters is answered before anything reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY:
            return self.get_response(request)
        with translation.override(reader_language(request)):
            return _too_long(request)


def client_address(request: HttpRequest) -> str:
    """The address the outermost of our own proxies saw; without a proxy, the peer's."""
    proxies = int(str(settings.REST_FRAMEWORK["NUM_PROXIES"]))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    return hops[-min(proxies, len(hops))].strip() if any(hops) else request.META.get("REMOTE_ADDR", "")


def _first_segment(request: HttpRequest) -> str:
    return request.path_info[1:].partition("/")[0]


def _too_long(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.REQUEST_URI_TOO_LONG
    if not asks_api(request):
        return render(request, "414.html", status=status)
    detail = gettext(
        "The part after the question mark has more than 8,000 characters. Shorten the search and try again."
    )
    return problem_response(status, detail=detail, instance=request.path)
