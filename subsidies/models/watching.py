from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Journalled
from subsidies.enums import AlertJudgement, AlertKind


class Alert(Journalled):
    """A pattern that was found; `facts` fill the sentence of its kind, see subsidies.watching.words."""

    kind = models.CharField(_("kind"), max_length=10, choices=AlertKind)
    key = models.CharField(_("found under"), max_length=120)  # so that one pattern is told once
    facts = models.JSONField(_("facts"), default=dict)
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)
    judgement = models.CharField(
        _("judgement"), max_length=10, choices=AlertJudgement, default=AlertJudgement.OPEN, editable=False
    )
    reason = models.CharField(_("reason"), max_length=1000, blank=True, editable=False)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("judged by"),
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("discipline", "alert")
        verbose_name_plural = pgettext_lazy("discipline", "alerts")
        ordering = ["-id"]
        permissions = [("judge_alert", _("Can judge alerts"))]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="alert_once"),
            models.CheckConstraint(
                name="alert_judged_is_whole",
                condition=Q(judgement=AlertJudgement.OPEN, judged_by=None, judged_at=None)
                | ~Q(judgement=AlertJudgement.OPEN)
                & Q(judged_by__isnull=False, judged_at__isnull=False)
                & ~Q(reason=""),
                violation_error_message=_("Give the reason of the judgement."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
