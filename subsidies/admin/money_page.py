"""The page of an award's money: account, payments and ledger, and what can be done by whom."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.templatetags.chenzhou import yuan
from subsidies import permissions
from subsidies.admin import award_forms as forms
from subsidies.admin.offers import Offer, board_page
from subsidies.awarding import accounts, integrity, payments
from subsidies.awarding.revoking import revoke
from subsidies.enums import AWARDING, LIVE_PAYMENTS, AccountState, Action, PaymentState, State
from subsidies.hits import Found
from subsidies.models import Application, Award, AwardDocument, BudgetEntry, PayeeAccount, Payment
from subsidies.workflow import available_actions


class MoneyBoard:
    def __init__(self, application: Application, user: User) -> None:
        self.application, self.user = application, user
        self.address = reverse("admin:subsidies_application_money", args=[application.pk])

    @property
    def title(self) -> str:
        return self.application.project_name

    # ------------------------------------------------------------ what is read
    @cached_property
    def award(self) -> Award | None:
        found: Award | None = Award.objects.filter(application=self.application).select_related("document").first()
        return found

    @cached_property
    def drafted(self) -> AwardDocument | None:
        """The document it stands on before there is an award."""
        rows = AwardDocument.objects.filter(entries__application=self.application, entries__dropped_at=None)
        return None if self.award else rows.first()

    @cached_property
    def accounts(self) -> list[PayeeAccount]:
        rows = self.application.payee_accounts.select_related("entered_by", "decided_by").defer("number")
        return list(rows)

    @cached_property
    def waiting(self) -> PayeeAccount | None:
        return next((row for row in self.accounts if row.state == AccountState.ENTERED), None)

    @cached_property
    def payments(self) -> list[Payment]:
        rows = Payment.objects.filter(award__application=self.application).defer("account__number")
        return list(rows.select_related("account", "award", "prepared_by", "approved_by", "executed_by").order_by("pk"))

    @cached_property
    def ledger(self) -> list[BudgetEntry]:
        return list(self.application.budget_entries.select_related("budget__scheme", "by").order_by("pk"))

    @cached_property
    def listings(self) -> list[Found]:
        return integrity.listings(self.application) if self.application.state in AWARDING else []

    @cached_property
    def left(self) -> Decimal:
        """What no payment stands for yet."""
        amount = self.award.amount_yuan if self.award and not self.award.revoked_on else payments.ZERO
        live = (row.amount_yuan for row in self.payments if row.state in LIVE_PAYMENTS)
        return amount - sum(live, payments.ZERO)

    # ------------------------------------------------------------ who may do what
    @cached_property
    def offers(self) -> dict[str, Offer]:
        return dict([*self._about_listing(), *self._about_account(), *self._about_payments(), *self._about_award()])

    @property
    def onward(self) -> list[str]:
        """What takes a payment on stands open; what stops it is opened by whoever means to."""
        return [key for key in self.offers if key.startswith(("approve-", "execute-"))]

    def _about_listing(self) -> Iterator[tuple[str, Offer]]:
        if self.listings and permissions.can_waive(self.user, self.application):
            entries = [(found.key, f"{found.facts['name']} · {found.facts['basis']}") for found in self.listings]
            yield (
                "let_pass",
                Offer(
                    gettext_lazy("Let an entry of the integrity list pass"),
                    lambda form: integrity.let_pass(self.application, by=self.user, **form.cleaned_data),
                    gettext_lazy("Recorded: it holds the award no longer, until the day it ends."),
                    partial(forms.LetPassForm, entries=entries),
                    gettext_lazy("For another firm of that name, or an entry that is no obstacle here."),
                ),
            )

    def _about_account(self) -> Iterator[tuple[str, Offer]]:
        account = self.waiting
        is_time = self.application.state in (State.AWARDED, State.PAYING)
        if account is None or not is_time or not permissions.can_confirm_account(self.user, self.application):
            return
        yield (
            "confirm_account",
            Offer(
                gettext_lazy("Confirm the account of the firm"),
                lambda form: accounts.confirm(account, by=self.user, **form.cleaned_data),
                gettext_lazy("Confirmed: the payment can be prepared."),
                forms.ConfirmAccountForm,
                account.masked,
            ),
        )
        yield (
            "refuse_account",
            Offer(
                gettext_lazy("Send the account back"),
                lambda form: accounts.refuse(account, by=self.user, **form.cleaned_data),
                gettext_lazy("Sent back: the firm reads the reason and gives another one."),
                forms.ShortReasonForm,
            ),
        )

    def _about_payments(self) -> Iterator[tuple[str, Offer]]:
        is_time = self.application.state == State.PAYING and self.left > 0
        if is_time and permissions.can_prepare_payment(self.user, self.application):
            yield "prepare_payment", self._prepare()
        for payment in self.payments:
            yield from self._about(payment)

    def _prepare(self) -> Offer:
        about = _("%(left)s are to be paid; the shares add up to that, to the cent.") % {"left": yuan(self.left)}
        return Offer(
            gettext_lazy("Prepare the payment"),
            lambda form: payments.prepare(self.application, by=self.user, shares=form.shares()),
            gettext_lazy("Prepared: another person approves it."),
            partial(forms.SharesForm, left=self.left),
            about,
        )

    def _about(self, payment: Payment) -> Iterator[tuple[str, Offer]]:
        key, state = payment.pk, payment.state
        approves = permissions.can_approve_payment(self.user, self.application)
        executes = permissions.can_execute_payment(self.user, self.application)
        if state == PaymentState.PREPARED and approves and payment.prepared_by_id != self.user.pk:
            yield f"approve-{key}", self._approve(payment)
        if state == PaymentState.APPROVED and executes and payment.approved_by_id != self.user.pk:
            yield f"execute-{key}", self._execute(payment)
        prepares = state == PaymentState.PREPARED and permissions.can_prepare_payment(self.user, self.application)
        if prepares or (approves and state in (PaymentState.PREPARED, PaymentState.APPROVED)):
            yield f"cancel-{key}", self._cancel(payment)
        if state == PaymentState.PAID and executes and self.application.state in (State.PAYING, State.PAID):
            yield f"return-{key}", self._return(payment)

    def _approve(self, payment: Payment) -> Offer:
        return Offer(
            gettext_lazy("Approve the payment"),
            lambda form: payments.approve(payment, by=self.user),
            gettext_lazy("Approved: it can be executed."),
        )

    def _execute(self, payment: Payment) -> Offer:
        return Offer(
            gettext_lazy("Record as executed"),
            lambda form: payments.execute(payment, by=self.user, **form.cleaned_data),
            gettext_lazy("Recorded as paid."),
            forms.ExecuteForm,
            gettext_lazy("It never changes afterwards; only the bank can return it."),
        )

    def _cancel(self, payment: Payment) -> Offer:
        return Offer(
            gettext_lazy("Cancel the payment"),
            lambda form: payments.cancel(payment, by=self.user, **form.cleaned_data),
            gettext_lazy("Cancelled."),
            forms.ShortReasonForm,
        )

    def _return(self, payment: Payment) -> Offer:
        return Offer(
            gettext_lazy("The bank has returned it"),
            lambda form: payments.record_return(payment, by=self.user, **form.cleaned_data),
            gettext_lazy("Recorded: the firm is told, and a new payment can be prepared."),
            forms.ReturnForm,
        )

    def _about_award(self) -> Iterator[tuple[str, Offer]]:
        is_free = not any(row.state in LIVE_PAYMENTS for row in self.payments)
        if is_free and Action.REVOKE in available_actions(self.application, self.user):
            yield (
                "revoke",
                Offer(
                    gettext_lazy("Revoke the award"),
                    lambda form: revoke(self.application, by=self.user, **form.cleaned_data),
                    gettext_lazy("Revoked: the money is left again and the firm is told."),
                    forms.ReasonForm,
                    gettext_lazy("While nothing is paid. It ends the application."),
                ),
            )


def money_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """For the bureau and finance; 404 before there is anything to say."""
    user = signed_in(request)

    def read() -> MoneyBoard:
        application = model_admin.get_object(request, object_id)
        if application is None or not may_see_money(user, application):
            raise Http404
        return MoneyBoard(application, user)

    return board_page(model_admin, request, read, "admin/subsidies/money.html", {"subtitle": _("Award and payment")})


def may_see_money(user: User, application: Application) -> bool:
    """The bureau's own: whoever may read payments, of what has come through its public notice."""
    is_time = application.state == State.CLEARED or application.award_entries.filter(dropped_at=None).exists()
    return is_time and user.has_perm("subsidies.view_payment") and user.acts_for_whole_city()
