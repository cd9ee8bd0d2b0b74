from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Source, Vouched, Vouching
from projects.enums import OutcomeKind
from projects.models.project import Project


class ProjectOutcome(Vouched):
    """What came out of a project: an award, a product, a process, a patent."""

    journal_version = "registry"

    project = models.ForeignKey(Project, models.CASCADE, verbose_name=_("pilot project"), related_name="outcomes")
    kind = models.CharField(_("kind"), max_length=10, choices=OutcomeKind)
    text_zh = models.CharField(_("outcome (Chinese)"), max_length=300)
    text_en = models.CharField(_("outcome (English)"), max_length=300, blank=True)
    happened_on = models.DateField(_("date"), null=True, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["project_id", "id"]

    def __str__(self) -> str:
        return self.text_zh

    @classmethod
    def vouchings(cls) -> tuple[Vouching, ...]:
        return (Vouching(("source",), ("kind", "text_zh", "text_en", "happened_on")),)
