from django.db import models
from django.utils.translation import gettext_lazy as _

from bases.models.base import VERIFIED, VERIFIED_WORDS, Base
from common.models import Journalled, Source
from common.models.names import field_label
from common.validators import not_in_the_future

# The public figures of a base, in the order the profile shows them.
FIGURES = (
    "host",
    "operator",
    "area_m2",
    "equipment_value_yuan",
    "total_investment_yuan",
    "public_funding_yuan",
    "staff_total",
    "staff_technical",
    "staff_qualified",
    "trl_min",
    "openness",
    "founded_on",
    "public_contact",
    "summary_zh",
)
VERIFICATION = ("verified_on", "verified_by")  # of a base and of each figure; see permissions.can_verify


class BaseFigure(Journalled):
    """Where one public figure of a base comes from and who last verified it; the figure itself stays on the base."""

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="figures")
    field = models.CharField(_("figure"), max_length=40)
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"), related_name="+")
    dated_on = models.DateField(_("dated"), null=True, blank=True, validators=[not_in_the_future])
    verified_on = models.DateField(_("verified on"), null=True, blank=True, validators=[not_in_the_future])
    verified_by = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, verbose_name=_("verified by"), null=True, blank=True, related_name="+"
    )
    note_zh = models.CharField(_("note (Chinese)"), max_length=200, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("source of a figure")
        verbose_name_plural = _("sources of figures")
        ordering = ["base_id", "id"]
        constraints = [
            models.UniqueConstraint(name="base_figure_once", fields=["base", "field"]),
            models.CheckConstraint(
                name="base_figure_known",
                condition=models.Q(field__in=FIGURES),
                violation_error_message=_("Choose one of the public figures of a base."),
            ),
            models.CheckConstraint(
                name="base_figure_verified_when_and_by_whom",
                condition=VERIFIED,
                violation_error_message=VERIFIED_WORDS,
            ),
        ]

    def __str__(self) -> str:
        return field_label(Base, self.field)
