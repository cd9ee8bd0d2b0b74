"""Site visits: a dated record by at least two officers, with findings and photographs."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Journalled, StoredFile
from subsidies.models.application import Application


class SiteVisit(Journalled):
    """现场考察. Planned, written on the spot, signed by each of its officers; concluded it never changes."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="visits", verbose_name=_("application"))
    # Made by the phone before it is sent, so that what was written without a network arrives once.
    key = models.UUIDField(_("key of the record"), unique=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[("planned", _("Planned")), ("concluded", _("Concluded"))],
        default="planned",
        editable=False,
    )
    visited_on = models.DateField(_("day of the visit"))
    place = models.CharField(_("place"), max_length=200)
    met = models.CharField(_("met on the spot"), max_length=300, blank=True)
    findings = models.TextField(_("findings"), max_length=5000, blank=True)
    is_as_applied = models.BooleanField(_("the facts are as applied for"), null=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    concluded_at = models.DateTimeField(_("concluded at"), null=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("site visit")
        verbose_name_plural = _("site visits")
        ordering = ["-visited_on", "-id"]
        permissions = [("run_visits", _("Can plan and record site visits"))]
        constraints = [
            models.CheckConstraint(
                name="sitevisit_concluded_is_whole",
                condition=Q(state="planned", concluded_at=None)
                | Q(state="concluded", concluded_at__isnull=False, is_as_applied__isnull=False) & ~Q(findings=""),
                violation_error_message=_("A concluded visit has findings and says whether the facts are as applied."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.visited_on}"


class VisitOfficer(Journalled):
    """One of the officers of a visit, two at least; `signed_at` is set by that person alone."""

    visit = models.ForeignKey(SiteVisit, models.CASCADE, related_name="officers", verbose_name=_("site visit"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("officer"))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("officer of a visit")
        verbose_name_plural = _("officers of a visit")
        ordering = ["visit_id", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "user"], name="visitofficer_once")]

    def __str__(self) -> str:
        return f"{self.user}"

    def journal_label(self) -> str:
        return f"#{self.user_id} · {self.visit_id}"


class VisitPhoto(Journalled):
    visit = models.ForeignKey(SiteVisit, models.CASCADE, related_name="photos", verbose_name=_("site visit"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    key = models.UUIDField(_("key of the photograph"), unique=True, editable=False)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        verbose_name = _("photograph of a visit")
        verbose_name_plural = _("photographs of a visit")
        ordering = ["visit_id", "id"]

    def __str__(self) -> str:
        return self.caption or f"{self.file_id}"


class VisitDocument(Journalled):
    """A paper found or made on the spot, beside the photographs: a measurement, a list of machines, a statement."""

    visit = models.ForeignKey(SiteVisit, models.CASCADE, related_name="documents", verbose_name=_("site visit"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        verbose_name = _("document of a visit")
        verbose_name_plural = _("documents of a visit")
        ordering = ["visit_id", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "file"], name="visitdocument_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.file_id}"
