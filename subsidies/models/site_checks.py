"""Checks of awarded projects by sample (双随机): the round that was drawn, and what came of each check."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Journalled, StoredFile
from subsidies.enums import CHECK_CLOSED, CheckState
from subsidies.models.application import Application
from subsidies.models.visits import SiteVisit


class CheckRound(Journalled):
    """A sample of awards. `inputs` are frozen as it is proposed; the seed is made as another person confirms it.

    `result` follows from both by docs/draw.md; tools/verify_sample.py runs it again. `officers` are the people behind
    the codes of the inputs, in their order, and never published.
    """

    journal_ignored = ("inputs", "result")

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    awarded_from = models.PositiveSmallIntegerField(_("awards from the year"))
    awarded_until = models.PositiveSmallIntegerField(_("to the year"))
    size = models.PositiveSmallIntegerField(_("checks"), validators=[MinValueValidator(1)])
    due_on = models.DateField(_("checks are due on"))
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    inputs = models.JSONField(_("inputs"))
    inputs_digest = models.CharField(_("SHA-256 of the inputs"), max_length=64)
    officers = models.JSONField(_("officers"), default=list)  # keys of people, in the order of their codes
    exclusions = models.JSONField(_("exclusions"), default=list)  # rows {award, reason}
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    result = models.JSONField(_("result"), default=dict)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("site checks", "proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdraw_reason = models.CharField(_("reason for the withdrawal"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("round of site checks")
        verbose_name_plural = _("rounds of site checks")
        ordering = ["-id"]
        permissions = [
            ("propose_checks", _("Can propose rounds of site checks")),
            ("confirm_checks", _("Can confirm rounds of site checks")),
            ("settle_checks", _("Can decide what follows from a site check")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "is_demo"],
                condition=Q(confirmed_at=None, withdrawn_at=None),
                name="checkround_one_open",
                violation_error_message=_("A round of this year waits for its confirmation already."),
            ),
            models.CheckConstraint(
                name="checkround_four_eyes",
                condition=Q(confirmed_by=None, confirmed_at=None, seed="")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, withdrawn_at=None)
                & ~Q(seed="")
                & ~Q(confirmed_by=F("proposed_by")),
                violation_error_message=_("Another person than the one who proposed the round confirms it."),
            ),
            models.CheckConstraint(
                name="checkround_withdrawn_with_reason",
                condition=Q(withdrawn_by=None, withdrawn_at=None, withdraw_reason="")
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdraw_reason=""),
                violation_error_message=_("A round is withdrawn with a reason; it stays on record."),
            ),
            models.CheckConstraint(
                name="checkround_years_in_order",
                condition=Q(awarded_from__lte=F("awarded_until")) & Q(size__gte=1),
                violation_error_message=_(
                    "The first year of the awards is not after the last, and one is checked at least."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("subsidies:check_round", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


class SiteCheck(Journalled):
    """One drawn award. The record of the check is a site visit: written, photographed and signed as every other.

    Once it is concluded the firm reads the findings and may comment; then somebody who did not check decides.
    """

    key = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(CheckRound, models.PROTECT, related_name="checks", verbose_name=_("round of site checks"))
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="site_checks", verbose_name=_("application")
    )
    visit = models.OneToOneField(
        SiteVisit, models.PROTECT, related_name="site_check", verbose_name=_("record of the check")
    )
    state = models.CharField(_("state"), max_length=10, choices=CheckState, default=CheckState.CHECKING, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    heard_until = models.DateField(_("the firm may comment until"), null=True, editable=False)
    comment = models.TextField(_("comment of the firm"), max_length=4000, blank=True, editable=False)
    commented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("commented by"),
    )
    commented_at = models.DateTimeField(_("commented at"), null=True, editable=False)
    demand = models.TextField(_("what is to be put right"), max_length=1000, blank=True, editable=False)
    remedy_by = models.DateField(_("to be put right by"), null=True, editable=False)
    remedy = models.TextField(_("how it was put right"), max_length=4000, blank=True, editable=False)
    remedied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("reported by"),
    )
    remedied_at = models.DateTimeField(_("reported at"), null=True, editable=False)
    reason = models.TextField(pgettext_lazy("site check", "reasons"), max_length=1000, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)

    class Meta:
        verbose_name = _("site check")
        verbose_name_plural = _("site checks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "application"],
                name="sitecheck_once",
                violation_error_message=_("This award is in the round already."),
            ),
            models.CheckConstraint(
                name="sitecheck_is_whole",
                condition=Q(state=CheckState.CHECKING, decided_by=None, decided_at=None, decided_on=None)
                | ~Q(state=CheckState.CHECKING)
                & Q(decided_by__isnull=False, decided_at__isnull=False, decided_on__isnull=False)
                & ~Q(reason=""),
                violation_error_message=_("What follows from a check is decided by somebody, with the reasons."),
            ),
            models.CheckConstraint(
                name="sitecheck_term_is_whole",
                condition=~Q(state__in=(CheckState.RECTIFY, CheckState.RECTIFIED))
                | Q(remedy_by__isnull=False) & ~Q(demand=""),
                violation_error_message=_("Say what is to be put right, and by when."),
            ),
            models.CheckConstraint(
                name="sitecheck_heard_first",
                condition=Q(state=CheckState.CHECKING)
                | Q(commented_at__isnull=False)
                | Q(decided_on__gt=F("heard_until")),
                violation_error_message=_("The firm is heard first: it may comment until the end of its term."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.application_id}"

    @property
    def is_final(self) -> bool:
        return self.state in CHECK_CLOSED


class RemedyFile(Journalled):
    """What the firm has sent with its report that something is put right; it stays as it was sent."""

    check_of = models.ForeignKey(SiteCheck, models.PROTECT, related_name="files", verbose_name=_("site check"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    added_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of a site check")
        verbose_name_plural = _("files of site checks")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["check_of", "file"], name="remedyfile_once")]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.file_id}"
