"""The collective decision by API: meetings, what is recorded on each application, the release; the desk's verbs."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from accounts.models import User
from common.idempotency import once
from common.keys import key_of
from common.private_api import PAGE_PARAMETERS, answered, page_of, sent
from subsidies import budgets, deciding, meetings
from subsidies.api.meeting_schema import (
    EXAMPLE_DECISION,
    TRIED,
    DecisionDescribed,
    DecisionList,
    DecisionSent,
    MeetingPage,
    MeetingWhole,
    RecusalDescribed,
    RecusalSent,
    ReleaseSent,
    WhatIfDescribed,
)
from subsidies.api.meeting_shapes import agenda, kept_away, meeting_row, meeting_whole, recusal_values, what_if_values
from subsidies.api.private_schema import KEY, PAGE, private
from subsidies.api.refusals import told
from subsidies.api.staff import StaffView
from subsidies.api.views import person
from subsidies.enums import Verdict
from subsidies.models import Decision, Meeting
from subsidies.sight import agenda_for, meetings_for, on_agenda_kept_from

NEWEST_FIRST = ("-id",)


def listed_meetings(user: User) -> QuerySet[Meeting]:
    rows = meetings_for(user).select_related("call__scheme", "budget__scheme")
    return rows.annotate(on_agenda=Count("decisions", Q(decisions__removed_at=None)))


class MeetingList(StaffView):
    right = "subsidies.view_meeting"
    known_parameters = PAGE_PARAMETERS

    @extend_schema(
        operation_id="meeting_list",
        summary="Meetings, the newest first",
        parameters=PAGE,
        responses=private(MeetingPage, 400, 403),
    )
    def get(self, request: Request) -> HttpResponse:
        address, rows = request.build_absolute_uri, listed_meetings(person(request))
        return page_of(request, rows, NEWEST_FIRST, lambda page: [meeting_row(row, address) for row in page])


class MeetingView(StaffView):
    right = "subsidies.view_meeting"
    meeting: Meeting

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        found = listed_meetings(person(request)).filter(pk=kwargs["meeting_id"]).first()
        if found is None:
            raise Http404
        self.meeting = found

    def whole(self, request: Request) -> HttpResponse:
        meeting = listed_meetings(person(request)).get(pk=self.meeting.pk)
        budget = meeting.budget or budgets.budget_of(meeting.call)
        return answered(meeting_whole(meeting, budget, request.build_absolute_uri))


class MeetingDetail(MeetingView):
    @extend_schema(
        operation_id="meeting_detail",
        summary="One meeting with its members and its budget",
        responses=private(MeetingWhole, 400, 403, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return self.whole(request)


class WhatIf(MeetingView):
    right = "subsidies.view_decision"
    known_parameters = frozenset(Verdict.values)

    @extend_schema(
        operation_id="meeting_what_if",
        summary="The agenda against the budget, as chosen, else as recorded, else approved; nothing is touched",
        parameters=TRIED,
        responses=private(WhatIfDescribed, 400, 403, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        if on_agenda_kept_from(person(request), self.meeting).exists():
            raise PermissionDenied(_("You are kept away from a case on this agenda: what is left would tell of it."))
        return answered(what_if_values(deciding.what_if(self.meeting, chosen(request))))


def chosen(request: Request) -> dict[int, str]:
    choices: dict[int, str] = {}
    for verdict in Verdict.values:
        for key in filter(None, request.query_params.get(verdict, "").split(",")):
            if (decision := key_of(key)) is None:
                raise ValidationError({verdict: [_("Give ids of decisions, with commas between.")]})
            choices[decision] = verdict
    return choices


class Decisions(MeetingView):
    right = "subsidies.view_decision"

    @extend_schema(
        operation_id="decision_list",
        summary="What is on the agenda, in its order, and what is recorded on it",
        responses=private(DecisionList, 400, 403, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        user = person(request)
        rows = agenda(self.meeting, user, request.build_absolute_uri)
        return answered({"results": rows, "kept_away": kept_away(self.meeting, user)})


class DecisionView(MeetingView):
    """`decision` is on the agenda of this meeting as the person reads it, or there is nothing."""

    right = "subsidies.view_decision"
    right_to_write = "subsidies.stage_decision"
    decision: Decision

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        rows = agenda_for(person(request), self.meeting).select_related("application")
        found = rows.filter(pk=kwargs["decision_id"]).first()
        if found is None:
            raise Http404
        found.meeting = self.meeting
        self.decision = found

    def row(self, request: Request) -> dict[str, Any]:
        rows = agenda(self.meeting, person(request), request.build_absolute_uri)
        return next(row for row in rows if row["id"] == self.decision.pk)


class DecisionDetail(DecisionView):
    @extend_schema(
        operation_id="decision_detail",
        summary="One decision",
        responses=private(DecisionDescribed, 400, 403, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return answered(self.row(request))

    @extend_schema(
        operation_id="decision_record",
        summary="Record what the meeting decides on one application",
        description="The whole of it; may be recorded anew until it is released. The applicant sees nothing of it.",
        request=DecisionSent,
        examples=[EXAMPLE_DECISION],
        responses=private(DecisionDescribed, 400, 403, 404, 409, 413, 415),
    )
    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, DecisionSent)
        with told():
            deciding.stage(self.decision, by=person(request), **given)
        return answered(self.row(request))


class Recusals(DecisionView):
    @extend_schema(
        operation_id="decision_recuse",
        summary="Record that a member stays out of one decision",
        parameters=[KEY],
        request=RecusalSent,
        responses=private(RecusalDescribed, 400, 403, 404, 409, 413, 415, 422, status=201),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, RecusalSent)
        member = self.meeting.members.filter(pk=given["member"]).first()
        if member is None:
            raise ValidationError({"member": [_("Choose a member of this meeting.")]})
        with told():
            recusal = meetings.recuse(self.decision, member=member, by=person(request), reason=given["reason"])
        return answered(recusal_values(recusal), 201)


class Releasing(MeetingView):
    right_to_write = "subsidies.release_decisions"

    @extend_schema(
        operation_id="meeting_release",
        summary="Release all decisions of the meeting together",
        description="By a person who prepared, put and recorded nothing of it. It cannot be taken back.",
        parameters=[KEY],
        request=ReleaseSent,
        responses=private(MeetingWhole, 400, 403, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, ReleaseSent)
        with told():
            deciding.release(self.meeting, by=person(request), minutes_number=given["minutes_number"])
        return self.whole(request)
