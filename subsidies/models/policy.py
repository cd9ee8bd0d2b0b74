from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.document_numbers import clean_document_number
from common.models import BilingualName, Journalled, Source
from common.money import YuanField
from subsidies.enums import SchemeKind


class Policy(BilingualName, Journalled):
    """A policy of the city, as far as it is published."""

    journal_version = "registry"

    slug = models.SlugField(_("short name"), unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=240, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_in = models.DateField(_("issued in"), null=True, blank=True, help_text=_("Known by month."))
    unified_number = models.CharField(
        _("unified registration number"), max_length=40, blank=True, help_text=_("Of a normative document.")
    )
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_until = models.DateField(_("in force until"), null=True, blank=True)
    article = models.PositiveSmallIntegerField(_("article"), null=True, blank=True)
    article_title_zh = models.CharField(_("title of the article"), max_length=160, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="policy_ends_after_it_begins",
                condition=Q(effective_from=None)
                | Q(effective_until=None)
                | Q(effective_until__gte=F("effective_from")),
                violation_error_message=_("A policy ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("subsidies:policy_detail", args=[self.slug])

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)


class PolicyClause(Journalled):
    """A clause in the words of the policy, as far as published; schemes and conditions name it as their basis."""

    journal_version = "registry"

    policy = models.ForeignKey(Policy, models.CASCADE, verbose_name=_("policy"), related_name="clauses")
    number = models.CharField(_("number"), max_length=20)
    text_zh = models.TextField(_("text (Chinese)"))
    text_en = models.TextField(_("text (English)"), blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["policy_id", "id"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policyclause_number_once")]

    def __str__(self) -> str:
        return self.number


class Scheme(BilingualName, Journalled):
    """One kind of support that a policy gives."""

    journal_version = "registry"

    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name=_("policy"), related_name="schemes")
    slug = models.SlugField(_("short name"), unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=240, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SchemeKind)
    amount_yuan = YuanField(_("amount (yuan)"), null=True, blank=True)
    rate_percent = models.DecimalField(_("rate (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    cap_yuan = YuanField(_("at most (yuan)"), null=True, blank=True)
    is_once_per_project = models.BooleanField(_("once per project"), default=False)
    is_once_per_organisation = models.BooleanField(_("once per organisation"), default=False)
    clause = models.ForeignKey(
        PolicyClause, models.PROTECT, verbose_name=_("clause"), null=True, blank=True, related_name="schemes"
    )
    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    report_years = models.PositiveSmallIntegerField(
        _("years to be reported after the payment"),
        default=3,
        validators=[MaxValueValidator(10)],
        help_text=_("To be confirmed by the bureau."),
    )
    report_due_month = models.PositiveSmallIntegerField(
        _("reports are due in month"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("Of the following year. To be confirmed by the bureau."),
    )
    report_due_day = models.PositiveSmallIntegerField(
        _("on the day"), default=31, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["policy_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="scheme_flat_sum_is_known",
                condition=Q(kind=SchemeKind.FLAT, amount_yuan__isnull=False, amount_yuan__gt=0)
                | (~Q(kind=SchemeKind.FLAT) & Q(amount_yuan=None)),
                violation_error_message=_("A flat sum needs its amount; other kinds have none."),
            ),
            models.CheckConstraint(
                name="scheme_rate_is_known",
                condition=Q(
                    kind=SchemeKind.RATE,
                    rate_percent__isnull=False,
                    rate_percent__gt=0,
                    rate_percent__lte=100,
                    cap_yuan__isnull=False,
                    cap_yuan__gt=0,
                )
                | (~Q(kind=SchemeKind.RATE) & Q(rate_percent=None, cap_yuan=None)),
                violation_error_message=_("A share of the cost needs its rate and its cap; other kinds have none."),
            ),
            models.CheckConstraint(
                name="scheme_report_day_known",
                condition=Q(report_due_month__range=(1, 12), report_due_day__range=(1, 31), report_years__lte=10),
                violation_error_message=_("Reports are due on a day of the year, for ten years at most."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
