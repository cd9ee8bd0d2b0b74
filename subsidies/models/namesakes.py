from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Journalled
from subsidies.enums import NamesakeBasis
from subsidies.models.application import Application
from subsidies.models.experts import Expert


class Namesake(Journalled):
    """An expert is another person than the one of that name whom the application names; see subsidies.namesakes."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="namesakes", verbose_name=_("application")
    )
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="namesakes", verbose_name=_("expert"))
    basis = models.CharField(_("how it is known"), max_length=10, choices=NamesakeBasis)
    reason = models.CharField(_("reason"), max_length=500)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    ended_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    end_reason = models.CharField(_("why it is withdrawn"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("namesake")
        verbose_name_plural = _("namesakes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "expert"],
                condition=Q(ended_at=None),
                name="namesake_once",
                violation_error_message=_("This is recorded already."),
            ),
            models.CheckConstraint(
                name="namesake_four_eyes",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("entered_by")),
                violation_error_message=_("Another person than the one who entered it confirms it."),
            ),
            models.CheckConstraint(
                name="namesake_ended_with_reason",
                condition=Q(ended_by=None, ended_at=None, end_reason="")
                | Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(end_reason=""),
                violation_error_message=_("It is withdrawn with a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert} · {self.application}"

    def get_absolute_url(self) -> str:
        return reverse("admin:subsidies_namesake_change", args=[self.pk])

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None
