"""Where a firm names experts to be kept away from its application."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import signed_in
from subsidies.avoiding import Named, avoid, can_avoid
from subsidies.models import Application
from subsidies.models.experts import MOST_AVOIDED
from subsidies.permissions import is_lead
from subsidies.review_forms import AvoidForm
from subsidies.views.own import correction_of, frame, own_application

AvoidForms: Any = formset_factory(AvoidForm, extra=0, max_num=MOST_AVOIDED, absolute_max=MOST_AVOIDED)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_avoid(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application, user = own_application(request, public_id), signed_in(request)
    if not is_lead(user, application):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, application, AvoidForms(initial=_initial(application)))
    formset = AvoidForms(request.POST, initial=_initial(application))
    if not formset.is_valid():
        return _page(request, application, formset, status=400)
    rows = [Named(*(str(form.cleaned_data.get(name, "")) for name in Named._fields)) for form in formset]
    try:
        avoid(application, rows, by=user)
    except ValidationError as refusal:
        return _page(request, application, formset, refusal.messages, status=400)
    messages.success(request, _("Kept. The experts named are left out of the draw."))
    return redirect("subsidies:application_avoid", public_id)


def _initial(application: Application) -> list[dict[str, str]]:
    known = [{name: getattr(row, name) for name in Named._fields} for row in application.avoided_experts.all()]
    return [*known, *({} for _number in range(MOST_AVOIDED - len(known)))]


def _page(
    request: HttpRequest,
    application: Application,
    formset: BaseFormSet,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    content, correction = application.call_version.parsed, correction_of(application)
    context = frame(request, application, content, correction, _("Experts to be avoided")) | {
        "formset": formset,
        "problems": problems or [],
        "can_avoid": can_avoid(signed_in(request), application),
    }
    return render(request, "subsidies/application_avoid.html", context, status=status)
