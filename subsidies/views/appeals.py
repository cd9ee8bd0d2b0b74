"""The decision as the applicant reads it, and the appeal against it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import signed_in
from subsidies import appealing, permissions
from subsidies.application_forms import AppealForm
from subsidies.enums import SINCE_APPROVAL, State
from subsidies.models import Application
from subsidies.review_reading import scores_by_criterion
from subsidies.views.own import frame, own_application

DECIDED = (State.DEFERRED, State.NOT_APPROVED, *SINCE_APPROVAL)


def decision_shown(application: Application, user: User) -> dict[str, Any]:
    """For the overview; of a decision that is released alone. Two queries once there is one."""
    if application.state not in DECIDED:
        return {}
    decision = appealing.decision_of(application)
    if decision is None:
        return {}
    return {
        "decision": decision,
        "appeal": getattr(decision, "appeal", None),
        "may_appeal": appealing.can_appeal(user, application, decision),
        "scores": scores_by_criterion(application),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def application_appeal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    user = signed_in(request)
    if not permissions.is_lead(user, application):
        raise PermissionDenied
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appealing.appeal(application, by=user, text=form.cleaned_data["text"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your appeal is with the bureau. Somebody who took no part in it answers."))
            return redirect(application)
    context = frame(request, application, application.call_version.parsed, None, _("Appeal")) | {"form": form}
    return render(request, "subsidies/application_appeal.html", context | decision_shown(application, user))
