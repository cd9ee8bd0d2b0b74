"""Answers to what went wrong: a page that says what to do next, or problem+json under /api/."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.problems import problem_response
from common.reader_language import asks_api, reader_language

RETRY_AFTER_SECONDS = "30"


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, _("The request could not be read"))


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, _("You may not open this"))


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, _("The form was open too long"), is_csrf_failure=True)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    told = getattr(exception, "sentence", "")
    return _answer(request, 404, _("There is nothing at this address"), told=told)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 with Retry-After when it was the database that did not answer."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return service_unavailable(request)
    return _answer_alone(request, 500)


@login_not_required
def service_unavailable(request: HttpRequest) -> HttpResponse:
    response = _answer_alone(request, 503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _answer(request: HttpRequest, status: int, title: Promise, **context: object) -> HttpResponse:
    if asks_api(request):
        return _problem(request, status)
    return render(request, f"{status}.html", {"error_title": title, **context}, status=status)


def _answer_alone(request: HttpRequest, status: int) -> HttpResponse:
    """Neither request nor database is to be trusted here, so the page is rendered without them."""
    if asks_api(request):
        return _problem(request, status)
    return HttpResponse(get_template(f"{status}.html").render(), status=status)


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    """No view of the API was reached, or it failed: none has chosen the reader's language."""
    with translation.override(reader_language(request)):
        return problem_response(status, instance=request.path)
