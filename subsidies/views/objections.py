"""Objecting to an entry of a public notice, and where an objection stands, for whoever has its code."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from common.components import Crumb
from common.middleware import client_address
from common.throttles import is_within
from subsidies.enums import NoticeState
from subsidies.models import PublicNotice
from subsidies.publicity.clearing import is_in_time
from subsidies.publicity.codes import code_of, found_by
from subsidies.publicity.forms import ObjectionForm
from subsidies.publicity.objecting import Received, leave_lead, object_to
from subsidies.publicity.pages import published_notices, title_of
from subsidies.receipts import in_groups

MOST_SENT = "20/h"  # from one address, whether they were taken or not
TAKING = (NoticeState.PUBLISHED, NoticeState.CONCLUDED)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("name", "contact", "email", "text")
def notice_object(request: HttpRequest, slug: str) -> HttpResponse:
    notice = get_object_or_404(published_notices().filter(state__in=TAKING), slug=slug)
    takes_objections = is_in_time(notice)
    entries = notice.entries.filter(removed_at=None).select_related("application__organisation", "notice__call")
    facts: dict[str, Any] = {"entries": entries, "takes_objections": takes_objections}
    if request.method != "POST":
        return _drawn(request, notice, ObjectionForm(**facts), takes_objections)
    if not is_within(MOST_SENT, "objection", client_address(request)):
        return _drawn(request, notice, ObjectionForm(**facts), takes_objections, status=429)
    form = ObjectionForm(request.POST, request.FILES, **facts)
    if form.is_valid():
        try:
            return redirect("subsidies:objection_status", _received(form).code)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
    return _drawn(request, notice, form, takes_objections, status=400)


def _received(form: ObjectionForm) -> Received:
    given = form.cleaned_data
    if form.is_lead:
        return leave_lead(given["entry"], text=given["text"])
    proof = {"letter": given["letter"], "evidence": given["evidence"]}
    return object_to(given["entry"], form.objector(), text=given["text"], **proof)


def _drawn(
    request: HttpRequest, notice: PublicNotice, form: ObjectionForm, takes_objections: bool, status: int = 200
) -> HttpResponse:
    context = {
        "notice": notice,
        "title": title_of(notice),
        "form": form,
        "takes_objections": takes_objections,
        "is_too_often": status == 429,
        "crumbs": [
            Crumb(_("Public notices"), reverse("subsidies:notice_list")),
            Crumb(title_of(notice), notice.get_absolute_url()),
            Crumb(_("Object")),
        ],
    }
    return render(request, "subsidies/notice_object.html", context, status=status)


@login_not_required
@require_safe
@never_cache
def objection_status(request: HttpRequest, code: str) -> HttpResponse:
    """The code is the secret: the page names the entry, the state and the answer, and nobody."""
    objection = found_by(code)
    if objection is None:
        raise Http404
    context = {
        "objection": objection,
        "title": title_of(objection.notice),
        "code": in_groups(code_of(objection.key), 5),
        "entry": objection.entry,
        "crumbs": [Crumb(_("Where an objection stands"))],
    }
    answer = render(request, "subsidies/objection_status.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer
