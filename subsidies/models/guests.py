from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Journalled
from subsidies.models.application import Application


class GuestInvitation(Journalled):
    """A consultant is asked in to one application by mail; the row holds the digest of the link, never the link."""

    journal_hidden = ("digest", "email")

    application = models.ForeignKey(Application, models.CASCADE, related_name="guest_invitations")
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
