from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Journalled
from subsidies.models.application import Application


class Correction(Journalled):
    """What the applicant is asked to mend, told once and in full (一次性告知); nothing else opens."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="corrections", verbose_name=_("application")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    due_on = models.DateField(_("due on"))
    is_due_provisional = models.BooleanField(_("calendar not yet published"), default=False)
    grace_until = models.DateField(_("closed after"))
    note = models.TextField(pgettext_lazy("form check", "note"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("lapsed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="correction_once_a_round"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None, lapsed_at=None),
                name="correction_one_open",
            ),
            models.CheckConstraint(name="correction_rounds", condition=Q(round__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.round}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.lapsed_at is None


class CorrectionItem(Journalled):
    """One field or material that reopens, and why."""

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="items", verbose_name=_("correction"))
    field = models.CharField(_("field"), max_length=60, blank=True)
    material = models.CharField(_("material"), max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=1000)

    class Meta:
        verbose_name = _("item of a correction")
        verbose_name_plural = _("items of a correction")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="correctionitem_names_one_thing",
                condition=(Q(field="") & ~Q(material="")) | (~Q(field="") & Q(material="")),
                violation_error_message=_("An item reopens one field or one material."),
            ),
            models.CheckConstraint(
                name="correctionitem_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say what is wrong; the applicant reads it."),
            ),
            models.UniqueConstraint(fields=["correction", "field", "material"], name="correctionitem_once"),
        ]

    def __str__(self) -> str:
        return self.field or self.material
