from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bases.codes import refuse_code_as_slug, validate_code
from bases.enums import HAS_LEFT, IN_REGISTRY, Kind, LeadType, Openness, State
from bases.models.industry import Industry
from bases.models.queries import BaseQuerySet
from bases.models.verification import VERIFICATION, verified_when_and_by_whom, verifying_office
from common.models import BilingualName, Division, Park, Source, Vouched, Vouching
from common.money import YuanField
from common.search import SearchField, pinyin_key, search_document
from common.validators import FIRST_DAY, not_before_1949, not_in_the_future

# A check that comes out as null passes, so each side of it says that its values are there.
READINESS = Q(trl_min=None, trl_max=None) | Q(
    trl_min__isnull=False,
    trl_max__isnull=False,
    trl_min__range=(1, 9),
    trl_max__range=(1, 9),
    trl_max__gte=F("trl_min"),
)
# What a verification of the whole record vouches for. Equipment, lines, services, titles and permits have their own.
PUBLIC_CONTENT = (
    *("kind", "name_zh", "name_en", "division", "park", "site_zh", "site_en", "address", "longitude", "latitude"),
    *("datum", "lead_type", "host", "operator", "co_builders", "tenants", "industries", "industry_codes", "chains"),
    *("trl_min", "trl_max", "area_m2", "total_investment_yuan", "public_funding_yuan", "equipment_value_yuan"),
    *("staff_total", "staff_technical", "staff_qualified", "founded_on", "alliance_member", "openness", "fee_policy"),
    *("ip_policy", "confidentiality_policy", "public_contact", "summary_zh", "summary_en", "keywords", "source"),
)
WHOLE_STAFF = Q(staff_total__isnull=False)


class Base(BilingualName, Vouched):
    """A pilot-test base. Every figure may be unknown: null means "not yet published", never zero."""

    journal_version = "registry"
    journal_ignored = ("name_pinyin",)  # follows from the name
    lost_figures: tuple[str, ...] = ()  # whose sources saves of this object have taken away; see BaseFigure

    code = models.CharField(_("base code"), max_length=24, unique=True, validators=[validate_code], editable=False)
    slug = models.SlugField(_("address on the site"), max_length=80, unique=True, validators=[refuse_code_as_slug])
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT, editable=False)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    name_pinyin = models.CharField(_("pinyin of the name"), max_length=240, editable=False)

    division = models.ForeignKey(
        Division, models.PROTECT, verbose_name=_("county"), null=True, blank=True, related_name="bases"
    )
    park = models.ForeignKey(Park, models.PROTECT, verbose_name=_("park"), null=True, blank=True, related_name="bases")
    site_zh = models.CharField(_("site (Chinese)"), max_length=120, blank=True)
    site_en = models.CharField(_("site (English)"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    datum = models.CharField(
        _("datum"),
        max_length=8,
        blank=True,
        choices=[("gcj02", "GCJ-02"), ("cgcs2000", "CGCS2000"), ("wgs84", "WGS 84")],
    )

    lead_type = models.CharField(_("led by"), max_length=12, choices=LeadType, blank=True)
    host = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        verbose_name=_("host organisation"),
        null=True,
        blank=True,
        related_name="hosted_bases",
    )
    operator = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        verbose_name=_("operating organisation"),
        null=True,
        blank=True,
        related_name="operated_bases",
    )
    co_builders = models.ManyToManyField(
        "accounts.Organisation", verbose_name=_("co-builders"), blank=True, related_name="co_built_bases"
    )
    tenants = models.ManyToManyField(
        "accounts.Organisation", verbose_name=_("tenants"), blank=True, related_name="tenancies"
    )
    industries = models.ManyToManyField(Industry, verbose_name=_("industries"), blank=True, related_name="bases")
    industry_codes = models.CharField(
        _("industry codes"), max_length=120, blank=True, help_text=_("GB/T 4754-2017, separated by spaces.")
    )
    chains = models.CharField(_("industrial chains"), max_length=200, blank=True)

    trl_min = models.PositiveSmallIntegerField(_("readiness level from"), null=True, blank=True)
    trl_max = models.PositiveSmallIntegerField(_("readiness level to"), null=True, blank=True)
    area_m2 = models.DecimalField(_("pilot floor area (m²)"), max_digits=10, decimal_places=2, null=True, blank=True)
    total_investment_yuan = YuanField(_("total investment (yuan)"), null=True, blank=True)
    public_funding_yuan = YuanField(_("public funding (yuan)"), null=True, blank=True)
    equipment_value_yuan = YuanField(_("original value of equipment (yuan)"), null=True, blank=True)
    staff_total = models.PositiveIntegerField(_("full-time staff"), null=True, blank=True)
    staff_technical = models.PositiveIntegerField(_("technical staff"), null=True, blank=True)
    staff_qualified = models.PositiveIntegerField(
        _("staff with a degree or mid-level title"),
        null=True,
        blank=True,
        help_text=_("Counted among all full-time staff."),
    )
    founded_on = models.DateField(
        _("founded on"), null=True, blank=True, validators=[not_before_1949, not_in_the_future]
    )
    alliance_member = models.BooleanField(_("member of the city's alliance of bases"), null=True, blank=True)

    openness = models.CharField(_("outside work"), max_length=8, choices=Openness, blank=True)
    fee_policy = models.TextField(_("fees"), blank=True)
    ip_policy = models.TextField(_("intellectual property"), blank=True)
    confidentiality_policy = models.TextField(_("confidentiality"), blank=True)
    public_contact = models.CharField(
        _("public contact"), max_length=200, blank=True, help_text=_("An office and its telephone; no private person.")
    )
    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    keywords = models.CharField(_("keywords"), max_length=300, blank=True, help_text=_("Separated by spaces."))

    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )
    verified_on = models.DateField(_("last verified on"), null=True, blank=True, validators=[not_in_the_future])
    verified_by = verifying_office()

    publicity_from = models.DateField(_("public notice from"), null=True, blank=True, editable=False)
    publicity_until = models.DateField(_("public notice until"), null=True, blank=True, editable=False)
    listed_on = models.DateField(_("listed on"), null=True, blank=True, editable=False)
    rectify_until = models.DateField(_("rectify until"), null=True, blank=True, editable=False)
    left_on = models.DateField(_("left on"), null=True, blank=True, editable=False)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("submitted by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pilot base")
        verbose_name_plural = _("pilot bases")
        ordering = ["code"]
        permissions = [
            ("recommend_base", _("Can recommend a base to the bureau")),
            ("review_base", _("Can review a base for the bureau")),
            ("decide_base", _("Can decide on a base's place in the registry")),
            ("import_base", _("Can import bases from Excel")),
            ("export_base", _("Can export bases to Excel")),
        ]
        indexes = [
            models.Index(fields=["state", "code"], name="base_state_code"),
            models.Index(fields=["kind", "code"], name="base_kind_code"),
            models.Index(fields=["is_demo", "code"], name="base_demo_code"),
            models.Index(fields=["division", "code"], name="base_division_code"),
            models.Index(fields=["park", "code"], name="base_park_code"),
            models.Index(fields=["openness", "code"], name="base_openness_code"),
            models.Index(fields=["name_pinyin", "id"], name="base_pinyin"),
            models.Index(fields=["-updated_at", "-id"], name="base_updated"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="base_name_once",
                fields=["name_zh"],
                condition=Q(is_demo=False) & ~Q(state__in=HAS_LEFT),
                violation_error_message=_("Another base has this Chinese name."),
            ),
            models.CheckConstraint(
                name="base_readiness_in_order",
                condition=READINESS,
                violation_error_message=_("Give both readiness levels, from 1 to 9, the second not below the first."),
            ),
            models.CheckConstraint(
                name="base_staff_parts_within_total",
                condition=(Q(staff_technical=None) | WHOLE_STAFF & Q(staff_technical__lte=F("staff_total")))
                & (Q(staff_qualified=None) | WHOLE_STAFF & Q(staff_qualified__lte=F("staff_total"))),
                violation_error_message=_(
                    "Give the full-time staff too; technical and qualified staff cannot exceed them."
                ),
            ),
            models.CheckConstraint(
                name="base_figures_not_negative",
                condition=(Q(area_m2=None) | Q(area_m2__gte=0))
                & (Q(total_investment_yuan=None) | Q(total_investment_yuan__gte=0))
                & (Q(public_funding_yuan=None) | Q(public_funding_yuan__gte=0))
                & (Q(equipment_value_yuan=None) | Q(equipment_value_yuan__gte=0)),
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.CheckConstraint(
                name="base_position_complete",
                condition=Q(longitude=None, latitude=None, datum="")
                | (
                    Q(longitude__isnull=False, latitude__isnull=False)
                    & ~Q(datum="")
                    & Q(longitude__range=(-180, 180), latitude__range=(-90, 90))
                ),
                violation_error_message=_("Give longitude, latitude and datum together."),
            ),
            models.CheckConstraint(
                name="base_notice_has_dates",
                condition=~Q(state=State.PUBLICITY)
                | Q(
                    publicity_from__isnull=False,
                    publicity_until__isnull=False,
                    publicity_until__gte=F("publicity_from"),
                ),
                violation_error_message=_("A public notice needs its first and last day."),
            ),
            models.CheckConstraint(
                name="base_left_says_when_and_why",
                condition=~Q(state=State.REMOVED) | (Q(left_on__isnull=False) & ~Q(state_reason="")),
                violation_error_message=_("A base that leaves needs a date and a reason."),
            ),
            models.CheckConstraint(
                name="base_merged_names_its_heir",
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
                violation_error_message=_("A merged base names the base it became part of."),
            ),
            models.CheckConstraint(
                name="base_warned_has_a_term",
                condition=~Q(state=State.WARNED) | Q(rectify_until__isnull=False),
                violation_error_message=_("An order to rectify needs a date."),
            ),
            models.CheckConstraint(
                name="base_founded_from_1949",
                condition=Q(founded_on=None) | Q(founded_on__gte=FIRST_DAY),
                violation_error_message=_("The day lies before 1 October 1949."),
            ),
            verified_when_and_by_whom("base"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def vouchings(cls) -> tuple[Vouching, ...]:
        return (Vouching(VERIFICATION, PUBLIC_CONTENT),)

    def get_absolute_url(self) -> str:
        return reverse("bases:base_detail", args=[self.slug])

    @property
    def is_in_registry(self) -> bool:
        return self.state in IN_REGISTRY

    @property
    def place(self) -> Division | Park | None:
        """The county or the park the base stands in; a park is not a county."""
        return self.park or self.division

    def missing_for_submission(self) -> list[str]:
        """One sentence for each thing that a public record needs and this one lacks."""
        lacking = (
            (not (self.division_id or self.park_id), _("Give the county or the park.")),
            (not self.name_zh.strip(), _("Write the name in Chinese.")),
            (not self.summary_zh.strip(), _("Write the summary in Chinese.")),
            (not self.source_id, _("Name the source of the record.")),
        )
        return [str(sentence) for is_lacking, sentence in lacking if is_lacking]

    def clean(self) -> None:
        if self.pk and self.merged_into_id == self.pk:
            raise ValidationError(_("A base cannot be merged into itself."))

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self.name_pinyin = pinyin_key(self.name_zh)[:240]
        super().save(*args, **kwargs)

    def searchable_text(self) -> str:
        texts = (self.name_zh, self.name_en, self.code, self.keywords, self.site_zh, self.summary_zh, self.summary_en)
        industries = [text for row in self.industries.all() for text in (row.name_zh, row.name_en)]
        equipment = [text for row in self.equipment.all() for text in (row.name, row.model)]
        services = [row.title for row in self.services.all()]
        lines = [text for row in self.lines.all() for text in (row.name, row.process)]
        return search_document(*texts, *industries, *equipment, *services, *lines, pinyin_of=(self.name_zh,))


class BaseSearch(models.Model):
    """The words a base is found by; kept by bases.search."""

    base = models.OneToOneField(Base, models.CASCADE, primary_key=True, related_name="search")
    document = SearchField()

    def __str__(self) -> str:
        return str(self.base_id)
