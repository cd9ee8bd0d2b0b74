from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Journalled, JournalledQuerySet, StoredFile
from subsidies.models.application import Application


class ApplicationFileQuerySet(JournalledQuerySet):
    def in_force(self) -> "ApplicationFileQuerySet":
        return self.filter(removed_at=None)


class ApplicationFile(Journalled):
    """A file put to a material of an application. Once submitted it is taken out of force, never away."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="files", verbose_name=_("application"))
    material = models.CharField(_("material"), max_length=12)  # a code of the call's materials
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    # What the answers were when it came, for a form that is stamped on paper; null for files of earlier releases.
    answers_version = models.PositiveIntegerField(_("version of the answers"), null=True, editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ApplicationFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of an application")
        ordering = ["material", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "file"], name="applicationfile_once"),
            models.CheckConstraint(
                name="applicationfile_removed_by_somebody",
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material} {self.file}"
