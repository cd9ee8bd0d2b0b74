"""Many applications at once: a page says which go and which are left out and why, then each goes by itself."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.requests import signed_in
from subsidies import accepting, meetings, reminders
from subsidies.models import Application, Meeting

MOST_AT_ONCE = 50
MOST_MEETINGS = 8  # offered in the menu
PROPOSE = "subsidies.propose_to_meeting"


class Deed(NamedTuple):
    """`perform` is the verb that a single application goes through; it says itself what stands in the way."""

    title: Promise | str
    about: Promise | str
    right: str
    perform: Callable[..., object]


class LeftOut(NamedTuple):
    application: Application
    why: str


DEEDS: dict[str, Deed] = {
    "accept": Deed(
        gettext_lazy("Accept"),
        gettext_lazy("The time for the form check begins tomorrow, and the cross-checks run at once."),
        "subsidies.check_application",
        accepting.accept,
    ),
    "remind": Deed(
        gettext_lazy("Remind the applicant of the correction"),
        gettext_lazy("Those who write for the firm are told what is asked for and until when; once a day at most."),
        "subsidies.check_application",
        reminders.remind_of_correction,
    ),
}


def actions_of(user: User) -> dict[str, tuple[Any, str, str]]:
    """As the list of the desk wants them: by name, with what runs and what stands in the menu."""
    return {name: (_run(name, deed), name, str(deed.title)) for name, deed in deeds_of(user).items()}


def deeds_of(user: User) -> dict[str, Deed]:
    """One query for whoever can put applications before a meeting."""
    found = {name: deed for name, deed in DEEDS.items() if user.has_perm(deed.right)}
    if user.has_perm(PROPOSE):
        coming = Meeting.objects.filter(released_at=None).select_related("call").order_by("held_on", "pk")
        found |= {f"propose-{meeting.pk}": _before(meeting) for meeting in coming[:MOST_MEETINGS]}
    return found


def _before(meeting: Meeting) -> Deed:
    words = {"meeting": meeting, "call": meeting.call}
    title = _("Put before the meeting: %(meeting)s (%(call)s)") % words
    about = _("Each takes its place on the agenda by the total of the experts.")
    return Deed(title, about, PROPOSE, partial(meetings.propose, meeting=meeting))


def _run(name: str, deed: Deed) -> Callable[..., HttpResponse | None]:
    def run(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        chosen = list(queryset[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            words = _("Choose at most %(count)d applications at once.")
            messages.error(request, words % {"count": MOST_AT_ONCE})
            return None
        return _page(model_admin, request, chosen, name, deed)

    return run


def _page(
    model_admin: Any, request: HttpRequest, chosen: list[Application], name: str, deed: Deed
) -> HttpResponse | None:
    """The preview; once it is confirmed nothing is asked any more."""
    if "confirmed" in request.POST:
        _perform(model_admin, request, chosen, deed)
        return None
    with model_admin.acting(request):
        left_out = _left_out(chosen, deed, signed_in(request))
    skipped = {each.application.pk for each in left_out}
    context = {
        **model_admin.admin_site.each_context(request),
        "title": deed.title,
        "about": deed.about,
        "opts": model_admin.opts,
        "going": [each for each in chosen if each.pk not in skipped],
        "left_out": left_out,
        "form": forms.Form(),
        "action_name": name,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/subsidies/bulk.html", context)


def _left_out(chosen: Iterable[Application], deed: Deed, user: User) -> list[LeftOut]:
    return [LeftOut(each, why) for each in chosen if (why := why_not(each, deed, user))]


def why_not(application: Application, deed: Deed, user: User) -> str:
    """What the verb itself says, tried and taken back; empty where nothing is in the way."""
    try:
        with transaction.atomic():
            deed.perform(application, by=user)
            transaction.set_rollback(True)
    except (ValidationError, PermissionDenied) as refusal:
        return _said(refusal)
    return ""


def _perform(model_admin: Any, request: HttpRequest, chosen: list[Application], deed: Deed) -> None:
    """Each in a transaction of its own: one that is refused now does not hold up the others."""
    done = 0
    for application in chosen:
        try:
            with model_admin.acting(request), transaction.atomic():
                deed.perform(application, by=signed_in(request))
            done += 1
        except (ValidationError, PermissionDenied) as refusal:
            messages.error(request, f"{application} {application.project_name}: {_said(refusal)}")
    if done:
        words = ngettext("%(deed)s: %(count)d application.", "%(deed)s: %(count)d applications.", done)
        messages.success(request, words % {"deed": deed.title, "count": done})


def _said(refusal: ValidationError | PermissionDenied) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return _("You may not do this with this application: it is another's turn, or you have an interest in it.")
