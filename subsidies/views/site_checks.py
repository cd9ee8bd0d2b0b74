"""A site check as its firm reads it: findings, photographs, what is asked, and its own words."""

from typing import Any
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

from accounts.models import User
from accounts.requests import signed_in
from common.file_serving import FileNotShown, file_response, own_picture
from subsidies import permissions
from subsidies.enums import CheckState
from subsidies.follow_up import site_checks
from subsidies.follow_up.reports import EVIDENCE, MOST_FILES
from subsidies.models import Application, RemedyFile, SiteCheck, VisitDocument, VisitPhoto
from subsidies.report_forms import CheckCommentForm, RemedyForm
from subsidies.views.own import frame, own_application, sentence


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
        "documents": list(check.visit.documents.select_related("file")),
        "files": list(check.files.select_related("file")),
        "most_files": MOST_FILES,
        "accept": EVIDENCE.accept,
        "may_comment": site_checks.can_comment(user, check),
        "may_report": site_checks.can_report(user, check),
        "form": form,
    }
    return render(request, "subsidies/site_check.html", context, status=400 if form.errors else 200)


def _form(check: SiteCheck, request: HttpRequest) -> forms.Form:
    kind = RemedyForm if check.state == CheckState.RECTIFY else CheckCommentForm
    return kind(request.POST or None)


def _sent(request: HttpRequest, check: SiteCheck, form: forms.Form) -> bool:
    by, text = signed_in(request), form.cleaned_data["text"]
    try:
        if check.state == CheckState.RECTIFY:
            site_checks.report_remedy(check, by=by, text=text, evidence=request.FILES.getlist("evidence"))
        else:
            site_checks.comment(check, by=by, text=text)
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


@require_safe
def site_check_file(request: HttpRequest, public_id: UUID, check_key: UUID, file_id: UUID) -> HttpResponseBase:
    """A document of the record or one that the firm has sent: for the firm, and for whom the bureau shows checks."""
    check = _readable(signed_in(request), public_id, check_key)
    documents = check.visit.documents.filter(file__public_id=file_id).select_related("file")
    row: VisitDocument | RemedyFile | None = documents.first()
    row = row or check.files.filter(file__public_id=file_id).select_related("file").first()
    if row is None:
        raise Http404
    try:
        return file_response(row.file)
    except FileNotShown as error:
        context: dict[str, Any] = {"row": row, "why": sentence(error), "crumbs": []}
        return render(request, "subsidies/file_not_shown.html", context, status=409)


def _readable(user: User, public_id: UUID, key: UUID) -> SiteCheck:
    own = Application.objects.of_firms(user).filter(public_id=public_id).first()
    if own is not None:
        return _check(own, key)
    found: SiteCheck = get_object_or_404(site_checks.checks_for(user), key=key, application__public_id=public_id)
    return found


def _check(application: Application, key: UUID) -> SiteCheck:
    found: SiteCheck = get_object_or_404(site_checks.shown_to_firm(application), key=key)
    found.application = application
    return found
