"""Invitations to a panel by API: read for whom one would review, declare to be impartial, or decline."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api import PersonalAPIView
from common.api_schema import Described
from common.idempotency import once
from common.private_api import PAGE_PARAMETERS, Sent, answered, page_of, sent
from common.references import picked
from subsidies import panels
from subsidies.api.private_schema import KEY, PAGE, private
from subsidies.api.public_schema import Reference
from subsidies.api.refusals import told
from subsidies.api.review_schema import ReviewPage, ReviewRow
from subsidies.api.review_shapes import review_row
from subsidies.api.shapes import NAMES
from subsidies.api.views import person
from subsidies.concerned import concerned_by
from subsidies.enums import SITTING, AssignmentState, DeclineReason, State
from subsidies.models import Assignment

NEWEST_FIRST = ("-id",)


class ConcernedDescribed(Described):
    part = serializers.CharField(help_text="What it has to do with the application, in your language.")
    organisation = Reference()


class InvitationWhole(Described):
    review = ReviewRow()
    state = serializers.ChoiceField(AssignmentState.choices)
    concerned = ConcernedDescribed(many=True, help_text="To none of these you may be bound.")


class AcceptanceSent(Sent):
    is_impartial = serializers.BooleanField(help_text="That you have no bond to any of those concerned.")


class DeclineSent(Sent):
    reason = serializers.ChoiceField(DeclineReason.choices)
    note = serializers.CharField(max_length=500, allow_blank=True, default="")
    bound_to = serializers.SlugField(
        max_length=80, allow_blank=True, default="", help_text="Short name of one of those concerned; kept for draws."
    )


def offered(request: Request) -> QuerySet[Assignment]:
    """The own seats that are asked for or taken; a reserve does not know of being one."""
    rows = Assignment.objects.filter(expert__user=person(request), state__in=SITTING)
    return rows.select_related("application__organisation", "application__call", "application__project__base")


class InvitationList(PersonalAPIView):
    known_parameters = PAGE_PARAMETERS

    @extend_schema(
        operation_id="review_invitation_list",
        summary="Seats that you are asked to take, the newest first",
        parameters=PAGE,
        responses=private(ReviewPage, 400),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = offered(request).filter(state=AssignmentState.INVITED, application__state=State.REVIEW)
        address = request.build_absolute_uri
        return page_of(request, rows, NEWEST_FIRST, lambda page: [review_row(seat, address) for seat in page])


class InvitationView(PersonalAPIView):
    """`seat` is one's own and asked for or taken, or there is nothing."""

    seat: Assignment

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        found = offered(request).filter(pk=kwargs["seat_id"]).first()
        if found is None:
            raise Http404
        self.seat = found

    def whole(self, request: Request, state: str) -> HttpResponse:
        concerned = [
            {"part": each.part, "organisation": picked(each.organisation, *NAMES)}
            for each in concerned_by(self.seat.application)
        ]
        review = review_row(self.seat, request.build_absolute_uri)
        return answered({"review": review, "state": str(state), "concerned": concerned})


class Invitation(InvitationView):
    @extend_schema(
        operation_id="review_invitation",
        summary="A seat that is offered to you, and who is concerned",
        responses=private(InvitationWhole, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return self.whole(request, self.seat.state)


class Accepting(InvitationView):
    @extend_schema(
        operation_id="review_accept",
        summary="Take the seat and declare to be impartial",
        parameters=[KEY],
        request=AcceptanceSent,
        responses=private(InvitationWhole, 400, 403, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        if not sent(request, AcceptanceSent)["is_impartial"]:
            raise ValidationError({"is_impartial": [_("Only who declares to be impartial can review.")]})
        with told():
            taken = panels.accept(self.seat, by=person(request))
        return self.whole(request, taken.state)


class Declining(InvitationView):
    @extend_schema(
        operation_id="review_decline",
        summary="Decline the seat, also after taking it, as long as the sheet is not signed",
        parameters=[KEY],
        request=DeclineSent,
        responses=private(InvitationWhole, 400, 403, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, DeclineSent)
        bound_to = self._bound_to(given.pop("bound_to"))
        with told():
            left = panels.decline(self.seat, by=person(request), bound_to=bound_to, **given)
        return self.whole(request, left.state)

    def _bound_to(self, slug: str) -> Any:
        if not slug:
            return None
        for each in concerned_by(self.seat.application):
            if each.organisation.slug == slug:
                return each.organisation
        raise ValidationError({"bound_to": [_("Name one of those concerned.")]})
