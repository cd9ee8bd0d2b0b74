"""The budget of a scheme in a year: a ledger of entries that never change; every balance is their sum.

The database refuses an entry that would overdraw the pot it takes from, whoever writes it; see migration 0009.
"""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.document_numbers import clean_document_number
from common.models import Journalled
from common.models.journal import AppendOnly
from common.money import YuanField
from subsidies.enums import WAYS, EntryKind, Pot
from subsidies.models.application import Application
from subsidies.models.policy import Scheme

ABOUT_APPLICATIONS = (
    EntryKind.RESERVE,
    EntryKind.COMMIT,
    EntryKind.PAY,
    EntryKind.RETURN,
    EntryKind.RELEASE,
    EntryKind.RECOVER,
)
ABOUT_PAYMENTS = (EntryKind.PAY, EntryKind.RETURN)


class Budget(Journalled):
    """What a scheme may give in a year. Its row is the lock that decisions queue at."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="budgets", verbose_name=_("scheme"))
    year = models.PositiveSmallIntegerField(_("year"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["-year", "scheme_id"]
        permissions = [
            ("propose_budget", _("Can propose changes of a budget")),
            ("confirm_budget", _("Can confirm changes of a budget")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "year"],
                name="budget_once_a_year",
                violation_error_message=_("This scheme has a budget for that year already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.year}"


class BudgetChange(Journalled):
    """Money given, raised, lowered or carried over: proposed by one person, in force once another confirms it."""

    KINDS = (EntryKind.INITIAL, EntryKind.INCREASE, EntryKind.DECREASE, EntryKind.CARRIED_OUT)

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="changes", verbose_name=_("budget"))
    kind = models.CharField(_("kind"), max_length=12, choices=[(kind.value, kind.label) for kind in KINDS])
    amount_yuan = YuanField(_("amount (yuan)"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    declined_at = models.DateTimeField(_("declined at"), null=True)

    class Meta:
        verbose_name = _("change of a budget")
        verbose_name_plural = _("changes of a budget")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="budgetchange_four_eyes",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, declined_at=None)
                & ~Q(confirmed_by=F("proposed_by")),
                violation_error_message=_("Another person than the one who proposed the change confirms it."),
            ),
            models.CheckConstraint(
                name="budgetchange_amount_positive",
                condition=Q(amount_yuan__gt=0),
                violation_error_message=_("The amount is above zero."),
            ),
            models.CheckConstraint(
                name="budgetchange_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give the reason; it is kept with the record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget} {self.get_kind_display()}"

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)


class BudgetEntry(AppendOnly):
    """An amount moved from one pot to another. Written by subsidies.budgets alone, and by nobody changed."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="entries", verbose_name=_("budget"))
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind)
    from_pot = models.CharField(_("from"), max_length=10, choices=Pot)
    to_pot = models.CharField(_("to"), max_length=10, choices=Pot)
    amount_yuan = YuanField(_("amount (yuan)"))
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="budget_entries", verbose_name=_("application")
    )
    change = models.ForeignKey(
        BudgetChange, models.PROTECT, null=True, related_name="entries", verbose_name=_("change of the budget")
    )
    payment = models.ForeignKey(
        "subsidies.Payment", models.PROTECT, null=True, related_name="budget_entries", verbose_name=_("payment")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), auto_now_add=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")
        ordering = ["id"]
        indexes = [models.Index(fields=["budget", "application"], name="budgetentry_application")]
        constraints = [
            models.CheckConstraint(
                name="budgetentry_way_known",
                condition=reduce(
                    or_,
                    (
                        Q(kind=kind, from_pot=source, to_pot=target)
                        for kind, ways in WAYS.items()
                        for source, target in ways
                    ),
                ),
            ),
            models.CheckConstraint(name="budgetentry_amount_positive", condition=Q(amount_yuan__gt=0)),
            models.CheckConstraint(
                name="budgetentry_about_application",
                condition=Q(kind__in=ABOUT_APPLICATIONS, application__isnull=False)
                | ~Q(kind__in=ABOUT_APPLICATIONS) & Q(application=None),
            ),
            models.CheckConstraint(
                name="budgetentry_about_payment",
                condition=Q(kind__in=ABOUT_PAYMENTS, payment__isnull=False)
                | ~Q(kind__in=ABOUT_PAYMENTS) & Q(payment=None),
            ),
            models.UniqueConstraint(fields=["payment", "kind"], name="budgetentry_payment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.kind} {self.amount_yuan}"
