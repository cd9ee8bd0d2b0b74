"""From the award document to the money: the document, the firm's account, the payments."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.document_numbers import clean_document_number
from common.encryption import SealedField
from common.models import Journalled, StoredFile
from common.money import YuanField
from subsidies.enums import AccountState, DocumentState, Payer, PaymentState
from subsidies.models.application import Application
from subsidies.models.award import Award
from subsidies.models.call import Call


class AwardDocument(Journalled):
    """下达文件: prepared by the bureau, countersigned by finance, issued by a leader. Awards come with its issue."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="award_documents", verbose_name=_("call"))
    number = models.CharField(_("document number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    check_code = models.UUIDField(_("check code"), default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=14, choices=DocumentState, default=DocumentState.DRAFT, editable=False
    )
    listed = models.JSONField(_("list"), default=dict, editable=False)
    digest = models.CharField(_("SHA-256 of the list"), max_length=64, blank=True, editable=False)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("prepared by")
    )
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("countersigned by"),
    )
    countersigned_at = models.DateTimeField(_("countersigned at"), null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("issued by"),
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, editable=False)
    signed_copy = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("signed copy")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("award document")
        verbose_name_plural = _("award documents")
        ordering = ["-id"]
        permissions = [
            ("prepare_award", _("Can prepare award documents")),
            ("countersign_award", _("Can countersign award documents for the finance bureau")),
            ("issue_award", _("Can issue and revoke award documents")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="awarddocument_number_once",
                violation_error_message=_("This document number has been given already."),
            ),
            models.CheckConstraint(
                name="awarddocument_issued_is_whole",
                condition=Q(state__in=(DocumentState.DRAFT, DocumentState.DROPPED), issued_by=None, issued_at=None)
                | Q(state=DocumentState.COUNTERSIGNED, countersigned_by__isnull=False, issued_by=None, issued_at=None)
                | Q(
                    state=DocumentState.ISSUED,
                    countersigned_by__isnull=False,
                    countersigned_at__isnull=False,
                    issued_by__isnull=False,
                    issued_at__isnull=False,
                )
                & ~Q(number="")
                & ~Q(digest=""),
                violation_error_message=_("An issued document has its number, its list and its three signatures."),
            ),
            models.CheckConstraint(
                name="awarddocument_six_eyes",
                condition=(Q(countersigned_by=None) | ~Q(countersigned_by=F("prepared_by")))
                & (Q(issued_by=None) | ~Q(issued_by=F("prepared_by")) & ~Q(issued_by=F("countersigned_by"))),
                violation_error_message=_("Three people prepare, countersign and issue an award document."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    def clean(self) -> None:
        self.number = clean_document_number(self.number)


class AwardEntry(Journalled):
    """An application on the list of an award document, with the amount that was decided."""

    document = models.ForeignKey(
        AwardDocument, models.PROTECT, related_name="entries", verbose_name=_("award document")
    )
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="award_entries", verbose_name=_("application")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    amount_yuan = YuanField(_("amount (yuan)"))
    dropped_at = models.DateTimeField(_("dropped at"), null=True, editable=False)

    class Meta:
        verbose_name = _("entry of an award document")
        verbose_name_plural = _("entries of an award document")
        ordering = ["document_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(dropped_at=None),
                name="awardentry_once",
                violation_error_message=_("The application stands on another award document."),
            ),
            models.CheckConstraint(name="awardentry_amount_positive", condition=Q(amount_yuan__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.application_id}"


class PayeeAccount(Journalled):
    """Where the money of an award goes: given by the firm, confirmed by finance, a change likewise.

    The number is sealed and shown by its last four digits alone. The database lets nobody change it: a save after the
    first names its fields, since sealing anew gives another ciphertext.
    """

    journal_hidden = ("number",)

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="payee_accounts", verbose_name=_("application")
    )
    holder = models.CharField(_("name of the account"), max_length=160)
    bank = models.CharField(_("bank and branch"), max_length=160)
    number = SealedField(_("number of the account"))
    last_digits = models.CharField(_("last digits"), max_length=4, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=AccountState, default=AccountState.ENTERED, editable=False
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    class Meta:
        verbose_name = _("account of a firm")
        verbose_name_plural = _("accounts of firms")
        ordering = ["-id"]
        permissions = [("confirm_account", _("Can confirm the accounts of firms"))]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state=AccountState.CONFIRMED), name="payeeaccount_one_confirmed"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=AccountState.ENTERED),
                name="payeeaccount_one_waiting",
                violation_error_message=_("An account waits to be confirmed already."),
            ),
            models.CheckConstraint(
                name="payeeaccount_four_eyes",
                condition=Q(state__in=(AccountState.ENTERED, AccountState.REPLACED), decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(state=AccountState.ENTERED)
                & ~Q(decided_by=F("entered_by")),
                violation_error_message=_("Another person than the one who entered the account confirms it."),
            ),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """All that is shown of the number anywhere but in the list for the bank."""
        return f"{self.bank} •••• {self.last_digits}"


class Payment(Journalled):
    """A share of an award on its way to the firm: prepared, approved, executed by at least two people."""

    award = models.ForeignKey(
        Award, models.PROTECT, related_name="payments", verbose_name=pgettext_lazy("subsidy", "award")
    )
    payer = models.CharField(_("payer"), max_length=8, choices=Payer)
    amount_yuan = YuanField(_("amount (yuan)"))
    account = models.ForeignKey(PayeeAccount, models.PROTECT, related_name="payments", verbose_name=_("account"))
    state = models.CharField(
        _("state"), max_length=10, choices=PaymentState, default=PaymentState.PREPARED, editable=False
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared at"), auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("executed by"),
    )
    paid_on = models.DateField(_("paid on"), null=True, editable=False)
    voucher_number = models.CharField(_("number of the voucher"), max_length=60, blank=True, editable=False)
    returned_on = models.DateField(_("returned on"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        permissions = [
            ("prepare_payment", _("Can prepare payments")),
            ("approve_payment", _("Can approve payments")),
            ("execute_payment", _("Can record payments as executed or returned")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "payer"],
                condition=Q(state__in=(PaymentState.PREPARED, PaymentState.APPROVED, PaymentState.PAID)),
                name="payment_one_a_share",
                violation_error_message=_("This share has its payment already."),
            ),
            models.UniqueConstraint(
                fields=["voucher_number"],
                condition=~Q(voucher_number=""),
                name="payment_voucher_once",
                violation_error_message=_("This voucher belongs to another payment."),
            ),
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount_yuan__gt=0)),
            models.CheckConstraint(
                name="payment_is_whole",
                condition=Q(state=PaymentState.PREPARED, approved_by=None, executed_by=None, paid_on=None)
                | Q(state=PaymentState.CANCELLED, executed_by=None, paid_on=None)
                | Q(state=PaymentState.APPROVED, approved_by__isnull=False, executed_by=None, paid_on=None)
                | Q(
                    state__in=(PaymentState.PAID, PaymentState.RETURNED),
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    executed_by__isnull=False,
                    paid_on__isnull=False,
                )
                & ~Q(voucher_number=""),
                violation_error_message=_("A payment is prepared, approved and executed, under a voucher."),
            ),
            models.CheckConstraint(
                name="payment_four_eyes",
                condition=(Q(approved_by=None) | ~Q(approved_by=F("prepared_by")))
                & (Q(executed_by=None) | ~Q(executed_by=F("approved_by"))),
                violation_error_message=_("Who approves a payment has neither prepared nor executes it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.payer} {self.amount_yuan}"
