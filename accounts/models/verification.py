"""The bureau verifies an organisation with its business licence; each request is a record of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import CreditCodeField
from accounts.models.organisations import Organisation
from accounts.models.people import User
from common.models import Journalled, StoredFile


class VerificationState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    VERIFIED = "verified", _("Verified")
    SENT_BACK = "sent_back", _("Sent back")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class VerificationRequest(Journalled):
    """Name and code as on the licence; they become the organisation's when the bureau has compared them.

    A claim comes from a person who is no administrator there and becomes one when it is verified.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="verification_requests", verbose_name=_("organisation")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    credit_code = CreditCodeField(_("unified social credit code"))
    licence = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("business licence"))
    is_claim = models.BooleanField(_("asks to become administrator"), default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=VerificationState, default=VerificationState.WAITING)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("request for verification")
        verbose_name_plural = _("requests for verification")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="verification_state_known",
                condition=Q(state__in=VerificationState.values),
                violation_error_message=_("Choose a state from the list."),
            ),
            models.CheckConstraint(
                name="verification_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                violation_error_message=_("Nobody verifies what they asked for themselves."),
            ),
            models.CheckConstraint(
                name="verification_sent_back_with_reason",
                condition=~Q(state=VerificationState.SENT_BACK) | ~Q(reason=""),
                violation_error_message=_("Give the reason; it is kept with the record."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="waiting", is_claim=False),
                name="verification_one_waiting",
                violation_error_message=_("The licence is with the bureau already."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "asked_by"],
                condition=Q(state="waiting"),
                name="verification_one_waiting_per_person",
                violation_error_message=_("Your licence is with the bureau already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} · {self.get_state_display()}"
