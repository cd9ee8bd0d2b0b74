"""Receipts for the firm and the offices, the form to be printed, and the check that anyone with a receipt can make."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import signed_in
from common.components import Crumb
from common.journal_values import canonical
from common.middleware import client_address
from common.qr import qr_data_uri
from common.throttles import is_within
from subsidies.awarding.in_words import told_of
from subsidies.awarding.shown import money_of
from subsidies.differences import lines_of, since_last
from subsidies.downloads import attachment, receipt_download
from subsidies.enums import State
from subsidies.models import Application, Submission
from subsidies.printing import form_pdf
from subsidies.receipts import by_code, checked, in_groups, is_same_digest, plain_code, receipt_of
from subsidies.snapshots import answers_digest
from subsidies.views.own import way_back
from subsidies.words import words_of

ROWS = ("call", "call_version", "organisation", "project", "recommender")


# ---------------------------------------------------------------- for those who see the application
@require_safe
def receipt_detail(request: HttpRequest, public_id: UUID, round: int) -> HttpResponse:  # noqa: A002 - of the address
    submission = _submission(request, public_id, round)
    receipt, changed = checked(submission), since_last(submission)
    user = signed_in(request)
    back = way_back(user, submission.application)
    is_of_firm = submission.application.organisation_id in user.firms()
    is_under_way = submission.application.state in (State.RECOMMENDATION, State.FORM_CHECK)
    context = {
        "submission": submission,
        "application": submission.application,
        "receipt": receipt,
        "changes": lines_of(changed, submission.application.call_version.parsed) if changed else [],
        "answers_digest": in_groups(answers_digest(submission.snapshot), 8),
        "qr": qr_data_uri(receipt.check_address),
        "next_step": words_of(submission.application).next_step if is_of_firm and is_under_way else "",
        "money": told_of(money_of(submission.application, user)),
        "back": back[-1].href,
        "crumbs": [*back, Crumb(_("Receipt"))],
    }
    return render(request, "subsidies/receipt_detail.html", context)


@require_safe
def receipt_as_pdf(request: HttpRequest, public_id: UUID, round: int) -> HttpResponse:  # noqa: A002
    submission = _submission(request, public_id, round)
    return receipt_download(submission)


@require_safe
def receipt_content(request: HttpRequest, public_id: UUID, round: int) -> HttpResponse:  # noqa: A002
    """What was signed, byte for byte: the SHA-256 of this file is the digest of the receipt."""
    submission = _submission(request, public_id, round)
    name = f"signed-{submission.receipt_code}.json"
    return attachment(canonical(submission.snapshot), "application/json", name)


@require_safe
def application_form(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A02, to be printed and stamped: the answers as they are now, with their digest on every page."""
    application = _visible(request, public_id)
    return attachment(form_pdf(application), "application/pdf", f"A02-{application.number or public_id}.pdf")


def _visible(request: HttpRequest, public_id: UUID) -> Application:
    rows = Application.objects.visible_to(signed_in(request)).select_related(*ROWS)
    found: Application = get_object_or_404(rows, public_id=public_id)
    return found


def _submission(request: HttpRequest, public_id: UUID, round_: int) -> Submission:
    found = receipt_of(_visible(request, public_id), round_)
    if found is None:
        raise Http404
    return found


# ---------------------------------------------------------------- for everyone
@login_not_required
@never_cache
@require_safe
def receipt_check(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in."""
    typed = request.GET.get("code", "")
    if code := plain_code(typed):
        return redirect("subsidies:receipt_checked", code)
    return _check_page(request, {"typed": typed, "is_no_code": bool(typed.strip())})


@login_not_required
@never_cache
@require_safe
def receipt_checked(request: HttpRequest, code: str) -> HttpResponse:
    if not is_within(settings.RECEIPT_CHECK_RATE, "receipt", client_address(request)):
        answer = _check_page(request, {"typed": code, "is_too_often": True}, 429)
        answer.headers["Retry-After"] = "60"
        return answer
    submission = by_code(code)
    if submission is None:
        return _check_page(request, {"typed": code, "is_unknown": True}, 404)
    digest = request.GET.get("digest", "")
    context: dict[str, object] = {"typed": code, "receipt": checked(submission), "digest": digest}
    if digest.strip():
        context["is_same"] = is_same_digest(submission, digest)
    return _check_page(request, context)


def _check_page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    context["crumbs"] = [Crumb(_("Check a receipt"))]
    return render(request, "subsidies/receipt_check.html", context, status=status)
