"""What happened: entries in the writers' transactions, sealed into one chain afterwards.

A writer inserts an entry and a mark that it waits for its seal, so writers never queue behind the head of the chain.
"""

from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.journal_context import JournalRefused


class AppendOnly(models.Model):
    """Rows that are written once; the database refuses the rest by trigger."""

    class Meta:
        abstract = True

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise JournalRefused("The journal is append-only.")


class JournalEntry(AppendOnly):
    happened_at = models.DateTimeField(_("time"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    action = models.SlugField(_("action"), max_length=50, db_index=False)
    object_type = models.CharField(_("kind of object"), max_length=100)
    object_id = models.CharField(_("object"), max_length=100, blank=True)
    object_label = models.TextField(_("name of the object"), blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(_("way in"), max_length=100, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id", "id"], name="journalentry_object")]

    def __str__(self) -> str:
        return f"{self.pk} {self.action} {self.object_type} {self.object_id}"


class JournalPending(models.Model):
    """An entry that waits for its seal."""

    entry = models.OneToOneField(
        JournalEntry,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="pending",
        verbose_name=_("journal entry"),
    )

    class Meta:
        verbose_name = _("entry to be sealed")
        verbose_name_plural = _("entries to be sealed")

    def __str__(self) -> str:
        return str(self.entry_id)


class JournalSeal(AppendOnly):
    """One link of the chain; the hash function is kept, so that a new setting leaves old links verifiable."""

    position = models.PositiveBigIntegerField(_("position"), primary_key=True)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, related_name="seal", verbose_name=_("journal entry")
    )
    digest = models.CharField(_("hash of the entry"), max_length=128)
    chain = models.CharField(_("hash of the chain"), max_length=128)
    algorithm = models.CharField(_("hash function"), max_length=20)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}:{self.chain}"


class JournalAnchor(AppendOnly):
    """The head of the chain as it was on a day, for all to write down: a chain cut short or built anew lacks it.

    Without the position: how much is recorded is nobody's business.
    """

    day = models.DateField(_("day"), unique=True)
    chain = models.CharField(_("hash of the chain"), max_length=128)
    noted_at = models.DateTimeField(_("noted at"), auto_now_add=True)

    class Meta:
        verbose_name = _("anchor of the journal")
        verbose_name_plural = _("anchors of the journal")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.chain}"
