from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bases.enums import ChangeState
from bases.models.base import Base
from common.models import Journalled

# What a listed base may change only after review; everything else is published at once, with a journal entry.
REVIEWED_FIELDS = ("name_zh", "name_en", "kind", "division", "park", "host", "site_zh", "site_en", "address")


class BaseChange(Journalled):
    """A proposed change to the reviewed fields of a listed base; at most one waits at a time."""

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="changes")
    values = models.JSONField(_("proposed values"), help_text=_("Field names and their new values; keys are stored."))
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=ChangeState, default=ChangeState.PENDING)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("proposed by"), related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                name="base_change_one_pending", fields=["base"], condition=Q(state=ChangeState.PENDING)
            ),
            models.CheckConstraint(
                name="base_change_decided_by_another",
                condition=Q(state=ChangeState.PENDING, decided_by=None)
                | (~Q(state=ChangeState.PENDING) & Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                violation_error_message=_("Someone other than the proposer decides on a change."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base.code} · {self.get_state_display()}"
