"""Where the money goes: the firm's administrator gives the account, another person at finance confirms it."""

import re
import unicodedata

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.texts import clean_text, language_of_record
from subsidies import permissions
from subsidies.awarding.telling import tell_of_account, tell_of_refused_account
from subsidies.enums import AccountState, Action, PaymentState, State
from subsidies.models import Application, PayeeAccount
from subsidies.workflow import MoveRefused, given, locked, move

LONGEST_BANK = 160
ACCOUNT_NUMBER = re.compile(r"[0-9]{8,32}")  # accounts of firms have no check digit of their own


def confirmed_account(application: Application) -> PayeeAccount | None:
    found: PayeeAccount | None = application.payee_accounts.filter(state=AccountState.CONFIRMED).first()
    return found


def waiting_account(application: Application) -> PayeeAccount | None:
    found: PayeeAccount | None = application.payee_accounts.filter(state=AccountState.ENTERED).first()
    return found


# ---------------------------------------------------------------- the firm's administrator
@transaction.atomic
def enter(application: Application, *, by: User, holder: str, bank: str, number: str) -> PayeeAccount:
    """The first one, or another one in its place; what waits to be confirmed is replaced. Given twice, it is one."""
    current = locked(application)
    if not permissions.can_enter_account(by, current):
        raise PermissionDenied
    _refuse_state(current)
    facts = _facts(current, holder, bank, number)
    waiting = waiting_account(current)
    if waiting is not None and all(getattr(waiting, name) == value for name, value in facts.items()):
        return waiting
    confirmed = confirmed_account(current)
    if confirmed is not None:
        _refuse_same(confirmed, facts)
        _refuse_used(confirmed)
    account = PayeeAccount(application=current, entered_by=by, last_digits=facts["number"][-4:], **facts)
    with journal.acting(by=by, action="enter_account"):
        if waiting is not None:
            _put_aside(waiting)
        account.validate_constraints()
        account.save()
    tell_of_account(account)
    return account


def _facts(application: Application, holder: str, bank: str, number: str) -> dict[str, str]:
    name = application.organisation.name_zh
    if not is_same_name(holder, name):
        message = _("The account has to bear the name of the firm: %(name)s. Money goes to no other account.")
        raise MoveRefused(message % {"name": name}, code="holder")
    where = " ".join(clean_text(bank).split())
    if not where or len(where) > LONGEST_BANK:
        message = _("Name the bank and its branch in at most %(longest)d characters.")
        raise MoveRefused(message % {"longest": LONGEST_BANK}, code="bank")
    return {"holder": name, "bank": where, "number": plain_number(number)}


def is_same_name(one: str, other: str) -> bool:
    """Width of letters and brackets and spaces make no other name."""
    return _plain_name(one) == _plain_name(other)


def _plain_name(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", clean_text(name)).split())


def plain_number(typed: str) -> str:
    """Digits alone, as the bank writes them; MoveRefused for what is no account number."""
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", clean_text(typed)))
    if not ACCOUNT_NUMBER.fullmatch(number):
        raise MoveRefused(_("The number of the account has 8 to 32 digits."), code="number")
    return number


def _refuse_state(application: Application) -> None:
    if application.state not in (State.AWARDED, State.PAYING):
        message = _("The application is now “%(state)s”: an account is given once it is awarded, until it is paid.")
        raise MoveRefused(message % {"state": application.get_state_display()}, code="state")


def _refuse_same(confirmed: PayeeAccount, facts: dict[str, str]) -> None:
    if all(getattr(confirmed, name) == value for name, value in facts.items()):
        raise MoveRefused(_("This account is confirmed already."), code="state")


def _refuse_used(account: PayeeAccount) -> None:
    """See also the trigger subsidies_payeeaccount_used."""
    states = set(account.payments.values_list("state", flat=True))
    is_paid = PaymentState.PAID in states and PaymentState.RETURNED not in states
    if PaymentState.APPROVED in states or is_paid:
        raise MoveRefused(
            _("A payment to the confirmed account is under way or made: it changes only where the bank returns it."),
            code="used",
        )


# ---------------------------------------------------------------- the finance bureau
@transaction.atomic
def confirm(account: PayeeAccount, *, by: User, number: str) -> PayeeAccount:
    """`number` is typed again from the paper of the firm, since nobody is shown the one that was entered.

    With the first account the payment can be prepared; another one replaces it, and what was prepared is cancelled.
    """
    application, current = _decidable(account, by)
    if plain_number(number) != current.number:
        message = _("This is not the number that the firm has given: ask the firm, or send the account back.")
        raise MoveRefused(message, code="number")
    if not is_same_name(current.holder, application.organisation.name_zh):
        raise MoveRefused(_("The firm bears another name now: it gives the account anew."), code="holder")
    before = confirmed_account(application)
    with journal.acting(by=by, action="confirm_account"):
        if before is not None:
            _replace(before)
        _decide(current, AccountState.CONFIRMED, by)
    if application.state == State.AWARDED:
        move(application, Action.CONFIRM_ACCOUNT, by=by)
    return current


@transaction.atomic
def refuse(account: PayeeAccount, *, by: User, reason: str) -> PayeeAccount:
    """The firm reads why, and gives another one."""
    _application, current = _decidable(account, by)
    current.reason = given(reason, 500)
    with journal.acting(by=by, action="refuse_account", reason=current.reason):
        _decide(current, AccountState.REFUSED, by)
    tell_of_refused_account(current)
    return current


def _decidable(account: PayeeAccount, by: User) -> tuple[Application, PayeeAccount]:
    application = locked(account.application)
    if not permissions.can_confirm_account(by, application):
        raise PermissionDenied
    current: PayeeAccount = application.payee_accounts.select_for_update(of=("self",)).get(pk=account.pk)
    current.application = application
    if current.state != AccountState.ENTERED:
        message = _("This account is now “%(state)s”: there is nothing to decide any more.")
        raise MoveRefused(message % {"state": current.get_state_display()}, code="state")
    if current.entered_by_id == by.pk:
        raise MoveRefused(_("You entered this account yourself: another person confirms it."), code="person")
    _refuse_state(application)
    return application, current


def _replace(account: PayeeAccount) -> None:
    _refuse_used(account)
    with language_of_record():
        reason = _("The firm has given another account.")
    for payment in account.payments.filter(state=PaymentState.PREPARED):
        payment.state, payment.reason = PaymentState.CANCELLED, reason
        payment.save()
    _put_aside(account)


def _put_aside(account: PayeeAccount) -> None:
    account.state = AccountState.REPLACED
    account.save(update_fields=["state"])


def _decide(account: PayeeAccount, state: str, by: User) -> None:
    account.state, account.decided_by, account.decided_at = state, by, timezone.now()
    account.validate_constraints()
    account.save(update_fields=["state", "reason", "decided_by", "decided_at"])
