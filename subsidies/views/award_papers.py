"""The award document: for the firm to read, print and keep, and the check that anyone with the paper can make."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import signed_in
from common.components import Crumb
from common.middleware import client_address
from common.qr import qr_data_uri
from common.throttles import is_within
from subsidies.awarding.papers import by_code, document_pdf, issuers, paper_of, plain_code
from subsidies.downloads import attachment
from subsidies.models import Application, AwardDocument
from subsidies.views.own import crumbs_of


# ---------------------------------------------------------------- for those who see the application
@require_safe
def award_paper(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application, document = _awarded(request, public_id)
    context = {"crumbs": crumbs_of(application, _("Award document")), "application": application}
    return paper_page(request, document, context)


@require_safe
def award_paper_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return pdf_answer(_awarded(request, public_id)[1])


def paper_page(request: HttpRequest, document: AwardDocument, context: Mapping[str, object]) -> HttpResponse:
    """Printable without anything but the browser."""
    paper = paper_of(document)
    more = {"paper": paper, "issuers": issuers(), "qr": qr_data_uri(paper.check_address)}
    return render(request, "subsidies/award_paper.html", {**context, **more})


def pdf_answer(document: AwardDocument) -> HttpResponse:
    return attachment(document_pdf(document), "application/pdf", f"award-{document.check_code.hex[:8]}.pdf")


def _awarded(request: HttpRequest, public_id: UUID) -> tuple[Application, AwardDocument]:
    """Of the person's firm, or of an application that the unit or bureau sees; Http404 for every other."""
    rows = Application.objects.visible_to(signed_in(request)).select_related("call", "organisation")
    application = get_object_or_404(rows, public_id=public_id)
    return application, get_object_or_404(AwardDocument.objects.select_related("call"), awards__application=application)


# ---------------------------------------------------------------- for everyone
@login_not_required
@never_cache
@require_safe
def award_check(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in."""
    typed = request.GET.get("code", "")
    if code := plain_code(typed):
        return redirect("subsidies:award_checked", code)
    return _check_page(request, {"typed": typed, "is_no_code": bool(typed.strip())})


@login_not_required
@never_cache
@require_safe
def award_checked(request: HttpRequest, check_code: str) -> HttpResponse:
    """The same answer for a code that is none, unknown or of a document that is not issued."""
    if not is_within(settings.RECEIPT_CHECK_RATE, "award", client_address(request)):
        answer = _check_page(request, {"typed": check_code, "is_too_often": True}, 429)
        answer.headers["Retry-After"] = "60"
        return answer
    document = by_code(check_code)
    if document is None:
        return _check_page(request, {"typed": check_code, "is_unknown": True}, 404)
    return _check_page(request, {"typed": check_code, "paper": paper_of(document), "issuers": issuers()})


def _check_page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    context["crumbs"] = [Crumb(_("Check an award document"))]
    return render(request, "subsidies/award_check.html", context, status=status)
