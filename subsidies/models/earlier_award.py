from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from common.document_numbers import clean_document_number
from common.models import Journalled
from common.money import YuanField
from projects.models import Project
from subsidies.enums import EarlierState
from subsidies.models.award import Award
from subsidies.models.policy import Scheme


def _person(words: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=words
    )


class EarlierAward(Journalled):
    """An award of before the portal, from its document: entered by one person, confirmed by another.

    `award` comes into being with the confirmation. What was entered before two people were asked has no `entered_by`.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", verbose_name=_("scheme"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    project_name = models.CharField(_("name of the project"), max_length=160)
    amount_yuan = YuanField(_("amount (yuan)"))
    awarded_on = models.DateField(pgettext_lazy("subsidy", "awarded on"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    once_key = models.CharField(_("once only under"), max_length=200, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=EarlierState, default=EarlierState.ENTERED, editable=False
    )
    award = models.OneToOneField(Award, models.PROTECT, null=True, editable=False, related_name="entry")
    entered_by = _person(_("entered by"))
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    settled_by = _person(_("confirmed or refused by"))
    settled_at = models.DateTimeField(_("confirmed or refused at"), null=True, editable=False)
    revocation_by = _person(_("revocation proposed by"))
    revocation_reason = models.CharField(_("why it was wrong"), max_length=1000, blank=True, editable=False)
    revoked_by = _person(_("revoked by"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("earlier award")
        verbose_name_plural = _("earlier awards")
        ordering = ["-id"]
        permissions = [("confirm_earlieraward", _("Can confirm and revoke earlier awards"))]
        constraints = [
            models.CheckConstraint(name="earlieraward_amount_positive", condition=Q(amount_yuan__gt=0)),
            models.CheckConstraint(
                name="earlieraward_four_eyes",
                condition=Q(settled_by=None) | Q(entered_by=None) | ~Q(settled_by=F("entered_by")),
                violation_error_message=_("Another person than the one who entered it confirms or refuses it."),
            ),
            models.CheckConstraint(
                name="earlieraward_confirmed_is_whole",
                condition=Q(state__in=(EarlierState.ENTERED, EarlierState.REFUSED), award=None)
                | Q(state__in=(EarlierState.CONFIRMED, EarlierState.REVOKED), award__isnull=False)
                & (Q(entered_by=None) | Q(settled_by__isnull=False, settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="earlieraward_revoked_by_two",
                condition=~Q(state=EarlierState.REVOKED) & Q(revoked_by=None, revoked_at=None)
                | Q(state=EarlierState.REVOKED, revocation_by__isnull=False, revoked_by__isnull=False)
                & Q(revoked_at__isnull=False)
                & ~Q(revocation_reason="")
                & ~Q(revoked_by=F("revocation_by")),
                violation_error_message=_("Another person than the one who proposed it revokes it, with the reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.project_name

    def get_absolute_url(self) -> str:
        return reverse("admin:subsidies_earlieraward_change", args=[self.pk])

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)
