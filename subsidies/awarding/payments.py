"""The payment of an award in shares of city and county: prepared, approved and executed by three rights.

Nothing is paid twice: the row of the application is the lock, a share has one live payment, and each payment one entry
in the ledger. What is paid never changes; the bank returns it, and a new payment is prepared.
"""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal, versions
from common.calendar import shanghai_day, shanghai_today
from common.money import CENT
from common.templatetags.chenzhou import yuan
from common.texts import clean_text
from subsidies import budgets, permissions
from subsidies.awarding.accounts import confirmed_account, is_same_name
from subsidies.awarding.integrity import refuse_listed
from subsidies.awarding.telling import tell_of_approved_payment, tell_of_prepared_payment, tell_of_returned_payment
from subsidies.enums import LIVE_PAYMENTS, AccountState, Action, ObjectionState, Payer, PaymentState, State
from subsidies.models import Application, Award, Objection, PayeeAccount, Payment
from subsidies.workflow import MoveRefused, given, locked, move

ZERO = Decimal("0.00")
LONGEST_VOUCHER, LONGEST_REASON = 60, 500


# ---------------------------------------------------------------- reading
def summed(award: Award, *states: str) -> Decimal:
    """What the payments in these states add up to; one query."""
    found: Decimal | None = award.payments.filter(state__in=states).aggregate(sum=Sum("amount_yuan"))["sum"]
    return found or ZERO


def left_to_prepare(award: Award) -> Decimal:
    return award.amount_yuan - summed(award, *LIVE_PAYMENTS)


# ---------------------------------------------------------------- preparing
@transaction.atomic
def prepare(application: Application, *, by: User, shares: Mapping[str, Decimal]) -> list[Payment]:
    """Shares by payer, in yuan; together what is left of the award, to the cent. A share of nothing is left out."""
    current = locked(application)
    if not permissions.can_prepare_payment(by, current):
        raise PermissionDenied
    award, account = _payable(current)
    given_shares = {payer: amount for payer, amount in shares.items() if amount}
    _refuse_shares(award, given_shares)
    payments = []
    with journal.acting(by=by, action="prepare_payment"):
        for payer, amount in given_shares.items():
            payment = Payment(award=award, payer=payer, amount_yuan=amount, account=account, prepared_by=by)
            payment.validate_constraints()
            payment.save()
            payments.append(payment)
    tell_of_prepared_payment(current, by)
    return payments


def _refuse_shares(award: Award, shares: Mapping[str, Decimal]) -> None:
    left = left_to_prepare(award)
    if not left:
        raise MoveRefused(_("Payments for the whole award are prepared or made already."), code="state")
    if any(payer not in Payer.values for payer in shares):
        raise MoveRefused(_("A share is the city's or the county's."), code="share")
    if any(amount < 0 or amount != amount.quantize(CENT) for amount in shares.values()):
        raise MoveRefused(_("A share is an amount above zero, to the cent."), code="share")
    total = sum(shares.values(), ZERO)
    if total != left:
        message = _("The shares add up to %(total)s, but %(left)s are to be paid.")
        raise MoveRefused(message % {"total": yuan(total), "left": yuan(left)}, code="sum")


def _payable(application: Application, account: PayeeAccount | None = None) -> tuple[Award, PayeeAccount]:
    """MoveRefused with what stands in the way; the database refuses the same, see subsidies_payment_allowed."""
    if application.state != State.PAYING:
        message = _("The application is now “%(state)s”: nothing is paid.")
        raise MoveRefused(message % {"state": application.get_state_display()}, code="state")
    found = account or confirmed_account(application)
    if found is None or found.state != AccountState.CONFIRMED:
        raise MoveRefused(_("The account is not confirmed, or has been replaced."), code="account")
    if not is_same_name(found.holder, application.organisation.name_zh):
        raise MoveRefused(_("The account does not bear the name of the firm any more."), code="account")
    if Objection.objects.filter(entry__application=application, state=ObjectionState.OPEN).exists():
        raise MoveRefused(_("An objection is open: nothing is paid until it is answered."), code="objection")
    refuse_listed(application)
    return Award.objects.get(application=application, revoked_on=None), found


# ---------------------------------------------------------------- approving
@transaction.atomic
def approve(payment: Payment, *, by: User) -> Payment:
    """By another person than the one who prepared it."""
    application, current = _locked(payment, by, permissions.can_approve_payment)
    _refuse_unless(current, PaymentState.PREPARED)
    if current.prepared_by_id == by.pk:
        raise MoveRefused(_("You prepared this payment yourself: another person approves it."), code="person")
    _payable(application, current.account)
    current.state, current.approved_by, current.approved_at = PaymentState.APPROVED, by, timezone.now()
    _save(current, by, "approve_payment")
    tell_of_approved_payment(application, by)
    return current


@transaction.atomic
def cancel(payment: Payment, *, by: User, reason: str) -> Payment:
    """What is not paid yet; by who prepares, once approved by who approves."""
    application = locked(_application_of(payment))
    current = _locked_row(payment, application)
    _refuse_unless(current, PaymentState.PREPARED, PaymentState.APPROVED)
    may_prepare = permissions.can_prepare_payment(by, application) and current.state == PaymentState.PREPARED
    if not (may_prepare or permissions.can_approve_payment(by, application)):
        raise PermissionDenied
    current.state, current.reason = PaymentState.CANCELLED, given(reason, LONGEST_REASON)
    _save(current, by, "cancel_payment", current.reason)
    return current


# ---------------------------------------------------------------- executing
@versions.at_the_end()
def execute(payment: Payment, *, by: User, paid_on: date, voucher_number: str) -> Payment:
    """Record that the money has left under this voucher. Said twice in the same words by the same person, it is one.

    The last share makes the application paid.
    """
    application, current = _locked(payment, by, permissions.can_execute_payment)
    voucher = plain_voucher(voucher_number)
    if (current.state, current.executed_by_id) == (PaymentState.PAID, by.pk) and (
        (current.voucher_number, current.paid_on) == (voucher, paid_on)
    ):
        return current
    _refuse_unless(current, PaymentState.APPROVED)
    if current.approved_by_id == by.pk:
        raise MoveRefused(
            _("You approved this payment yourself: another person records it as executed."), code="person"
        )
    award, _account = _payable(application, current.account)
    _refuse_day(paid_on, current)
    budgets.pay(current, by=by, note=voucher)
    current.state, current.executed_by = PaymentState.PAID, by
    current.paid_on, current.voucher_number = paid_on, voucher
    _save(current, by, "execute_payment", voucher)
    if summed(award, PaymentState.PAID) == award.amount_yuan:
        move(application, Action.SETTLE, by=by, reason=voucher)
    return current


def plain_voucher(typed: str) -> str:
    """Without spaces and in half width, so that one voucher is never two."""
    voucher = "".join(unicodedata.normalize("NFKC", clean_text(typed)).split()).upper()
    if not voucher or len(voucher) > LONGEST_VOUCHER:
        message = _("Give the number of the voucher, at most %(longest)d characters.")
        raise MoveRefused(message % {"longest": LONGEST_VOUCHER}, code="voucher")
    return voucher


def _refuse_day(paid_on: date, payment: Payment) -> None:
    assert payment.approved_at is not None, "held by payment_is_whole"
    if not shanghai_day(payment.approved_at) <= paid_on <= shanghai_today():
        raise MoveRefused(_("A payment is made between its approval and today."), code="day")


# ---------------------------------------------------------------- returned by the bank
@versions.at_the_end()
def record_return(payment: Payment, *, by: User, returned_on: date, reason: str) -> Payment:
    """The money is committed again and the firm is told; a new payment is prepared where the account is right."""
    application, current = _locked(payment, by, permissions.can_execute_payment)
    _refuse_unless(current, PaymentState.PAID)
    assert current.paid_on is not None, "held by payment_is_whole"
    if application.state not in (State.PAYING, State.PAID):
        message = _("The application is now “%(state)s”: the bank's return cannot be recorded any more.")
        raise MoveRefused(message % {"state": application.get_state_display()}, code="state")
    if not current.paid_on <= returned_on <= shanghai_today():
        raise MoveRefused(_("The bank returns a payment between its day and today."), code="day")
    told = given(reason, LONGEST_REASON)
    budgets.give_back(current, by=by, note=current.voucher_number)
    current.state, current.returned_on, current.reason = PaymentState.RETURNED, returned_on, told
    _save(current, by, "return_payment", told)
    if application.state == State.PAID:
        move(application, Action.RETURN_PAYMENT, by=by, reason=told)
    else:
        tell_of_returned_payment(application, told)
    return current


# ---------------------------------------------------------------- rows
def _locked(payment: Payment, by: User, allows: Callable[[User, Application], bool]) -> tuple[Application, Payment]:
    """The application first, then the payment, whoever comes."""
    application = locked(_application_of(payment))
    if not allows(by, application):
        raise PermissionDenied
    return application, _locked_row(payment, application)


def _application_of(payment: Payment) -> Application:
    application = payment.award.application
    assert application is not None, "held by subsidies_payment_begins"
    return application


def _locked_row(payment: Payment, application: Application) -> Payment:
    rows = Payment.objects.select_for_update(of=("self",)).select_related("award", "account")
    current: Payment = rows.get(pk=payment.pk)
    current.award.application = application
    return current


def _refuse_unless(payment: Payment, *states: str) -> None:
    if payment.state not in states:
        message = _("This payment is now “%(state)s”: this is not possible any more.")
        raise MoveRefused(message % {"state": payment.get_state_display()}, code="state")


def _save(payment: Payment, by: User, action: str, reason: str = "") -> None:
    try:
        payment.validate_constraints()
    except ValidationError as error:
        raise MoveRefused(error.messages) from error
    with journal.acting(by=by, action=action, reason=reason):
        payment.save()
