"""Yearly reports of an awarded firm, by API: read, write and send one's own."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from common.api_schema import Described
from common.api_schema import text as text_or_null
from common.idempotency import once
from common.private_api import Sent, answered, sent
from subsidies.api.private_schema import KEY, private
from subsidies.api.public_schema import moment
from subsidies.api.refusals import told
from subsidies.api.views import OwnApplicationView, person
from subsidies.enums import ReportState
from subsidies.follow_up import reports
from subsidies.models import FollowUpReport

PLAIN = ("year", "due_on", "state", "in_city", "in_city_note", "jobs", "text", "version", "submitted_at", "reason")

MONEY = ("sales_yuan", "tax_yuan")


class ReportDescribed(Described):
    year = serializers.IntegerField()
    due_on = serializers.DateField()
    state = serializers.ChoiceField(ReportState.choices)
    in_city = serializers.BooleanField(allow_null=True, help_text="Whether it is still produced in the city.")
    in_city_note = text_or_null()
    sales_yuan = text_or_null(help_text="In yuan.")
    tax_yuan = text_or_null(help_text="In yuan.")
    jobs = serializers.IntegerField(allow_null=True)
    text = text_or_null()
    version = serializers.IntegerField(help_text="Name it when you change the report.")
    submitted_at = moment()
    reason = text_or_null(help_text="Why it came back, or is no longer asked for.")


class ReportList(Described):
    results = ReportDescribed(many=True)


class YearSent(Sent):
    year = serializers.IntegerField(min_value=2000, max_value=2200)


class ReportSent(YearSent):
    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647, help_text="The one you read.")
    in_city = serializers.BooleanField(required=False, allow_null=True)
    in_city_note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    sales_yuan = serializers.DecimalField(18, 2, required=False, allow_null=True, min_value=0)
    tax_yuan = serializers.DecimalField(18, 2, required=False, allow_null=True, min_value=0)
    jobs = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=1_000_000)
    text = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class Reports(OwnApplicationView):
    @extend_schema(
        operation_id="report_list",
        summary="What you report every year after an award",
        responses=private(ReportList, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return answered({"results": [_shown(row) for row in reports.expected(self.application)]})

    @extend_schema(
        operation_id="report_change",
        summary="Write the report of a year",
        description="Only what you send is changed; `version` is the one you read, and 409 names the one there is.",
        request=ReportSent,
        responses=private(ReportDescribed, 400, 403, 404, 409, 413, 415),
    )
    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = dict(sent(request, ReportSent))
        report, version = self._of(given.pop("year")), given.pop("version")
        with told():
            written = reports.write(report, by=person(request), version=version, values=given)
        return answered(_shown(written))

    @extend_schema(
        operation_id="report_submit",
        summary="Send the report of a year to the bureau",
        parameters=[KEY],
        request=YearSent,
        responses=private(ReportDescribed, 400, 403, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        report = self._of(sent(request, YearSent)["year"])
        with told():
            done = reports.submit(report, by=person(request))
        return answered(_shown(done))

    def _of(self, year: int) -> FollowUpReport:
        found: FollowUpReport | None = self.application.reports.filter(year=year).first()
        if found is None:
            raise Http404
        found.application = self.application
        return found


def _shown(row: FollowUpReport) -> dict[str, Any]:
    told_of = {name: getattr(row, name) for name in PLAIN}
    empty = {name: told_of[name] or None for name in ("in_city_note", "text", "reason")}
    money = {name: None if (sum_ := getattr(row, name)) is None else f"{sum_:.2f}" for name in MONEY}
    return {**told_of, **empty, **money}
