"""The shape of the answers about the whole registry; no value passes through these."""

from rest_framework import serializers

from common.api_schema import Described, text
from common.models.places import ParkLevel
from projects.figures import RATE_FROM


class RootDescribed(Described):
    bases = serializers.URLField()
    projects = serializers.URLField()
    organisations = serializers.URLField()
    divisions = serializers.URLField()
    statistics = serializers.URLField()
    policies = serializers.URLField()
    schemes = serializers.URLField()
    calls = serializers.URLField()
    awards = serializers.URLField()
    notices = serializers.URLField()
    applications = serializers.URLField()
    reviews = serializers.URLField()
    meetings = serializers.URLField()
    budgets = serializers.URLField()
    payments = serializers.URLField()
    inbox = serializers.URLField()
    schema = serializers.URLField()
    docs = serializers.URLField()


class DivisionDescribed(Described):
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()
    bases = serializers.IntegerField(min_value=0, help_text="In the registry now, demo data not counted.")


class ParkDescribed(DivisionDescribed):
    level = serializers.ChoiceField(ParkLevel.choices, allow_null=True)


class DivisionPage(serializers.Serializer):
    results = DivisionDescribed(many=True)
    parks = ParkDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ConversionDescribed(Described):
    registered = serializers.IntegerField(min_value=0)
    passed = serializers.IntegerField(min_value=0)
    industrialised = serializers.IntegerField(min_value=0)
    unknown = serializers.IntegerField(min_value=0, help_text="Their stage is not yet published; they are in no rate.")
    rate_percent = serializers.IntegerField(
        allow_null=True, help_text=f"Industrialised among passed; null below {RATE_FROM} passed projects."
    )


class NamedConversion(ConversionDescribed):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()


class YearConversion(ConversionDescribed):
    year = serializers.IntegerField(help_text="In which the present stage was reached.")
    is_upper_bound = serializers.BooleanField(
        help_text="The stage was reached in this year or earlier: no more is known."
    )


class ProjectStatistics(ConversionDescribed):
    by_stage = serializers.DictField(child=serializers.IntegerField(min_value=0))
    by_base = NamedConversion(many=True)
    by_industry = NamedConversion(many=True)
    by_year = YearConversion(many=True)


class BaseStatistics(Described):
    registered = serializers.IntegerField(min_value=0)
    by_kind = serializers.DictField(child=serializers.IntegerField(min_value=0))


class ClaimDescribed(Described):
    with_pilot_percent = serializers.IntegerField(help_text="At most, as published.")
    without_pilot_percent = serializers.IntegerField()
    source_zh = serializers.CharField()
    source_en = serializers.CharField()


class StatisticsDescribed(Described):
    bases = BaseStatistics()
    projects = ProjectStatistics()
    rate_from = serializers.IntegerField(help_text="Below this many passed projects no rate is given.")
    claim = ClaimDescribed()
