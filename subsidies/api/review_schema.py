"""The shape of what experts read and send, for the OpenAPI document and the tests."""

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from common.api_schema import Described, day
from common.api_schema import text as text_or_null
from common.private_api import Sent
from subsidies.api.private_schema import shown
from subsidies.api.public_schema import Reference, moment
from subsidies.enums import ExpertKind, SheetState
from subsidies.reviewing import LONGEST_NOTE
from subsidies.scoring import LONGEST_COMMENT, LONGEST_OPINION, LONGEST_POINTS


def _typed(longest: int, words: str) -> serializers.CharField:
    return serializers.CharField(max_length=longest, allow_blank=True, default="", help_text=words)


class MarkSent(Sent):
    points = serializers.CharField(
        max_length=LONGEST_POINTS, allow_blank=True, default="", help_text="As text, “21.50”."
    )
    comment = serializers.CharField(max_length=LONGEST_COMMENT, allow_blank=True, default="")


class SheetSent(Sent):
    scores = serializers.DictField(child=MarkSent(), default=dict, help_text="By id of the item.")
    comment = serializers.CharField(
        max_length=LONGEST_OPINION, allow_blank=True, default="", help_text="Overall opinion."
    )


class NoteSent(Sent):
    text = serializers.CharField(max_length=LONGEST_NOTE)


class ReviewedDescribed(Described):
    number = serializers.CharField()
    project_name = serializers.CharField()
    state = shown()
    organisation = Reference()
    call = Reference()


class ReviewRow(Described):
    id = serializers.IntegerField()
    application = ReviewedDescribed()
    kind = serializers.ChoiceField(ExpertKind.choices)
    is_chair = serializers.BooleanField()
    due_on = day()
    sheet_url = serializers.URLField()


class ReviewPage(serializers.Serializer):
    results = ReviewRow(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class BandOfSheet(Described):
    at_least = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = text_or_null()


class ItemScored(Described):
    id = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text_or_null()
    most = serializers.IntegerField()
    bands = BandOfSheet(many=True)
    points = text_or_null()
    comment = text_or_null()


class SheetMissing(Described):
    item = text_or_null(help_text="null for the overall opinion.")
    part = serializers.ChoiceField(["points", "comment"])
    text = serializers.CharField()


class SaidDescribed(Described):
    item = serializers.CharField()
    comment = serializers.CharField()


class OtherDescribed(Described):
    total = serializers.CharField()
    comment = serializers.CharField()
    comments = SaidDescribed(many=True)


class SheetWhole(Described):
    review = ReviewRow()
    items = ItemScored(many=True)
    comment = text_or_null(help_text="Overall opinion.")
    total = serializers.CharField(help_text="Of the points that can be read.")
    state = serializers.ChoiceField(SheetState.choices)
    number = serializers.IntegerField(help_text="1, and one more for each revision.")
    revision_reason = text_or_null()
    signed_at = moment()
    digest = text_or_null(help_text="SHA-256 of what was signed.")
    is_open = serializers.BooleanField(help_text="Whether you may write in it now.")
    wants_note = serializers.BooleanField(help_text="Whether the review waits for your word in the chair: `note/`.")
    missing = SheetMissing(many=True, help_text="What keeps it from being signed.")
    others = OtherDescribed(
        many=True,
        allow_null=True,
        help_text="null before the review is closed, save for the chair asked for a note; nameless.",
    )


EXAMPLE_SHEET = OpenApiExample(
    "A draft",
    request_only=True,
    value={"scores": {"S1": {"points": "21.50", "comment": "记录完整"}}, "comment": ""},
)
