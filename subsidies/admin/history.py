"""What has happened to a case, and two of its signed versions beside each other."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.requests import signed_in
from subsidies.differences import differences, lines_of
from subsidies.models import Application, Submission
from subsidies.timeline import timeline_of


def timeline_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    application = _seen(model_admin, request, object_id)
    happenings = timeline_of(application, signed_in(request))
    return _page(model_admin, request, application, "timeline", _("Timeline"), happenings=happenings)


def versions_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Any two signatures; without a choice the last and the one before."""
    application = _seen(model_admin, request, object_id)
    signed = list(application.submissions.select_related("signed_by").order_by("round"))
    after = _chosen(signed, request.GET.get("after"), -1)
    before = _chosen(signed, request.GET.get("before"), -2)
    lines = []
    if before and after:
        lines = lines_of(differences(before.snapshot, after.snapshot), application.call_version.parsed)
    shown = {"signed": signed, "before": before, "after": after, "lines": lines}
    return _page(model_admin, request, application, "versions", _("Versions side by side"), **shown)


def _seen(model_admin: Any, request: HttpRequest, object_id: str) -> Application:
    application: Application | None = model_admin.get_object(request, object_id)
    if application is None or request.method not in ("GET", "HEAD"):
        raise Http404
    return application


def _chosen(signed: list[Submission], number: str | None, usual: int) -> Submission | None:
    if number is None:
        return signed[usual] if len(signed) >= -usual else None
    return next((each for each in signed if str(each.round) == number), None)


def _page(
    model_admin: Any, request: HttpRequest, application: Application, name: str, title: str, **shown: Any
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "subtitle": str(application),
        "opts": model_admin.opts,
        "application": application,
        **shown,
    }
    return TemplateResponse(request, f"admin/subsidies/{name}.html", context)
