"""What is to be paid back: proposed, answered by the firm, decided, and what has come back so far."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.document_numbers import clean_document_number
from common.models import Journalled
from common.money import YuanField
from subsidies.enums import RecoveryState
from subsidies.models.application import Application

RUNNING = (RecoveryState.DECIDED, RecoveryState.ENFORCED)
IN_FORCE = (*RUNNING, RecoveryState.SETTLED)


class Recovery(Journalled):
    """追回: money that is to be paid back, why, until when; proposed by one person and decided by another.

    No remainder is stored: it follows from the repayments; see subsidies.follow_up.amounts.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="recoveries", verbose_name=_("application")
    )
    amount_yuan = YuanField(_("amount (yuan)"))
    basis = models.CharField(_("basis"), max_length=300)
    reason = models.TextField(_("reason"), max_length=1000)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    interest_percent = models.DecimalField(
        _("interest a year (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    interest_from = models.DateField(_("interest runs from"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("to be paid back by"))
    instalments = models.JSONField(_("instalments"), default=list, blank=True)  # [{"due_on": …, "amount_yuan": …}]
    state = models.CharField(
        _("state"), max_length=10, choices=RecoveryState, default=RecoveryState.PROPOSED, editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    heard_until = models.DateField(_("the firm may answer until"))
    statement = models.TextField(_("statement of the firm"), max_length=4000, blank=True, editable=False)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("stated by"),
    )
    stated_at = models.DateTimeField(_("stated at"), null=True, editable=False)
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
    answer = models.TextField(_("answer to the statement"), max_length=1000, blank=True, editable=False)
    enforcement = models.TextField(_("enforcement"), max_length=1000, blank=True, editable=False)

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        ordering = ["-id"]
        permissions = [
            ("propose_recovery", _("Can propose to recover money")),
            ("decide_recovery", _("Can decide to recover money")),
            ("register_repayment", _("Can register what is paid back")),
            ("close_case", _("Can close cases that are done")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state=RecoveryState.DROPPED),
                name="recovery_once",
                violation_error_message=_("A recovery stands for this case already."),
            ),
            models.CheckConstraint(name="recovery_amount_positive", condition=Q(amount_yuan__gt=0)),
            models.CheckConstraint(
                name="recovery_says_why",
                condition=~Q(basis="") & ~Q(reason=""),
                violation_error_message=_("Give the basis and the reason of the recovery."),
            ),
            models.CheckConstraint(
                name="recovery_interest_is_whole",
                condition=Q(interest_percent=None, interest_from=None)
                | Q(interest_percent__gt=0, interest_percent__lte=24, interest_from__isnull=False),
                violation_error_message=_("Interest has a rate of at most 24 % a year and a day from which it runs."),
            ),
            models.CheckConstraint(
                name="recovery_heard_first",
                condition=Q(state__in=(RecoveryState.PROPOSED, RecoveryState.DROPPED))
                | Q(stated_at__isnull=False)
                | Q(decided_on__gt=F("heard_until")),
                violation_error_message=_("The firm is heard first: it may answer until the end of its term."),
            ),
            models.CheckConstraint(
                name="recovery_four_eyes",
                condition=Q(state=RecoveryState.PROPOSED, decided_by=None, decided_at=None, decided_on=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, decided_on__isnull=False)
                & ~Q(state=RecoveryState.PROPOSED)
                & ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Another person than the one who proposed the recovery decides on it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.amount_yuan}"

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)


class Repayment(Journalled):
    """What came back in one payment, under its voucher; of it a part may be interest."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="repayments", verbose_name=_("recovery"))
    amount_yuan = YuanField(_("amount (yuan)"))
    interest_yuan = YuanField(_("of it interest (yuan)"), default=0)
    received_on = models.DateField(_("received on"))
    voucher_number = models.CharField(_("number of the voucher"), max_length=60)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("registered by")
    )
    registered_at = models.DateTimeField(_("registered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["voucher_number"],
                name="repayment_voucher_once",
                violation_error_message=_("This voucher belongs to another repayment."),
            ),
            models.CheckConstraint(
                name="repayment_amount_positive",
                condition=Q(amount_yuan__gt=0, interest_yuan__gte=0, interest_yuan__lte=F("amount_yuan")),
            ),
            models.CheckConstraint(
                name="repayment_has_voucher",
                condition=~Q(voucher_number=""),
                violation_error_message=_("Give the number of the voucher."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.amount_yuan}"
