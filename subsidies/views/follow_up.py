"""After the award: the firm's yearly reports, and what it says when money is to be recovered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import signed_in
from common.file_serving import FileNotShown, file_response
from subsidies import permissions
from subsidies.follow_up import recovering, reports
from subsidies.follow_up.amounts import owed
from subsidies.follow_up.site_checks import shown_to_firm
from subsidies.models import Application, FollowUpReport
from subsidies.report_forms import ReportForm, StatementForm
from subsidies.views.own import frame, own_application, sentence


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_follow_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Reports by year, and what is to be paid back; POST is the statement before a recovery is decided."""
    application = own_application(request, public_id)
    user = signed_in(request)
    recovery = recovering.standing_recovery(application)
    form = StatementForm(request.POST or None)
    if request.method == "POST":
        if recovery is None or not permissions.is_lead(user, application):
            raise PermissionDenied
        if form.is_valid():
            try:
                recovering.state_own_case(recovery, by=user, text=form.cleaned_data["text"])
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Your statement is with the bureau; it is answered with the decision."))
                return redirect("subsidies:application_follow_up", public_id)
    context = _frame(request, application, _("Reports and follow-up")) | {
        "reports": reports.expected(application),
        "checks": list(shown_to_firm(application)),
        "recovery": recovery,
        "may_state": recovery is not None and recovering.can_state(user, recovery),
        "form": form,
    }
    if recovery is not None:
        context |= {"owed": owed(recovery), "plan": recovering.plan_of(recovery)}
    return render(request, "subsidies/application_follow_up.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_detail(request: HttpRequest, public_id: UUID, year: int) -> HttpResponse:
    """The report of a year: saved as often as one likes, sent once it is complete."""
    application = own_application(request, public_id)
    report = _report(application, year)
    may_write = reports.can_write(signed_in(request), report)
    form = ReportForm(request.POST or None, report=report)
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        if form.is_valid() and _written(request, report, form):
            return redirect("subsidies:report_detail", public_id, year)
    context = _frame(request, application, _("Report %(year)d") % {"year": year}) | {
        "report": report,
        "form": form,
        "files": list(report.files.select_related("file")),
        "may_write": may_write,
        "may_send": may_write and permissions.is_lead(signed_in(request), application),
        "most_files": reports.MOST_FILES,
        "accept": reports.EVIDENCE.accept,
    }
    return render(request, "subsidies/report_detail.html", context, status=400 if form.errors else 200)


def _written(request: HttpRequest, report: FollowUpReport, form: ReportForm) -> bool:
    """What was typed is kept even where a file or the sending is refused."""
    user = signed_in(request)
    try:
        reports.write(report, by=user, version=form.cleaned_data["version"], values=form.values())
    except ValidationError as error:
        form.refuse(error)
        return False
    for file in request.FILES.getlist("evidence"):
        try:
            reports.attach(report, file, file.name or "", by=user)
        except ValidationError as error:
            messages.error(request, f"{file.name}: {sentence(error)}")
    if "send" not in request.POST:
        messages.success(request, _("Saved."))
        return True
    try:
        reports.submit(report, by=user)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, _("The report is with the bureau."))
    return True


@require_POST
def report_file_remove(request: HttpRequest, public_id: UUID, year: int, file_id: UUID) -> HttpResponse:
    report = _report(own_application(request, public_id), year)
    try:
        reports.remove_file(report, file_id, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, sentence(error))
    return redirect("subsidies:report_detail", public_id, year)


@require_safe
def report_file(request: HttpRequest, public_id: UUID, year: int, file_id: UUID) -> HttpResponseBase:
    """For whoever sees the application, once it is sent: the firm, its unit, the bureau."""
    application = get_object_or_404(Application.objects.visible_to(signed_in(request)), public_id=public_id)
    report = _report(application, year)
    row = report.files.filter(file__public_id=file_id).select_related("file").first()
    # What is not sent yet is the firm's own affair.
    is_hidden = report.is_with_firm and not permissions.is_writer(signed_in(request), application)
    if row is None or is_hidden:
        raise Http404
    try:
        return file_response(row.file)
    except FileNotShown as error:
        context = {"row": row, "why": sentence(error), "crumbs": []}
        return render(request, "subsidies/file_not_shown.html", context, status=409)


def _report(application: Application, year: int) -> FollowUpReport:
    found: FollowUpReport = get_object_or_404(application.reports, year=year)
    found.application = application
    return found


def _frame(request: HttpRequest, application: Application, here: str) -> dict[str, Any]:
    return frame(request, application, application.call_version.parsed, None, here)
