"""Problem details for HTTP APIs (RFC 9457): one shape for every refusal, in the reader's language."""

import math
from typing import Any

import orjson
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.views import set_rollback

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: _("The request is not valid"),
    401: _("Sign-in required"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Format not available"),
    409: _("Conflict with the current state"),
    413: _("Too large"),
    414: _("Address too long"),
    415: _("Format not accepted"),
    422: _("The request cannot be carried out"),
    429: _("Too many requests"),
    500: _("Server error"),
    503: _("Service unavailable"),
}
DETAILS = {
    400: _("Correct the request and send it again."),
    401: _("Send a valid token, or sign in."),
    403: _("Your account may not do this."),
    404: _("There is nothing at this address."),
    405: _("This address does not accept the method used."),
    406: _("The answer exists as application/json alone."),
    413: _("Send a smaller request."),
    415: _("Send the content as application/json, files as multipart/form-data."),
    429: _("The limit of requests is reached. Try again later."),
}
DJANGO_REFUSALS: dict[type[Exception], int] = {
    Http404: 404,
    PermissionDenied: 403,
    RequestDataTooBig: 413,
    SuspiciousOperation: 400,
    BadRequest: 400,
}


class Problem(exceptions.APIException):
    """A refusal with a status and a kind of its own; `members` are told beside the usual ones, as values of JSON."""

    def __init__(
        self,
        status_code: int,
        kind: str,
        detail: str,
        *,
        errors: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status_code, self.kind, self.errors, self.members = status_code, kind, errors, members
        self.headers = headers or {}


def problem_response(
    status_code: int,
    title: str = "",
    detail: str = "",
    *,
    kind: str = "",
    errors: dict[str, Any] | None = None,
    instance: str = "",
    headers: dict[str, str] | None = None,
    members: dict[str, Any] | None = None,
) -> HttpResponse:
    """A finished response, usable in and outside DRF. `kind` names the sort of problem for programs: "state"."""
    body: dict[str, Any] = {
        "type": f"urn:chenzhou-pilot:problem:{kind}" if kind else "about:blank",
        "title": str(title or TITLES.get(status_code, TITLES[400 if status_code < 500 else 500])),
        "status": status_code,
        "detail": str(detail or DETAILS.get(status_code, "")),
        "instance": instance,
        "errors": errors,
        **(members or {}),
    }
    content = orjson.dumps({key: value for key, value in body.items() if value not in ("", None)})
    return HttpResponse(content, content_type=CONTENT_TYPE, status=status_code, headers=headers)


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """For REST_FRAMEWORK["EXCEPTION_HANDLER"]; None for a bug, which stays loud."""
    instance = _path(context)
    if isinstance(exc, ValidationError):
        response = _refused_by_model(exc, instance)
    elif isinstance(exc, Problem):
        response = _told(exc, instance)
    elif isinstance(exc, exceptions.APIException):
        response = _refused_by_api(exc, instance)
    else:
        code = next((code for kind, code in DJANGO_REFUSALS.items() if isinstance(exc, kind)), None)
        if code is None:
            return None
        response = problem_response(code, detail=getattr(exc, "sentence", ""), instance=instance)
    set_rollback()
    return response


def _path(context: dict[str, Any]) -> str:
    """Empty where the answer to another's address must be that to a random one, byte for byte."""
    request, view = context.get("request"), context.get("view")
    return request.path if request is not None and getattr(view, "names_instance", True) else ""


def _told(exc: Problem, instance: str) -> HttpResponse:
    return problem_response(
        exc.status_code,
        detail=str(exc.detail),
        kind=exc.kind,
        errors=exc.errors,
        instance=instance,
        headers=exc.headers,
        members=exc.members,
    )


def _refused_by_model(exc: ValidationError, instance: str) -> HttpResponse:
    """A rule of ours said no: 409 where the state of the record stands against it, else 400."""
    if hasattr(exc, "error_dict"):
        errors = {_field_name(field): messages for field, messages in exc.message_dict.items()}
        return problem_response(400, kind="validation", errors=errors, instance=instance)
    detail = " ".join(exc.messages)
    if getattr(exc, "code", None) == "state":
        return problem_response(409, detail=detail, kind="state", instance=instance)
    return problem_response(400, detail=detail, kind=getattr(exc, "code", None) or "validation", instance=instance)


def _field_name(field: str) -> str:
    return "non_field_errors" if field == NON_FIELD_ERRORS else field


def _refused_by_api(exc: exceptions.APIException, instance: str) -> HttpResponse:
    headers = _headers(exc)
    if isinstance(exc, exceptions.ValidationError):
        errors = _plain(exc.detail)
        if isinstance(errors, list):
            errors = {"non_field_errors": errors}
        return problem_response(400, kind="validation", errors=errors, instance=instance, headers=headers)
    return problem_response(exc.status_code, detail=_detail(exc), kind=_kind(exc), instance=instance, headers=headers)


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    return headers


def _detail(exc: exceptions.APIException) -> str:
    """Our sentence where the framework only gives its stock one."""
    if isinstance(exc, exceptions.ParseError):
        return gettext("The content is not valid JSON.")
    if (wait := getattr(exc, "wait", None)) is not None:
        seconds = math.ceil(wait)
        return gettext("The limit of requests is reached. Try again in %(seconds)d s.") % {"seconds": seconds}
    is_stock = exc.detail == exc.default_detail or exc.status_code in (401, 405, 406, 415, 429)
    return str(DETAILS.get(exc.status_code, "")) if is_stock else str(exc.detail)


def _kind(exc: exceptions.APIException) -> str:
    """The code that the raiser chose; the stock ones say no more than the status."""
    codes = exc.get_codes()
    return codes if isinstance(codes, str) and codes != exc.default_code else ""


def _plain(detail: Any) -> Any:
    if isinstance(detail, dict):
        return {str(key): _plain(value) for key, value in detail.items()}
    if isinstance(detail, list | tuple):
        return [_plain(value) for value in detail]
    return force_str(detail)
