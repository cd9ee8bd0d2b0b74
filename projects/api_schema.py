"""The shape of the answers about projects, for the OpenAPI document and the tests; no row passes through these."""

from rest_framework import serializers

from bases.api_schema import IndustryReference
from common.api_schema import (
    Described,
    DivisionReference,
    OrganisationReference,
    SourceDescribed,
    day,
    level,
    number,
    text,
    yuan,
)
from projects.enums import OutcomeKind, PartnerRole, Precision, Stage


def partial_day() -> serializers.CharField:
    return serializers.RegexField(
        r"^\d{4}(-\d\d(-\d\d)?)?$", allow_null=True, help_text="A day, month or year, as far as it is known."
    )


class BaseReference(Described):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()


class ProjectDescribed(Described):
    slug = serializers.CharField()
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()
    is_own_pilot = serializers.BooleanField(allow_null=True)
    technology_field = text()
    trl_in = level()
    trl_out = level()
    investment_yuan = yuan()
    started_on = day()
    ended_on = day()
    stage = serializers.ChoiceField(Stage.choices, allow_null=True)
    stage_on = partial_day()
    stage_precision = serializers.ChoiceField(Precision.choices, allow_null=True)
    has_passed = serializers.BooleanField(allow_null=True)
    verified_on = day()
    is_demo = serializers.BooleanField(help_text="Synthetic, made for trying the site.")
    updated_at = serializers.DateTimeField()
    base = BaseReference(allow_null=True)
    division = DivisionReference(allow_null=True)
    industry = IndustryReference(allow_null=True, help_text="As the portal classifies it; no source gives it.")
    withheld = serializers.ListField(
        child=serializers.CharField(), help_text="Fields that are null because they are confidential."
    )
    url = serializers.URLField()


class ProjectPage(serializers.Serializer):
    results = ProjectDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class PartnerDescribed(OrganisationReference):
    role = serializers.ChoiceField(PartnerRole.choices)


class StepDescribed(Described):
    stage = serializers.ChoiceField(Stage.choices)
    happened_on = partial_day()
    precision = serializers.ChoiceField(Precision.choices, allow_null=True)
    note_zh = text()
    note_en = text()
    source = number()  # type: ignore[assignment]


class OutcomeDescribed(Described):
    kind = serializers.ChoiceField(OutcomeKind.choices)
    text_zh = serializers.CharField()
    text_en = text()
    happened_on = day()
    source = number()  # type: ignore[assignment]


class ProjectDetailDescribed(ProjectDescribed):
    summary_zh = text()
    summary_en = text()
    keywords = serializers.ListField(child=serializers.CharField(), allow_null=True)
    organisations = PartnerDescribed(many=True, allow_null=True)
    steps = StepDescribed(many=True)
    outcomes = OutcomeDescribed(many=True, allow_null=True)
    verified_by = OrganisationReference(allow_null=True)
    source = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]
    sources = SourceDescribed(many=True)
    page_url = serializers.URLField()
