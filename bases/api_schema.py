"""The shape of the answers about bases, for the OpenAPI document and the tests; no row passes through these."""

from rest_framework import serializers

from bases.enums import (
    ON_PUBLIC_SITE,
    EquipmentCategory,
    EquipmentState,
    Kind,
    LeadType,
    MediaKind,
    Openness,
    Programme,
    ServiceType,
    TitleLevel,
    TitleStatus,
)
from common.api_schema import (
    Described,
    DivisionReference,
    OrganisationReference,
    SourceDescribed,
    day,
    decimal,
    level,
    number,
    text,
    yuan,
)

ON_SITE = [(state.value, state.label) for state in ON_PUBLIC_SITE]


class IndustryReference(Described):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()


class ParkReference(Described):
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()


class BaseDescribed(Described):
    slug = serializers.CharField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.ChoiceField(ON_SITE)
    name_zh = serializers.CharField()
    name_en = text()
    site_zh = text()
    site_en = text()
    lead_type = serializers.ChoiceField(LeadType.choices, allow_null=True)
    openness = serializers.ChoiceField(Openness.choices, allow_null=True)
    trl_min = level()
    trl_max = level()
    area_m2 = decimal()
    total_investment_yuan = yuan()
    public_funding_yuan = yuan()
    equipment_value_yuan = yuan()
    staff_total = number()
    listed_on = day()
    left_on = day()
    verified_on = day()
    is_demo = serializers.BooleanField(help_text="Synthetic, made for trying the site.")
    updated_at = serializers.DateTimeField()
    division = DivisionReference(allow_null=True)
    park = ParkReference(allow_null=True)
    industries = IndustryReference(many=True)
    url = serializers.URLField()


class BasePage(serializers.Serializer):
    results = BaseDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SourcedDescribed(Described):
    source = number()  # type: ignore[assignment]
    verified_on = day()
    verified_by = OrganisationReference(allow_null=True)


class EquipmentDescribed(SourcedDescribed):
    name = serializers.CharField()
    model = text()
    maker = text()
    origin = text()
    category = serializers.ChoiceField(EquipmentCategory.choices)
    bought_on = day()
    original_value_yuan = yuan()
    quantity = serializers.IntegerField(min_value=1)
    specifications = serializers.JSONField(help_text="Rows of name, value and unit.")
    location = text()
    is_shareable = serializers.BooleanField(allow_null=True)
    fee = text()
    state = serializers.ChoiceField(EquipmentState.choices)


class LineDescribed(SourcedDescribed):
    name = serializers.CharField()
    process = text()
    capacity = decimal()
    capacity_unit = text()
    batch_size = text()
    hazard_class = text()
    trl_min = level()
    trl_max = level()
    started_on = day()


class ServiceDescribed(SourcedDescribed):
    type = serializers.ChoiceField(ServiceType.choices)
    title = serializers.CharField()
    description = text()
    deliverables = text()
    price_min_yuan = yuan()
    price_max_yuan = yuan()
    is_negotiable = serializers.BooleanField()
    price_unit = text()
    lead_time_days = number()
    prerequisites = text()
    qualification = text()


class TitleDescribed(SourcedDescribed):
    level = serializers.ChoiceField(TitleLevel.choices)
    programme = serializers.ChoiceField(Programme.choices)
    name_zh = serializers.CharField()
    issuer = text()
    document_number = text()
    issued_on = day()
    valid_until = day()
    status = serializers.ChoiceField(TitleStatus.choices)


class PermitDescribed(SourcedDescribed):
    name = serializers.CharField()
    number = text()
    issuer = text()
    issued_on = day()
    valid_until = day()


class MediaDescribed(Described):
    kind = serializers.ChoiceField(MediaKind.choices)
    title = serializers.CharField()
    url = serializers.CharField()
    published_on = day()
    source = number()  # type: ignore[assignment]


class PictureDescribed(Described):
    alt_zh = serializers.CharField(help_text="What the picture shows.")
    alt_en = serializers.CharField()
    credit = serializers.CharField(help_text="Photographer or owner.")
    taken_on = day()
    line = text()
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)
    url = serializers.URLField(help_text="A JPEG on this site.")
    source = number()  # type: ignore[assignment]


class HostedProject(Described):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()
    stage = text()
    url = serializers.URLField()


class PositionDescribed(Described):
    longitude = decimal()
    latitude = decimal()
    datum = serializers.CharField()


class FigureDescribed(SourcedDescribed):
    dated_on = day()
    note_zh = text()
    note_en = text()


class BaseDetailDescribed(BaseDescribed):
    state_reason = text(help_text="Why the base must rectify, is suspended or has left.")
    address = text()
    position = PositionDescribed(allow_null=True)
    host = OrganisationReference(allow_null=True)
    operator = OrganisationReference(allow_null=True)
    co_builders = OrganisationReference(many=True)
    tenants = OrganisationReference(many=True)
    industry_codes = serializers.ListField(child=serializers.CharField(), help_text="GB/T 4754-2017.")
    chains = text()
    keywords = serializers.ListField(child=serializers.CharField())
    staff_technical = number()
    staff_qualified = number()
    founded_on = day()
    alliance_member = serializers.BooleanField(allow_null=True)
    fee_policy = text()
    ip_policy = text()
    confidentiality_policy = text()
    public_contact = text()
    summary_zh = text()
    summary_en = text()
    rectify_until = day()
    equipment = EquipmentDescribed(many=True)
    lines = LineDescribed(many=True)
    services = ServiceDescribed(many=True)
    titles = TitleDescribed(many=True)
    permits = PermitDescribed(many=True)
    media = MediaDescribed(many=True)
    pictures = PictureDescribed(many=True)
    projects = HostedProject(many=True)
    verified_by = OrganisationReference(allow_null=True)
    source = serializers.IntegerField(  # type: ignore[assignment]
        allow_null=True,
        help_text="Of names, place, texts and lists. A figure that `figures` does not name has no source.",
    )
    figures = serializers.DictField(child=FigureDescribed(), help_text="Where single figures come from, by field.")
    sources = SourceDescribed(many=True)
    page_url = serializers.URLField()
