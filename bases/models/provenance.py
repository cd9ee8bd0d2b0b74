from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bases.models.base import Base
from bases.models.verification import VERIFICATION, verified_when_and_by_whom, verifying_office
from common.models import Source, Vouched, Vouching
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
FIELDS_OF = {  # else the one of its name
    "trl_min": ("trl_min", "trl_max"),
    "summary_zh": ("summary_zh", "summary_en"),
    "staff_technical": ("staff_technical", "staff_total"),  # shown as a share of all
    "staff_qualified": ("staff_qualified", "staff_total"),
}
FIGURE_FIELDS = (*FIGURES, "trl_max", "summary_en")


class BaseFigure(Vouched):
    """Where one public figure of a base comes from and who last verified it; the figure itself stays on the base.

    Whoever changes the figure takes the row away; saved again after the change, it is a new one.
    """

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="figures")
    field = models.CharField(_("figure"), max_length=40)
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"), related_name="+")
    dated_on = models.DateField(_("dated"), null=True, blank=True, validators=[not_in_the_future])
    verified_on = models.DateField(_("verified on"), null=True, blank=True, validators=[not_in_the_future])
    verified_by = verifying_office()
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
            verified_when_and_by_whom("base_figure"),
        ]

    def __str__(self) -> str:
        return field_label(Base, self.field)

    @classmethod
    def vouchings(cls) -> tuple[Vouching, ...]:
        return (Vouching(VERIFICATION, ("base", "field", "source", "dated_on", "note_zh", "note_en")),)


def figures_of(names: Collection[str]) -> list[str]:
    """The figures that these fields of a base make up."""
    return [figure for figure in FIGURES if set(FIELDS_OF.get(figure, (figure,))) & set(names)]


def take_away_changed(base: Base) -> None:
    """To be called while the save that changes figures is under way."""
    changed = figures_of([name for name in FIGURE_FIELDS if base.changes_now(name)])
    for row in BaseFigure.objects.filter(base=base, field__in=changed) if changed else ():
        base.lost_figures = (*base.lost_figures, row.field)
        row.delete()


def labels_of_lost(base: Base) -> list[str]:
    """What saves of this object have taken away and nobody has said anew since, in words."""
    again = set(base.figures.values_list("field", flat=True)) if base.lost_figures else set()
    return _labels([name for name in base.lost_figures if name not in again], base.lost)


def labels_lost_by(base: Base, changed: Collection[str]) -> list[str]:
    """What a change of these fields would take away, in words."""
    sourced = {row.field for row in base.figures.all()} if base.pk else set()
    return _labels([name for name in figures_of(changed) if name in sourced], base.lost_by(changed))


def _labels(figures: Collection[str], record: Collection[str]) -> list[str]:
    labels = [field_label(Base, name) for name in figures]
    return [*labels, gettext("the record as a whole")] if record else labels
