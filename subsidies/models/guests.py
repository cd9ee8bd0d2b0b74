from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.models import Journalled, JournalledQuerySet


class ApplicationGuestQuerySet(JournalledQuerySet):
    def in_force(self) -> "ApplicationGuestQuerySet":
        """Let in now; without a last day until the firm ends it."""
        return self.filter(revoked_at=None).filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))


class ApplicationGuest(Journalled):
    """A consultant let in to one application only: may write, may not hand over, sign or withdraw."""

    application = models.ForeignKey("subsidies.Application", models.CASCADE, related_name="guests")
    user = models.ForeignKey(User, models.CASCADE, related_name="guest_of")
    let_in_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    created_at = models.DateTimeField(pgettext_lazy("guest of an application", "since"), auto_now_add=True)

    objects = ApplicationGuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest of an application")
        verbose_name_plural = _("guests of an application")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"], condition=Q(revoked_at=None), name="applicationguest_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.application_id}"

    def journal_label(self) -> str:
        return f"#{self.user_id} · {self.application_id}"

    @property
    def last_moment(self) -> datetime | None:
        """Of the last day, for pages that name it; access ends with the beginning of the next."""
        return self.ends_at and self.ends_at - timedelta(microseconds=1)


class GuestInvitation(Journalled):
    """A consultant is asked in to one application by mail; the row holds the digest of the link, never the link."""

    journal_hidden = ("digest", "email")

    application = models.ForeignKey("subsidies.Application", models.CASCADE, related_name="guest_invitations")
    email = models.EmailField(_("e-mail address"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("invited by"))
    access_ends_at = models.DateTimeField(_("access ends at"))
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    created_at = models.DateTimeField(_("invited at"), auto_now_add=True)

    class Meta:
        verbose_name = _("invitation of a guest")
        verbose_name_plural = _("invitations of guests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "application",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="guestinvitation_one_open_per_address",
                violation_error_message=_("This address has an open invitation: revoke it first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.application_id}"

    def journal_label(self) -> str:
        return f"→ {self.application_id}"

    @property
    def is_open(self) -> bool:
        now = timezone.now()
        return self.accepted_at is None and self.revoked_at is None and min(self.expires_at, self.access_ends_at) > now

    @property
    def last_moment(self) -> datetime:
        return self.access_ends_at - timedelta(microseconds=1)
