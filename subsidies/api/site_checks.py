"""Site checks of one's own awarded projects, by API: read, once their record is concluded."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from common.api_schema import Described
from common.api_schema import text as text_or_null
from common.private_api import answered
from subsidies.api.private_schema import private
from subsidies.api.public_schema import moment
from subsidies.api.views import OwnApplicationView
from subsidies.enums import CheckState
from subsidies.follow_up.site_checks import shown_to_firm
from subsidies.models import SiteCheck

PLAIN = ("key", "state", "heard_until", "commented_at", "remedy_by", "remedied_at", "decided_on")
WORDS = ("comment", "demand", "remedy", "reason")


class SiteCheckDescribed(Described):
    key = serializers.UUIDField()
    year = serializers.IntegerField(help_text="Of the round it was drawn in.")
    state = serializers.ChoiceField(CheckState.choices)
    visited_on = serializers.DateField()
    place = serializers.CharField()
    findings = serializers.CharField()
    is_as_applied = serializers.BooleanField(help_text="Whether the facts are as applied for.")
    heard_until = serializers.DateField(help_text="The last day for a comment.")
    comment = text_or_null()
    commented_at = moment()
    demand = text_or_null(help_text="What is to be put right.")
    remedy_by = serializers.DateField(allow_null=True)
    remedy = text_or_null(help_text="What the firm reported about it.")
    remedied_at = moment()
    files = serializers.ListField(
        child=serializers.CharField(), help_text="Names of the files that the firm has sent with it."
    )
    reason = text_or_null(help_text="Of the latest decision.")
    decided_on = serializers.DateField(allow_null=True)


class SiteCheckList(Described):
    results = SiteCheckDescribed(many=True)


class SiteChecks(OwnApplicationView):
    @extend_schema(
        operation_id="site_check_list",
        summary="What site checks of your project have found",
        responses=private(SiteCheckList, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        rows = shown_to_firm(self.application).prefetch_related("files__file")
        return answered({"results": [_shown(row) for row in rows]})


def _shown(row: SiteCheck) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in PLAIN} | {name: getattr(row, name) or None for name in WORDS}
    seen = {name: getattr(row.visit, name) for name in ("visited_on", "place", "findings", "is_as_applied")}
    files = [each.file.name for each in row.files.all()]
    return {**told, **seen, "year": row.round.year, "files": files}
