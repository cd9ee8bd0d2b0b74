"""Files that people send: the bytes lie outside the web root under a random name, the row says what is known."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ScanState(models.TextChoices):
    NOT_SCANNED = "not_scanned", _("Not scanned")
    CLEAN = "clean", _("Clean")
    INFECTED = "infected", _("Infected")


def random_place(instance: "StoredFile", name: str) -> str:
    """Nothing of what the sender called the file."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"


class StoredFile(models.Model):
    """One file as it was sent; the bytes never change, a new version is a new row."""

    notes: tuple[str, ...] = ()  # what the sender should know, said once at its coming

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    content = models.FileField(_("content"), upload_to=random_place, max_length=80)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("type by content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    scan_state = models.CharField(_("virus scan"), max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    scanned_at = models.DateTimeField(_("scanned at"), null=True, blank=True)
    # Nobody for the evidence of an objection: who objects needs no account.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("sent by"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-id"]
        indexes = [models.Index(fields=["sha256"], name="storedfile_sha256")]
        constraints = [
            models.CheckConstraint(
                name="storedfile_scan_has_time",
                condition=Q(scan_state=ScanState.NOT_SCANNED) | Q(scanned_at__isnull=False),
            ),
            models.CheckConstraint(name="storedfile_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file on its way: parts arrive in order, and a broken upload goes on at `received`."""

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=120)  # what it becomes, such as "application:17:A04"
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    received = models.PositiveBigIntegerField(_("received (bytes)"), default=0)
    place = models.CharField(_("place of the parts"), max_length=80)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="upload_within_size", condition=Q(received__lte=F("size")) & Q(size__gt=0))
        ]

    def __str__(self) -> str:
        return self.name
