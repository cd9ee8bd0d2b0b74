"""The shape of the answers about public notices."""

from rest_framework import serializers

from common.api_schema import Described, text, yuan
from subsidies.api.public_schema import PeriodDescribed, moment
from subsidies.enums import NoticeState

PUBLIC_STATES = [
    (state.value, state.label) for state in (NoticeState.PUBLISHED, NoticeState.CONCLUDED, NoticeState.REPLACED)
]
DIGEST = r"^[0-9a-f]{64}$"


class PublicNoticeFields(Described):
    slug = serializers.CharField()
    title_zh = serializers.CharField()
    title_en = text()
    state = serializers.ChoiceField(PUBLIC_STATES)
    starts_on = serializers.DateField(help_text="The day of publication in Shanghai.")
    ends_on = serializers.DateField(help_text="The last day on which an objection is in time.")
    digest = serializers.RegexField(DIGEST, help_text="SHA-256 of the list as published.")
    final_digest = serializers.RegexField(DIGEST, allow_null=True, help_text="SHA-256 of the final list.")
    published_at = serializers.DateTimeField()
    call = serializers.CharField(help_text="Its short name.")
    url = serializers.URLField()


class PublicNoticeDescribed(PublicNoticeFields):
    pass


class PublicNoticePage(serializers.Serializer):
    results = PublicNoticeDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class NoticeEntryDescribed(Described):
    position = serializers.IntegerField()
    number = serializers.CharField()
    firm_zh = serializers.CharField()
    firm_en = serializers.CharField(help_text="May be empty.")
    project = serializers.CharField()
    base_zh = serializers.CharField(help_text="May be empty.")
    base_en = serializers.CharField(help_text="May be empty.")
    place_zh = serializers.CharField(help_text="May be empty.")
    place_en = serializers.CharField(help_text="May be empty.")
    amount_yuan = yuan()
    is_removed = serializers.BooleanField(help_text="Taken off after an objection.")


class NoticePeriodDescribed(PeriodDescribed):
    is_provisional = serializers.BooleanField(help_text="Runs into a year whose calendar is not published.")


class PublicNoticeDetailDescribed(PublicNoticeFields):
    text_zh = text()
    text_en = text()
    business_contact = serializers.CharField()
    discipline_contact = serializers.CharField()
    concluded_at = moment()
    replaced_reason = text()
    period = NoticePeriodDescribed()
    entries = NoticeEntryDescribed(many=True)
    replaces = text(help_text="Short name of the notice before it.")
    replaced_by = text(help_text="Short name of the notice after it.")
    page_url = serializers.URLField()
