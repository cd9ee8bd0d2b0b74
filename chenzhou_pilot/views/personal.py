"""One's own data: what is kept and why, a copy of it, closing the account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import signed_in
from chenzhou_pilot.personal.closing import close_account, obstacles
from chenzhou_pilot.personal.copying import copy_of
from common import journal
from subsidies.downloads import json_attachment


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return _page(request, [])


@never_cache
@require_POST
def my_data_copy(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    content = copy_of(person)
    journal.write("copy_of_own_data", User, {}, object_id=str(person.pk), label=person.journal_label())
    return json_attachment(content, f"my-data-{person.pk}.json")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_account_close(request: HttpRequest) -> HttpResponse:
    """The password once more, for this cannot be undone."""
    person = signed_in(request)
    if request.method != "POST":
        return redirect("my_data")
    if not person.check_password(request.POST.get("password", "")):
        return _page(request, [_("This is not your password. Nothing has been closed.")], status=400)
    try:
        close_account(person, by=person)
    except ValidationError as error:
        return _page(request, error.messages, status=409)
    logout(request)
    messages.success(request, _("Your account is closed. What was personal in it is gone."))
    return redirect("home")


def _page(request: HttpRequest, problems: list[str], status: int = 200) -> HttpResponse:
    context = {
        "obstacles": list(obstacles(signed_in(request))),
        "problems": problems,
        "retention": settings.RETENTION_DAYS,
    }
    return render(request, "account/my_data.html", context, status=status)
