"""What people are told: a notice in the inbox, and for each other channel a delivery that waits in the outbox.

Both are written in the transaction of what they tell of: nothing is sent for a change that was rolled back.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """One's own alone: staff see what became of deliveries, never what others are told."""
        return self.filter(recipient=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def mark_read(self) -> int:
        """The verb of page and API; how many were unread."""
        return self.unread().update(read_at=timezone.now())


class Notice(models.Model):
    """One thing one person is told; `facts` fill the words of its kind, see common.notices."""

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("for"), related_name="notices"
    )
    kind = models.SlugField(_("kind"), max_length=60)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    address = models.CharField(_("address on the site"), max_length=300, blank=True)  # a path, without language prefix
    once = models.CharField(_("told once under"), max_length=160, blank=True)
    created_at = models.DateTimeField(_("time"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "once"], condition=~Q(once=""), name="notice_once_per_recipient"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"


class Delivery(models.Model):
    """One notice on one channel, or a letter to an address that may have no account (common.letters).

    The public number is its Message-ID, the same at every try.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(
        Notice, models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name=_("notice")
    )
    letter = models.SlugField(_("letter"), max_length=60, blank=True, editable=False)
    to = models.EmailField(_("e-mail address"), blank=True, editable=False)
    about = models.BigIntegerField(null=True, blank=True, editable=False)  # key of what the letter is about
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), default=timezone.now)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="delivery_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(
                name="delivery_of_notice_or_letter",
                condition=Q(notice__isnull=False, letter="", to="", about=None)
                | (Q(notice=None, channel=Channel.EMAIL, about__isnull=False) & ~Q(letter="") & ~Q(to="")),
            ),
            models.CheckConstraint(
                name="delivery_sent_has_time",
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"

    @property
    def receiver(self) -> str:
        return str(self.notice.recipient) if self.notice else self.to
