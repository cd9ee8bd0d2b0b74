import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.second_factor import WAY_TO_SECOND_FACTOR, next_step
from common.problems import problem_response
from common.reader_language import asks_api, reader_language

SEEN_AT = "staff_seen_at"
IDLE_SECONDS = 30 * 60
SEEN_EVERY_SECONDS = 60  # so that not every request writes the session


class StaffSecondFactor:
    """Staff and experts reach nothing before their second factor where it is required; staff are signed out when idle.

    A visitor without a session cookie passes without a look at session or user, so public pages stay cacheable.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if has_session(request) and request.user.is_authenticated and request.user.is_staff:
            sign_out_when_idle(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not has_session(request) or (step := next_step(request)) is None:
            return None
        if request.resolver_match and request.resolver_match.view_name in WAY_TO_SECOND_FACTOR:
            return None
        if asks_api(request):
            with translation.override(reader_language(request)):
                return problem_response(403, detail=_("Sign in with your second factor first."), kind="second_factor")
        return redirect(f"{reverse(step)}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")


def has_session(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def sign_out_when_idle(request: HttpRequest) -> None:
    """After this the request goes on as anyone's."""
    now = int(time.time())
    seen_at = request.session.get(SEEN_AT, now)
    if now - seen_at > IDLE_SECONDS:
        logout(request)
    elif SEEN_AT not in request.session or now - seen_at >= SEEN_EVERY_SECONDS:
        request.session[SEEN_AT] = now
