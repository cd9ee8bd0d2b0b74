from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.models import Journalled, StoredFile
from subsidies.enums import Opinion
from subsidies.models.application import Application


class Recommendation(Journalled):
    """The opinion of the recommending unit: a clerk prepares it, a leader who is another person decides."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="recommendations", verbose_name=_("application")
    )
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("recommending unit"))
    opinion = models.CharField(_("opinion"), max_length=10, choices=Opinion, blank=True)
    text = models.TextField(_("reasons"), max_length=2000, blank=True)
    letter = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("letter of recommendation")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared at"), auto_now=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    appeal_route = models.TextField(_("route of appeal"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(decided_at=None), name="recommendation_one_open"
            ),
            models.CheckConstraint(
                name="recommendation_four_eyes",
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("prepared_by"))
                & ~Q(opinion=""),
                violation_error_message=_("Another person than the one who prepared the opinion decides."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.opinion}"
