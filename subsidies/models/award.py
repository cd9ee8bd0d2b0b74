from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from common.document_numbers import clean_document_number
from common.models import Journalled, JournalledQuerySet
from common.money import YuanField
from common.search import SearchField, matching
from projects.models import Project
from subsidies.enums import DocumentState
from subsidies.models.application import Application
from subsidies.models.policy import Scheme


class AwardQuerySet(JournalledQuerySet):
    def on_public_site(self) -> Self:
        """From the document on: issued here, or entered from an earlier one. A revoked award stays, as revoked."""
        return self.filter(Q(application=None, document=None) | Q(document__state=DocumentState.ISSUED))

    def real(self) -> Self:
        return self.filter(Q(application=None) | Q(application__is_demo=False), organisation__is_demo=False)

    def found_by(self, query: str) -> Self:
        """By firm, project, base, scheme or document number."""
        return matching(self, query)


class Award(Journalled):
    """Support that was given; earlier ones are entered from their documents. 一次性: one per project, ever."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="awards", verbose_name=_("scheme"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="awards", verbose_name=_("organisation")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="awards", verbose_name=_("project")
    )
    project_name = models.CharField(_("name of the project"), max_length=160)
    application = models.OneToOneField(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="award",
        verbose_name=_("application"),
    )
    document = models.ForeignKey(
        "subsidies.AwardDocument",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="awards",
        verbose_name=_("award document"),
    )
    amount_yuan = YuanField(_("amount (yuan)"))
    awarded_on = models.DateField(pgettext_lazy("subsidy", "awarded on"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    once_key = models.CharField(_("once only under"), max_length=200, editable=False)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True, editable=False)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("subsidy", "award")
        verbose_name_plural = pgettext_lazy("subsidy", "awards")
        ordering = ["-awarded_on", "-id"]
        permissions = [("view_figures", _("Can see the figures for those who lead"))]
        indexes = [models.Index(fields=["-awarded_on", "-id"], name="award_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["once_key"],
                condition=Q(revoked_on=None) & ~Q(once_key=""),
                name="award_once",
                violation_error_message=_("This has been awarded already: the support is given once."),
            ),
            models.CheckConstraint(name="award_amount_positive", condition=Q(amount_yuan__gt=0)),
        ]

    def __str__(self) -> str:
        return self.project_name

    def get_absolute_url(self) -> str:
        return reverse("subsidies:award_detail", args=[self.pk])

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)


class AwardSearch(models.Model):
    """The words an award is found by on the public site; kept by subsidies.open_data.search."""

    award = models.OneToOneField(Award, models.CASCADE, primary_key=True, related_name="search")
    document = SearchField()

    def __str__(self) -> str:
        return str(self.award_id)


class CallInvitation(Journalled):
    """The bureau tells a firm that a project of its own seems to meet a call, with what is known filled in."""

    call = models.ForeignKey("subsidies.Call", models.PROTECT, related_name="invitations", verbose_name=_("call"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="invitations", verbose_name=_("project"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="call_invitations", verbose_name=_("organisation")
    )
    sent_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    message = models.CharField(_("message"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("invitation to apply")
        verbose_name_plural = _("invitations to apply")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "project", "organisation"],
                name="callinvitation_once",
                violation_error_message=_("This firm has been invited with this project already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.project_id}"
