"""What an expert reads of the application: answers, and files as pictures with a mark across them."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import signed_in
from common.components import Crumb
from common.file_serving import FileNotShown, marked_page, refuse_unless_shown
from subsidies import permissions, review_file
from subsidies.models import ApplicationFile, Assignment
from subsidies.review_reading import own_seats


def own_seat(request: HttpRequest, seat_id: int) -> Assignment:
    """A seat the person has accepted; Http404 for every other."""
    found: Assignment = get_object_or_404(own_seats(signed_in(request)), pk=seat_id)
    return found


def crumbs_of(seat: Assignment, *more: Crumb) -> list[Crumb]:
    own = reverse("subsidies:review_seat", args=[seat.pk])
    return [Crumb(_("My reviews"), reverse("subsidies:review_list")), Crumb(str(seat.application), own), *more]


@require_safe
@never_cache
def review_application(request: HttpRequest, seat_id: int) -> HttpResponse:
    seat = _open(request, seat_id)
    application = seat.application
    content = application.call_version.parsed
    snapshot = review_file.signed_snapshot(application)
    context = {
        "seat": seat,
        "application": application,
        "sections": review_file.answers_for_experts(content, snapshot),
        "materials": review_file.materials_for_experts(application, snapshot),
        "crumbs": crumbs_of(seat, Crumb(pgettext("under review", "The application"))),
    }
    return render(request, "subsidies/review_application.html", context)


@require_safe
@never_cache
def review_file_preview(request: HttpRequest, seat_id: int, file_id: UUID) -> HttpResponse:
    """The pages one at a time; the file itself is not handed out."""
    seat = _open(request, seat_id)
    row = _file(seat, file_id)
    pages, page = row.file.pages or 1, _page(request)
    if not 1 <= page <= pages:
        raise Http404
    own = Crumb(pgettext("under review", "The application"), reverse("subsidies:review_application", args=[seat.pk]))
    context = {
        "seat": seat,
        "row": row,
        "page": page,
        "pages": pages,
        "crumbs": crumbs_of(seat, own, Crumb(row.file.name)),
    }
    try:
        refuse_unless_shown(row.file)
    except FileNotShown as error:
        why = {"why": " ".join(error.messages)}
        return render(request, "subsidies/review_file_preview.html", context | why, status=HTTPStatus.CONFLICT)
    return render(request, "subsidies/review_file_preview.html", context)


@require_safe
def review_file_page(request: HttpRequest, seat_id: int, file_id: UUID, page: int) -> HttpResponseBase:
    seat = _open(request, seat_id)
    try:
        return marked_page(_file(seat, file_id).file, page, review_file.watermark(seat, timezone.now()))
    except FileNotShown as error:
        raise Http404 from error


def _open(request: HttpRequest, seat_id: int) -> Assignment:
    seat = own_seat(request, seat_id)
    if not permissions.can_review(signed_in(request), seat):
        raise PermissionDenied
    return seat


def _file(seat: Assignment, file_id: UUID) -> ApplicationFile:
    row = review_file.file_for_experts(seat.application, file_id)
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
