from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Journalled, Source
from projects.enums import Precision, Stage
from projects.models.project import Project


class ProjectStep(Journalled):
    """One dated and sourced step of a project on its way; written by projects.workflow alone, never changed."""

    journal_version = "registry"

    project = models.ForeignKey(Project, models.CASCADE, verbose_name=_("pilot project"), related_name="steps")
    stage = models.CharField(_("stage"), max_length=28, choices=Stage)
    happened_on = models.DateField(_("date"), null=True, blank=True)
    precision = models.CharField(_("date known by"), max_length=8, choices=Precision, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )
    note_zh = models.CharField(_("note (Chinese)"), max_length=200, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["project_id", "id"]
        constraints = [
            models.UniqueConstraint(name="project_step_once", fields=["project", "stage"]),
            models.CheckConstraint(
                name="project_step_date_has_precision",
                condition=Q(happened_on=None, precision="") | (Q(happened_on__isnull=False) & ~Q(precision="")),
                violation_error_message=_("A dated step says how exactly its date is known."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_stage_display()
