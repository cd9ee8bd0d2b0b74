"""What axes asks of us: after five wrong passwords an account is closed to that network address for 15 minutes."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models.people import normalise_email


def typed_account(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The account someone tries to open, as typed: whether it exists makes no difference."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or given.get("login") or request.POST.get("login", "")
    return normalise_email(typed)


def lock_seconds() -> int:
    return round(settings.AXES_COOLOFF_TIME * 3600)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    page = render(request, "account/locked.html", status=429)
    page.headers["Retry-After"] = str(lock_seconds())
    return page
