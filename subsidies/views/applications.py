"""A firm's applications: the list, starting one, its overview, its reading and its history."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import signed_in
from common.calendar import one_calendar
from common.components import Crumb
from common.keys import key_of
from common.list_refusals import refused_list, wanted_page
from subsidies import permissions
from subsidies.application_forms import StartForm
from subsidies.application_list import FIRMS_TURN_FIRST, cards_of
from subsidies.asking_to_sign import is_asked
from subsidies.avoiding import can_avoid
from subsidies.awarding.shown import money_of
from subsidies.clocks import clocks_of
from subsidies.content import CallContent
from subsidies.differences import differences, lines_of
from subsidies.drafting import comments_by_place, may_comment, start
from subsidies.enums import ENDED, SINCE_AWARD, Action
from subsidies.finding import open_invitations
from subsidies.follow_up import integrity
from subsidies.held import answers_now
from subsidies.material_groups import groups_of
from subsidies.missing import hints_of
from subsidies.models import Application, Call, Correction
from subsidies.overview import answers_of, detail_href, wanted_of
from subsidies.publicity.pages import card_of
from subsidies.timing import drawn, events_of, stops_of
from subsidies.views.appeals import decision_shown
from subsidies.views.own import ROWS, correction_of, frame, own_application, sentence
from subsidies.workflow import MoveRefused, available_actions

PAGE_SIZE = 25


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    rows = Application.objects.of_firms(signed_in(request)).select_related(*ROWS).order_by(FIRMS_TURN_FIRST, "-pk")
    try:
        page = wanted_page(rows, PAGE_SIZE, request.GET.get("page", ""))
    except ValidationError as error:
        return refused_list(request, error.messages, "subsidies:application_list")
    calls = Call.objects.open_at(timezone.now()).order_by("closes_at")
    may_start = any(permissions.can_start(signed_in(request), key) for key in signed_in(request).firms())
    context = {
        "page": page,
        "cards": cards_of(list(page.object_list)),
        "open_calls": calls,
        "invitations": open_invitations(signed_in(request).firms()),
        "may_start": may_start,
        "has_firm": bool(signed_in(request).firms()),
    }
    return render(request, "subsidies/application_list.html", context)


# ---------------------------------------------------------------- starting
@require_http_methods(["GET", "HEAD", "POST"])
def application_start(request: HttpRequest, slug: str) -> HttpResponse:
    """An invitation names firm and project in its address, and both are chosen already."""
    call = get_object_or_404(Call.objects.published().select_related("scheme"), slug=slug)
    form = StartForm(request.POST or None, call=call, user=signed_in(request), initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            application = start(call, by=signed_in(request), **form.cleaned_data)
        except MoveRefused as error:
            if error.code == "exists":
                return _go_on(request, error)
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The application is begun. Everything you write is saved."))
            if listed := integrity.warning(application.organisation):
                messages.warning(request, listed)
            return redirect(application)
    context = {
        "call": call,
        "form": form,
        "is_open": call.is_open_at(timezone.now()),
        "has_firm": bool(form.firms),
        "crumbs": [Crumb(_("My applications"), reverse("subsidies:application_list")), Crumb(_("Start"))],
    }
    return render(request, "subsidies/application_start.html", context)


def _initial(request: HttpRequest) -> dict[str, int]:
    sent = {name: key_of(request.GET.get(name, "")) for name in ("project", "organisation")}
    return {name: key for name, key in sent.items() if key is not None}


def _go_on(request: HttpRequest, error: MoveRefused) -> HttpResponse:
    messages.info(request, sentence(error))
    params: dict[str, Any] = error.params or {}
    return redirect("subsidies:application_detail", params["application"])


# ---------------------------------------------------------------- the overview
@require_safe
def application_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    content = application.call_version.parsed
    correction = correction_of(application)
    steps = list(application.steps.select_related("by"))
    with one_calendar():
        context = frame(request, application, content, correction) | {"clocks": drawn(clocks_of(application, steps))}
    money = money_of(application, signed_in(request))
    context |= {
        "stops": stops_of(application, steps),
        "events": events_of(application, steps, money),
        "wanted": wanted_of(application, content, correction) if correction else [],
        "hints": hints_of(application),
        "materials": groups_of(application, signed_in(request)),
        "comments": comments_by_place(application).get("", []),
        "may_comment": may_comment(signed_in(request), application),
        "may_avoid": can_avoid(signed_in(request), application),
        "submissions": list(application.submissions.select_related("signed_by")),
        "letters": list(application.letters.all()),
        "has_follow_up": application.state in SINCE_AWARD,
        "appeal_route": application.appeal_route,
        **_moves(request, application),
        **_signature(request, application, correction, is_complete=not context["missing"]),
        "notice_card": card_of(application),
        **decision_shown(application, signed_in(request)),
        "money": money,
    }
    return render(request, "subsidies/application_detail.html", context)


def _signature(
    request: HttpRequest, application: Application, correction: Correction | None, *, is_complete: bool
) -> dict[str, bool]:
    """Of a correction that is done: whether the person can ask for the signature, or whether that was done."""
    if correction is None or not is_complete or not permissions.can_ask_to_sign(signed_in(request), application):
        return {"may_ask_to_sign": False, "is_asked_to_sign": False}
    is_told = is_asked(application, correction)
    return {"may_ask_to_sign": not is_told, "is_asked_to_sign": is_told}


def _moves(request: HttpRequest, application: Application) -> dict[str, bool]:
    possible = available_actions(application, signed_in(request))
    return {
        "may_hand_over": Action.HAND_OVER in possible,
        "may_take_back": Action.TAKE_BACK in possible,
        "may_sign": Action.SUBMIT in possible or Action.RESUBMIT in possible,
        "may_withdraw": Action.WITHDRAW in possible,
        "may_start_again": application.state in ENDED
        and permissions.can_start(signed_in(request), application.organisation_id),
        "may_write": permissions.can_write(signed_in(request), application),
        "may_rename": application.first_submitted_at is None and permissions.can_write(signed_in(request), application),
    }


# ---------------------------------------------------------------- reading
@require_safe
def application_print(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything on one page, to read before signing or to print."""
    application = own_application(request, public_id)
    content = application.call_version.parsed
    context = {
        "application": application,
        "content": content,
        "sections": answers_of(content, answers_now(application)),
        "files": files_of(application, content),
        "printed_at": timezone.now(),
        "crumbs": [
            Crumb(_("My applications"), reverse("subsidies:application_list")),
            Crumb(str(application), detail_href(application)),
            Crumb(_("Preview")),
        ],
    }
    return render(request, "subsidies/application_print.html", context)


@require_safe
def application_history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What changed between one signature and the next."""
    application = own_application(request, public_id)
    content = application.call_version.parsed
    signed = list(application.submissions.select_related("signed_by"))
    changes = [
        (after, lines_of(differences(before.snapshot, after.snapshot), content)) for before, after in pairwise(signed)
    ]
    context = frame(request, application, content, correction_of(application), _("Changes"))
    return render(request, "subsidies/application_history.html", context | {"signed": signed, "changes": changes})


def files_of(application: Application, content: CallContent) -> list[tuple[str, list[str]]]:
    """Names of the files in force by material, in the order of the call. One query."""
    names: dict[str, list[str]] = {}
    for code, name in application.files.filter(removed_at=None).values_list("material", "file__name"):
        names.setdefault(code, []).append(name)
    return [(f"{each.code} {each.name}", names.get(each.code, [])) for each in content.materials]
