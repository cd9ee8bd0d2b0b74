"""Which methods the address of a page takes."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve

from common.reader_language import asks_api

METHODS = ("GET", "HEAD", "POST")
View = TypeVar("View", bound=Callable[..., HttpResponse])


def takes_also(*methods: str) -> Callable[[View], View]:
    """For the view of a page whose script sends more than a browser does."""

    def mark(view: View) -> View:
        vars(view)["methods_besides"] = methods
        return view

    return mark


class PageMethods:
    """What no browser sends to a page is answered before any session is read. The API chooses for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in METHODS or asks_api(request) or _is_taken(request):
            return self.get_response(request)
        return HttpResponseNotAllowed(METHODS)


def _is_taken(request: HttpRequest) -> bool:
    """What leads nowhere is left to the page that says so."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return True
    return request.method in getattr(view, "methods_besides", ())
