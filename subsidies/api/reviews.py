"""Experts by API: the own seats, the score sheet, its signature; the same verbs as on the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api import PersonalAPIView
from common.idempotency import once
from common.private_api import PAGE_PARAMETERS, answered, page_of, sent
from common.problems import Problem
from subsidies import permissions, review_reading, reviewing
from subsidies.api.inputs import ReasonSent
from subsidies.api.private_schema import KEY, PAGE, private
from subsidies.api.refusals import told
from subsidies.api.review_schema import EXAMPLE_SHEET, NoteSent, ReviewPage, SheetSent, SheetWhole
from subsidies.api.review_shapes import review_row, sheet_whole
from subsidies.api.views import person
from subsidies.models import Assignment

NEWEST_FIRST = ("-id",)


class ReviewList(PersonalAPIView):
    known_parameters = PAGE_PARAMETERS

    @extend_schema(
        operation_id="review_list",
        summary="Your seats on panels, the newest first",
        parameters=PAGE,
        responses=private(ReviewPage, 400),
    )
    def get(self, request: Request) -> HttpResponse:
        seats = review_reading.own_seats(person(request)).select_related("application__organisation")
        address = request.build_absolute_uri
        return page_of(request, seats, NEWEST_FIRST, lambda page: [review_row(seat, address) for seat in page])


class SeatView(PersonalAPIView):
    """`seat` is one's own and accepted, or there is nothing."""

    seat: Assignment

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        seats = review_reading.own_seats(person(request)).select_related("application__organisation")
        found = seats.filter(pk=kwargs["seat_id"]).first()
        if found is None:
            raise Http404
        if not permissions.is_reviewer(person(request), found):
            raise PermissionDenied
        self.seat = found

    def whole(self, request: Request) -> HttpResponse:
        seat = (
            review_reading.own_seats(person(request)).select_related("application__organisation").get(pk=self.seat.pk)
        )
        return answered(sheet_whole(seat, person(request), request.build_absolute_uri))


class Sheet(SeatView):
    @extend_schema(
        operation_id="review_sheet",
        summary="Your score sheet of one application",
        responses=private(SheetWhole, 400, 403, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return self.whole(request)

    @extend_schema(
        operation_id="review_sheet_keep",
        summary="Keep a draft of your score sheet",
        description="The whole of it, finished or not; a signed sheet is not changed by this.",
        request=SheetSent,
        examples=[EXAMPLE_SHEET],
        responses=private(SheetWhole, 400, 403, 404, 409, 413, 415),
    )
    def put(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, SheetSent)
        items = {item.id for item in self.seat.application.call_version.parsed.score_items}
        if unknown := sorted(set(given["scores"]) - items):
            known = ", ".join(sorted(items))
            sentence = _("The score sheet of this call has no such item. Known: %(names)s.") % {"names": known}
            raise ValidationError({f"scores.{item[:60]}": [sentence] for item in unknown})
        with told():
            reviewing.keep(self.seat, by=person(request), marks=given["scores"], opinion=given["comment"])
        return self.whole(request)


class Revising(SeatView):
    @extend_schema(
        operation_id="review_sheet_revise",
        summary="Begin a revision of your signed sheet, with a reason",
        description="The signed sheet counts until the new one is signed; the review waits for it.",
        parameters=[KEY],
        request=ReasonSent,
        responses=private(SheetWhole, 400, 403, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, ReasonSent)
        with told():
            reviewing.revise(self.seat, by=person(request), reason=given["reason"])
        return self.whole(request)


class Dropping(SeatView):
    @extend_schema(
        operation_id="review_sheet_drop",
        summary="Drop the revision: what was signed stands",
        parameters=[KEY],
        request=None,
        responses=private(SheetWhole, 400, 403, 404, 409, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        with told():
            reviewing.drop_revision(self.seat, by=person(request))
        return self.whole(request)


class Noting(SeatView):
    @extend_schema(
        operation_id="review_note",
        summary="Say in the chair why the totals lie so far apart",
        description="Asked for by `wants_note` of the sheet; with it the review closes.",
        parameters=[KEY],
        request=NoteSent,
        responses=private(SheetWhole, 400, 403, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, NoteSent)
        with told():
            reviewing.chair_note(self.seat, by=person(request), text=given["text"])
        return self.whole(request)


class Signing(SeatView):
    @extend_schema(
        operation_id="review_sheet_sign",
        summary="Sign the draft of your score sheet",
        description="It never changes afterwards. The last signature of the panel closes the review.",
        parameters=[KEY],
        request=None,
        responses=private(SheetWhole, 400, 403, 404, 409, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        with told(), _told_place_by_place():
            reviewing.sign(self.seat, by=person(request))
        return self.whole(request)


@contextmanager
def _told_place_by_place() -> Iterator[None]:
    try:
        yield
    except reviewing.SheetRefused as refusal:
        raise _incomplete(refusal) from refusal


def _incomplete(refusal: reviewing.SheetRefused) -> Problem:
    words = _("The score sheet is not complete; `errors` says what and where.")
    errors: dict[str, list[str]] = {}
    for each in refusal.problems:
        place = f"scores.{each.item}.{each.part}" if each.item else each.part
        errors.setdefault(place, []).append(each.text)
    return Problem(422, "incomplete", words, errors=errors)
