from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bases.enums import ON_PUBLIC_SITE
from bases.models import Base, Industry
from bases.models.verification import VERIFICATION, verified_when_and_by_whom, verifying_office
from common.models import BilingualName, Division, Source, Vouched, Vouching
from common.money import YuanField
from common.search import SearchField, pinyin_key, search_document
from common.validators import not_in_the_future
from projects.codes import validate_code
from projects.enums import Precision, Stage, Withholdable
from projects.models.queries import ProjectQuerySet

# For the figures of a project its own source vouches; a step and an outcome have theirs.
FIGURES = ("technology_field", "trl_in", "trl_out", "investment_yuan", "started_on", "ended_on", "is_own_pilot")
PUBLIC_CONTENT = (
    *("name_zh", "name_en", "base", "division", "industry", *FIGURES, "stage", "stage_on", "stage_precision"),
    *("has_passed", "summary_zh", "summary_en", "keywords", "source", "parts"),
)


class Project(BilingualName, Vouched):
    """A pilot project, hosted by a base or run by an enterprise alone; null means "not yet published"."""

    journal_version = "registry"
    journal_ignored = ("name_pinyin",)  # follows from the name

    code = models.CharField(_("project code"), max_length=26, unique=True, validators=[validate_code], editable=False)
    slug = models.SlugField(_("address on the site"), max_length=80, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=240, blank=True)
    name_pinyin = models.CharField(_("pinyin of the name"), max_length=240, editable=False)

    base = models.ForeignKey(
        Base, models.PROTECT, verbose_name=_("host base"), null=True, blank=True, related_name="projects"
    )
    is_own_pilot = models.BooleanField(
        _("run by the enterprise itself"), null=True, blank=True, help_text=_("The award is for such projects.")
    )
    division = models.ForeignKey(
        Division, models.PROTECT, verbose_name=_("county"), null=True, blank=True, related_name="projects"
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, verbose_name=_("industry"), null=True, blank=True, related_name="projects"
    )
    technology_field = models.CharField(_("technology field"), max_length=80, blank=True)
    trl_in = models.PositiveSmallIntegerField(_("readiness level before"), null=True, blank=True)
    trl_out = models.PositiveSmallIntegerField(_("readiness level after"), null=True, blank=True)
    investment_yuan = YuanField(_("pilot investment (yuan)"), null=True, blank=True)
    started_on = models.DateField(_("pilot started on"), null=True, blank=True)
    ended_on = models.DateField(_("pilot ended on"), null=True, blank=True)

    stage = models.CharField(_("stage"), max_length=28, choices=Stage, blank=True, editable=False)
    stage_on = models.DateField(_("stage reached on"), null=True, blank=True, editable=False)
    stage_precision = models.CharField(
        _("stage date known by"), max_length=8, choices=Precision, blank=True, editable=False
    )
    has_passed = models.BooleanField(_("has passed the pilot"), null=True, editable=False)

    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    keywords = models.CharField(_("keywords"), max_length=300, blank=True, help_text=_("Separated by spaces."))
    is_public = models.BooleanField(_("on the public site"), default=False)
    withheld_fields = models.CharField(
        _("confidential fields"), max_length=120, blank=True, default="", help_text=_("Never shown outside the bureau.")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )
    verified_on = models.DateField(_("last verified on"), null=True, blank=True, validators=[not_in_the_future])
    verified_by = verifying_office()

    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("pilot project")
        verbose_name_plural = _("pilot projects")
        ordering = ["code"]
        permissions = [
            ("import_project", _("Can import projects from Excel")),
            ("export_project", _("Can export projects to Excel")),
        ]
        indexes = [
            models.Index(fields=["is_public", "code"], name="project_public_code"),
            models.Index(fields=["base", "code"], name="project_base_code"),
            models.Index(fields=["stage", "code"], name="project_stage_code"),
            models.Index(fields=["industry", "code"], name="project_industry_code"),
            models.Index(fields=["-updated_at", "-id"], name="project_updated"),
        ]
        constraints = [
            models.CheckConstraint(
                name="project_readiness_in_order",
                condition=(Q(trl_in=None) | Q(trl_in__range=(1, 9)))
                & (Q(trl_out=None) | Q(trl_out__range=(1, 9)))
                & (Q(trl_in=None) | Q(trl_out=None) | Q(trl_out__gte=F("trl_in"))),
                violation_error_message=_(
                    "Readiness levels run from 1 to 9, and the one after is not below the one before."
                ),
            ),
            models.CheckConstraint(
                name="project_ends_after_start",
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                violation_error_message=_("A pilot cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="project_investment_not_negative",
                condition=Q(investment_yuan=None) | Q(investment_yuan__gte=0),
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.CheckConstraint(
                name="project_stage_date_has_precision",
                condition=Q(stage_on=None, stage_precision="") | (Q(stage_on__isnull=False) & ~Q(stage_precision="")),
                violation_error_message=_("A dated stage says how exactly its date is known."),
            ),
            verified_when_and_by_whom("project"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def vouchings(cls) -> tuple[Vouching, ...]:
        return (Vouching(("source",), FIGURES), Vouching(VERIFICATION, PUBLIC_CONTENT))

    def get_absolute_url(self) -> str:
        return reverse("projects:project_detail", args=[self.slug])

    @staticmethod
    def labels_of_lost(names: Collection[str]) -> list[str]:
        """What these fields vouched for, in words."""
        figures = [gettext("the figures of the project")] if "source" in names else []
        return figures + [gettext("the record as a whole")] * bool({*VERIFICATION} & {*names})

    @property
    def public_base(self) -> Base | None:
        """The host base as far as the public may know of it."""
        return self.base if self.base and self.base.state in ON_PUBLIC_SITE else None

    def withholds(self, field: Withholdable) -> bool:
        return field in self.withheld_fields.split()

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self.name_pinyin = pinyin_key(self.name_zh)[:240]
        super().save(*args, **kwargs)

    def searchable_text(self) -> str:
        """Only what the public may read: a withheld field cannot be found either."""
        texts = [self.name_zh, self.name_en, self.code, self.technology_field]
        if not self.withholds(Withholdable.SUMMARY):
            texts += [self.summary_zh, self.summary_en]
        if not self.withholds(Withholdable.KEYWORDS):
            texts.append(self.keywords)
        if not self.withholds(Withholdable.ORGANISATIONS) and self.pk:
            texts += [row.organisation.name_zh for row in self.partners.select_related("organisation")]
        return search_document(*texts, pinyin_of=(self.name_zh,))


class ProjectSearch(models.Model):
    """The words a project is found by; kept by projects.search."""

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="search")
    document = SearchField()

    def __str__(self) -> str:
        return str(self.project_id)
