"""A site check as its firm reads it: findings, photographs, what is asked, and its own words."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import signed_in
from common.file_serving import FileNotShown, own_picture
from subsidies import permissions
from subsidies.enums import CheckState
from subsidies.follow_up import site_checks
from subsidies.models import Application, SiteCheck, VisitPhoto
from subsidies.report_forms import CheckCommentForm, RemedyForm
from subsidies.views.own import frame, own_application


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_check(request: HttpRequest, public_id: UUID, check_key: UUID) -> HttpResponse:
    """POST is the comment, or later the report that something is put right."""
    application = own_application(request, public_id)
    check = _check(application, check_key)
    user = signed_in(request)
    form = _form(check, request)
    if request.method == "POST":
        if not permissions.is_lead(user, application):
            raise PermissionDenied
        if form.is_valid() and _sent(request, check, form):
            return redirect("subsidies:site_check", public_id, check_key)
    here = _("Check of the project on the spot")
    context = frame(request, application, application.call_version.parsed, None, here) | {
        "check": check,
        "photos": list(check.visit.photos.all()),
        "may_comment": site_checks.can_comment(user, check),
        "may_report": site_checks.can_report(user, check),
        "form": form,
    }
    return render(request, "subsidies/site_check.html", context, status=400 if form.errors else 200)


def _form(check: SiteCheck, request: HttpRequest) -> forms.Form:
    kind = RemedyForm if check.state == CheckState.RECTIFY else CheckCommentForm
    return kind(request.POST or None)


def _sent(request: HttpRequest, check: SiteCheck, form: forms.Form) -> bool:
    verb = site_checks.report_remedy if check.state == CheckState.RECTIFY else site_checks.comment
    try:
        verb(check, by=signed_in(request), text=form.cleaned_data["text"])
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    messages.success(request, _("It is with the bureau."))
    return True


@require_safe
def site_check_photo(request: HttpRequest, public_id: UUID, check_key: UUID, photo_key: UUID) -> HttpResponseBase:
    check = _check(own_application(request, public_id), check_key)
    row: VisitPhoto = get_object_or_404(check.visit.photos.select_related("file"), key=photo_key)
    try:
        return own_picture(row.file)
    except FileNotShown as error:
        raise Http404 from error


def _check(application: Application, key: UUID) -> SiteCheck:
    found: SiteCheck = get_object_or_404(site_checks.shown_to_firm(application), key=key)
    found.application = application
    return found
