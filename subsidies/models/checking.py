"""The bureau's check: items judged by a clerk, confirmed by a section head, and what cross-checks have found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Journalled
from subsidies.enums import HitKind, Judgement, Outcome
from subsidies.models.application import Application


class FormCheck(Journalled):
    """One check of one submission. The clerk proposes, a section head who is another person confirms."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="checks", verbose_name=_("application"))
    round = models.PositiveSmallIntegerField(_("round"), default=0)  # that of the submission it looks at
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    proposal = models.CharField(_("proposal"), max_length=8, choices=Outcome, blank=True)
    note = models.TextField(pgettext_lazy("form check", "note"), max_length=2000, blank=True)
    proposed_at = models.DateTimeField(pgettext_lazy("form check", "proposed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)

    class Meta:
        verbose_name = _("form check")
        verbose_name_plural = _("form checks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="formcheck_once_a_round"),
            models.CheckConstraint(
                name="formcheck_four_eyes",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, proposed_at__isnull=False)
                & ~Q(confirmed_by=F("checked_by"))
                & ~Q(proposal=""),
                violation_error_message=_("Another person than the one who checked confirms."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.round}"


class CheckResult(Journalled):
    """What the clerk found under one item of the published check table."""

    check_of = models.ForeignKey(FormCheck, models.CASCADE, related_name="results", verbose_name=_("form check"))
    item = models.CharField(_("item"), max_length=40)  # an id of the call's check_items
    outcome = models.CharField(pgettext_lazy("form check", "outcome"), max_length=8, choices=Outcome)
    note = models.CharField(pgettext_lazy("form check", "note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("result of a check")
        verbose_name_plural = _("results of a check")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "item"], name="checkresult_once_an_item"),
            models.CheckConstraint(
                name="checkresult_refusal_has_note",
                condition=Q(outcome=Outcome.PASS) | ~Q(note=""),
                violation_error_message=_("Say what is wrong; the applicant reads it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.outcome}"


class CrossCheckHit(Journalled):
    """Something a cross-check found. It refuses nothing: a person judges it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="hits", verbose_name=_("application"))
    kind = models.CharField(_("kind"), max_length=12, choices=HitKind)
    key = models.CharField(_("what was found twice"), max_length=200)
    other = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("other application")
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)  # for the sentence, such as field, year, source
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)
    judgement = models.CharField(_("judgement"), max_length=10, choices=Judgement, default=Judgement.OPEN)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("judged by")
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    waiver_ends_on = models.DateField(_("waiver ends on"), null=True, blank=True)

    class Meta:
        verbose_name = _("hit of a cross-check")
        verbose_name_plural = _("hits of cross-checks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "key", "other"], name="crosscheckhit_once_beside_another"
            ),
            models.UniqueConstraint(
                fields=["application", "kind", "key"], condition=Q(other=None), name="crosscheckhit_once_by_itself"
            ),
            models.CheckConstraint(
                name="crosscheckhit_judged_with_reason",
                condition=Q(judgement=Judgement.OPEN, judged_by=None, judged_at=None)
                | ~Q(judgement=Judgement.OPEN) & Q(judged_by__isnull=False, judged_at__isnull=False) & ~Q(reason=""),
                violation_error_message=_("Give the reason of the judgement."),
            ),
            models.CheckConstraint(
                name="crosscheckhit_waiver_ends",
                condition=~Q(judgement=Judgement.WAIVED) | Q(waiver_ends_on__isnull=False),
                violation_error_message=_("A waiver has a day on which it ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class CrossCheckKey(models.Model):
    """A number an accepted application names, as it is compared; derived from the answers, so not journalled."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="cross_check_keys")
    kind = models.CharField(max_length=12, choices=HitKind)
    key = models.CharField(max_length=200)
    shown = models.CharField(max_length=200)  # as it was typed

    class Meta:
        indexes = [models.Index(fields=["kind", "key"], name="crosscheckkey_kind_key")]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "key"], name="crosscheckkey_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
