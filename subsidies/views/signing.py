"""The firm's own moves: hand over, give back, sign and submit, withdraw, begin again; and the name of the project."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import signed_in
from common.texts import listed
from subsidies import drafting, permissions
from subsidies.application_forms import ReasonForm, RenameForm, SignForm
from subsidies.asking_to_sign import ask_to_sign
from subsidies.enums import Action, State
from subsidies.held import answers_now
from subsidies.missing import hints_of
from subsidies.models import Application, Submission
from subsidies.overview import answers_of, wanted_of
from subsidies.submitting import Incomplete, resubmit, submit
from subsidies.views.applications import files_of
from subsidies.views.own import correction_of, frame, own_application, sentence
from subsidies.withdrawing import start_again, withdraw
from subsidies.workflow import MOVES


@require_http_methods(["GET", "HEAD", "POST"])
def application_sign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    if not permissions.is_signatory(signed_in(request), application):
        raise PermissionDenied
    form = SignForm(request.POST or None, initial={"key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        try:
            submission = _sign(request, application, form.cleaned_data["key"])
        except Incomplete:
            form.add_error(None, _("Something is still missing; the list says what and where."))
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Submitted. This is your receipt."))
            return redirect(submission)
    return render(request, "subsidies/application_sign.html", _review(request, application, form))


def _sign(request: HttpRequest, application: Application, key: str) -> Submission:
    """A second click comes when the state has changed already: the key finds what the first one made."""
    again = application.submissions.count() > 1 and application.state != State.CORRECTION
    make = resubmit if application.state == State.CORRECTION or again else submit
    return make(application, signed_in(request), key, wait=True)


def _review(request: HttpRequest, application: Application, form: SignForm) -> dict[str, object]:
    content = application.call_version.parsed
    correction = correction_of(application)
    action = Action.RESUBMIT if correction else Action.SUBMIT
    return frame(request, application, content, correction, _("Review and sign")) | {
        "form": form,
        "sections": answers_of(content, answers_now(application)),
        "files": files_of(application, content),
        "hints": hints_of(application),
        "unchanged": [each for each in wanted_of(application, content, correction) if not each.is_changed]
        if correction
        else [],
        "can_sign_now": application.state in MOVES[action].sources,
    }


@require_POST
def application_hand_over(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    try:
        drafting.hand_over(application, signed_in(request))
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Handed over: the administrator of the firm has been told."))
    return redirect(application)


@require_POST
def application_ask_to_sign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    try:
        ask_to_sign(application, by=signed_in(request))
    except Incomplete:
        messages.error(request, _("Something is still missing; the list says what and where."))
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("The administrators of the firm have been told that it waits for their signature."))
    return redirect(application)


@require_POST
def application_take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    try:
        drafting.take_back(application, signed_in(request), request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("It can be written in again."))
    return redirect(application)


@require_POST
def application_rename(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    form = RenameForm(request.POST)
    try:
        drafting.rename(application, form.data.get("project_name", ""), signed_in(request))
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(application)


@require_http_methods(["GET", "HEAD", "POST"])
def application_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    if not permissions.is_lead(signed_in(request), application):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(application, signed_in(request), form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The application is withdrawn."))
            return redirect(application)
    context = frame(request, application, application.call_version.parsed, None, _("Withdraw")) | {"form": form}
    context["can_withdraw"] = application.state in MOVES[Action.WITHDRAW].sources
    return render(request, "subsidies/application_withdraw.html", context)


@require_POST
def application_start_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    try:
        again = start_again(application, signed_in(request))
    except ValidationError as error:
        messages.error(request, sentence(error))
        return redirect(application)
    messages.success(request, _("A new application is begun with what you wrote before."))
    if left := [*again.dropped_fields, *again.dropped_files]:
        messages.warning(request, _("Not taken over: %(names)s") % {"names": listed(left)})
    return redirect(again.application)
