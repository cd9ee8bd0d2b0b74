"""The shape of the answers about policies, schemes and calls, for the OpenAPI document and the tests."""

from rest_framework import serializers

from common.api_schema import Described, SourceDescribed, day, number, text, yuan
from subsidies.content import BY_FIRM, BY_RECOMMENDER, FIELD_TYPES, OPTIONAL
from subsidies.enums import SchemeKind


def percent() -> serializers.CharField:
    return serializers.RegexField(r"^\d+\.\d\d$", allow_null=True, help_text="Per cent, as text.")


def moment() -> serializers.DateTimeField:
    return serializers.DateTimeField(allow_null=True)


def free(words: str) -> serializers.JSONField:
    return serializers.JSONField(allow_null=True, help_text=words)


def words() -> serializers.CharField:
    return serializers.CharField(help_text="May be empty.")


class Reference(Described):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()


class NamedDescribed(Reference):
    url = serializers.URLField()


class ClauseDescribed(Described):
    number = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = text()


class PolicyDescribed(Described):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()
    document_number = text()
    issued_in = serializers.RegexField(r"^\d{4}-\d\d$", allow_null=True, help_text="Known by month.")
    unified_number = text()
    effective_from = day()
    effective_until = day()
    article = number()
    article_title_zh = text()
    url = serializers.URLField()


class PolicyPage(serializers.Serializer):
    results = PolicyDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class PolicyDetailDescribed(PolicyDescribed):
    clauses = ClauseDescribed(many=True)
    schemes = NamedDescribed(many=True)
    source = SourceDescribed(allow_null=True)  # type: ignore[assignment]


class SchemeFields(Described):
    slug = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = text()
    kind = serializers.ChoiceField(SchemeKind.choices)
    amount_yuan = yuan()
    rate_percent = percent()
    cap_yuan = yuan()
    is_once_per_project = serializers.BooleanField()
    is_once_per_organisation = serializers.BooleanField()
    summary_zh = text()
    summary_en = text()
    url = serializers.URLField()


class SchemeDescribed(SchemeFields):
    policy = serializers.CharField(help_text="Its short name.")
    clause = text(help_text="Number of the clause it stands on.")


class SchemePage(serializers.Serializer):
    results = SchemeDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SchemeDetailDescribed(SchemeFields):
    policy = NamedDescribed()
    clause = ClauseDescribed(allow_null=True)
    calls = NamedDescribed(many=True)


class CallFields(Described):
    slug = serializers.CharField()
    year = serializers.IntegerField()
    name_zh = serializers.CharField()
    name_en = text()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(help_text="The first moment that is too late.")
    recommend_closes_at = serializers.DateTimeField(help_text="Likewise for the recommending units.")
    amount_yuan = yuan()
    rate_percent = percent()
    cap_yuan = yuan()
    budget_yuan = yuan()
    quota_per_recommender = number()
    business_hotline = text()
    system_hotline = text()
    is_demo = serializers.BooleanField(help_text="Synthetic, made for trying the site.")
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    url = serializers.URLField()


class CallDescribed(CallFields):
    scheme = Reference()


class CallPage(serializers.Serializer):
    results = CallDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


# ---------------------------------------------------------------- what a call asks
class CriterionDescribed(Described):
    id = serializers.CharField()
    text_zh = words()
    text_en = words()
    basis_zh = words()
    basis_en = words()
    rule = free("Over the answers; null where a person judges.")
    is_draft = serializers.BooleanField(help_text="To be confirmed by the bureau.")


class OptionDescribed(Described):
    value = serializers.CharField()
    label_zh = words()
    label_en = words()


class ColumnDescribed(Described):
    id = serializers.CharField()
    type = serializers.ChoiceField(FIELD_TYPES)
    label_zh = words()
    label_en = words()
    help_zh = words()
    help_en = words()
    is_required = serializers.BooleanField()
    required_when = free("The rule that makes it required.")
    options = OptionDescribed(many=True)
    unit = words()
    minimum = text(help_text="A number or a day, as text.")
    maximum = text(help_text="A number or a day, as text.")
    longest = serializers.IntegerField(help_text="Characters; 0 for the usual limit of the type.")
    most_rows = serializers.IntegerField(help_text="Of a table.")
    prefill = words()
    is_held = serializers.BooleanField(help_text="It follows the record of the firm and is not sent.")
    checks = words()


class FieldDescribed(ColumnDescribed):
    columns = ColumnDescribed(many=True)


class SectionDescribed(Described):
    id = serializers.CharField()
    title_zh = words()
    title_en = words()
    help_zh = words()
    help_en = words()
    fields = FieldDescribed(many=True)  # type: ignore[assignment]


class MaterialDescribed(Described):
    code = serializers.CharField()
    name_zh = words()
    name_en = words()
    help_zh = words()
    help_en = words()
    must = serializers.ChoiceField([BY_FIRM, OPTIONAL, BY_RECOMMENDER])
    required_when = free("The rule that makes an optional one required.")
    formats = serializers.ListField(child=serializers.CharField())
    largest_mb = serializers.IntegerField()
    most_files = serializers.IntegerField()
    most_pages = serializers.IntegerField(help_text="0 for no limit.")
    is_confidential = serializers.BooleanField()


class CheckItemDescribed(Described):
    id = serializers.CharField()
    text_zh = words()
    text_en = words()
    looks_at = serializers.ListField(child=serializers.CharField(), help_text="Fields and materials.")


class BandDescribed(Described):
    at_least = serializers.CharField()
    text_zh = words()
    text_en = words()


class ScoreItemDescribed(Described):
    id = serializers.CharField()
    name_zh = words()
    name_en = words()
    most = serializers.IntegerField()
    bands = BandDescribed(many=True)


class PeriodDescribed(Described):
    length = serializers.IntegerField()
    unit = serializers.ChoiceField(["working_day", "calendar_day"])
    counts_first_day = serializers.BooleanField()


class PanelDescribed(Described):
    size = serializers.IntegerField()
    reserves = serializers.IntegerField()
    least = serializers.DictField(child=serializers.IntegerField(), help_text="By kind of expert.")
    most_open = serializers.IntegerField(help_text="Open reviews of one expert; 0 for the expert's own limit.")
    is_trimmed = serializers.BooleanField(help_text="Highest and lowest total dropped where there are five or more.")
    least_total = serializers.CharField()
    widest_spread = serializers.CharField()


class ContentDescribed(Described):
    criteria = CriterionDescribed(many=True)
    materials = MaterialDescribed(many=True)
    sections = SectionDescribed(many=True)
    check_items = CheckItemDescribed(many=True)
    score_items = ScoreItemDescribed(many=True)
    panel = PanelDescribed()
    visit = serializers.ChoiceField(["none", "before_panel", "after_panel"])
    periods = serializers.DictField(child=PeriodDescribed())
    most_corrections = serializers.IntegerField()
    draft_parts = serializers.ListField(child=serializers.CharField(), help_text="To be confirmed by the bureau.")
    pledge_zh = words()
    pledge_en = words()


class QuestionDescribed(Described):
    question_zh = serializers.CharField()
    question_en = text()
    answer_zh = serializers.CharField()
    answer_en = text()


class CallDetailDescribed(CallFields):
    notice_zh = text()
    notice_en = text()
    scheme = NamedDescribed()
    policy = NamedDescribed()
    version = serializers.IntegerField(help_text="Of the content below.")
    versions = serializers.ListField(child=serializers.IntegerField(), help_text="All that are published.")
    content = ContentDescribed()
    questions = QuestionDescribed(many=True)
    page_url = serializers.URLField()
