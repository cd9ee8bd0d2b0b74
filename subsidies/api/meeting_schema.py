"""The shape of meetings and decisions, for the OpenAPI document and the tests."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from common.api_schema import Described, day, yuan
from common.api_schema import text as text_or_null
from common.private_api import Sent
from subsidies.api.private_schema import shown
from subsidies.api.public_schema import Reference, moment
from subsidies.enums import DeferralReason, MeetingKind, Verdict
from subsidies.workflow import LONGEST_REASON


def signed_yuan() -> serializers.RegexField:
    return serializers.RegexField(r"^-?\d+\.\d\d$", help_text="Yuan, as text.")


# ---------------------------------------------------------------- sent
class DecisionSent(Sent):
    verdict = serializers.ChoiceField(Verdict.choices)
    amount_yuan = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, default=None, help_text="Null for what the call gives."
    )
    deferral = serializers.ChoiceField(DeferralReason.choices, allow_blank=True, default="")
    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")
    appeal_route = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")


class RecusalSent(Sent):
    member = serializers.IntegerField(min_value=1, max_value=2_147_483_647, help_text="Id of a member of the meeting.")
    reason = serializers.CharField(max_length=500)


class ReleaseSent(Sent):
    minutes_number = serializers.CharField(max_length=60, help_text="Such as 郴科纪要〔2026〕3号.")


EXAMPLE_DECISION = OpenApiExample(
    "Decided against",
    request_only=True,
    value={"verdict": "reject", "reason": "投入未达到要求", "appeal_route": "十个工作日内向市科技局提出"},
)


# ---------------------------------------------------------------- read
class MeetingRow(Described):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(MeetingKind.choices)
    held_on = day()
    place = text_or_null()
    call = Reference()
    decisions = serializers.IntegerField(help_text="How many are on the agenda.")
    minutes_number = text_or_null()
    released_at = moment()
    url = serializers.URLField()
    decisions_url = serializers.URLField()


class MeetingPage(serializers.Serializer):
    results = MeetingRow(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class MemberDescribed(Described):
    id = serializers.IntegerField()
    name = serializers.CharField()
    post = text_or_null()
    is_chair = serializers.BooleanField()


class BudgetNamed(Described):
    id = serializers.IntegerField()
    year = serializers.IntegerField()
    scheme = Reference()


class MeetingWhole(MeetingRow):
    members = MemberDescribed(many=True)
    budget = BudgetNamed(allow_null=True)
    what_if_url = serializers.URLField()


class RecusalDescribed(Described):
    member = MemberDescribed()
    reason = serializers.CharField()


class DecidedDescribed(Described):
    number = serializers.CharField()
    project_name = serializers.CharField()
    state = shown()
    organisation = Reference()


class DecisionDescribed(Described):
    id = serializers.IntegerField()
    position = serializers.IntegerField(help_text="By the total, highest first.")
    rank = serializers.IntegerField(help_text="Equal totals share one.")
    application = DecidedDescribed()
    total = text_or_null(help_text="Of the experts.")
    verdict = serializers.ChoiceField(Verdict.choices, allow_null=True)
    amount_yuan = yuan()
    deferral = serializers.ChoiceField(DeferralReason.choices, allow_null=True)
    reason = text_or_null()
    appeal_route = text_or_null()
    appeal_until = day()
    recusals = RecusalDescribed(many=True)
    staged_at = moment()
    released_at = moment()
    url = serializers.URLField()


class KeptAway(Described):
    number = serializers.CharField()
    project_name = serializers.CharField()


class DecisionList(Described):
    results = DecisionDescribed(many=True)
    kept_away = KeptAway(many=True, help_text="On the agenda too; nothing else of it is for you.")


class PlaceDescribed(Described):
    decision = serializers.IntegerField()
    verdict = serializers.ChoiceField(Verdict.choices)
    amount_yuan = yuan()
    left_yuan = signed_yuan()
    is_beyond = serializers.BooleanField(help_text="Whether the budget does not reach for it.")


class WhatIfDescribed(Described):
    free_yuan = signed_yuan()
    reserved_yuan = signed_yuan()
    left_yuan = signed_yuan()
    places = PlaceDescribed(many=True)


TRIED = [
    OpenApiParameter(verdict, str, description="Ids of decisions, with commas between.") for verdict in Verdict.values
]
