from django.db import models
from django.db.models import Q
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
    article = models.PositiveSmallIntegerField(_("article"), null=True, blank=True)
    article_title_zh = models.CharField(_("title of the article"), max_length=160, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)


class Scheme(BilingualName, Journalled):
    """One kind of support that a policy gives."""

    journal_version = "registry"

    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name=_("policy"), related_name="schemes")
    slug = models.SlugField(_("short name"), unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=240, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SchemeKind)
    amount_yuan = YuanField(_("amount (yuan)"), null=True, blank=True)
    is_once_per_project = models.BooleanField(_("once per project"), default=False)
    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)

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
            )
        ]

    def __str__(self) -> str:
        return self.name
