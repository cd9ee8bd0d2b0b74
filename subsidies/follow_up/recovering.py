"""Recovery (追回): proposed, heard, decided, paid back in instalments, enforced where it must be.

Who proposes does not decide, the firm is heard before, and what is back stands in the ledger: the database holds all
three. Fraud that comes to light before anything is paid is a matter of revoking the award.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal, versions
from common.calendar import add_working_days, shanghai_today
from common.document_numbers import normalise_document_number
from common.templatetags.chenzhou import yuan
from subsidies import budgets, permissions
from subsidies.enums import Action, PaymentState, Pot, RecoveryState, State
from subsidies.follow_up import told
from subsidies.follow_up.amounts import ZERO, owed
from subsidies.models import Application, Payment, Recovery, Repayment
from subsidies.models.recovery import RUNNING
from subsidies.workflow import MoveRefused, given, locked, move

RECOVERABLE = (State.PAID, State.CLOSED)
HEARING_DAYS = 5  # working days, the first one not counted; [PROP]: the bureau confirms it or gives another day
LONGEST_STATEMENT = 4000


class Instalment(NamedTuple):
    due_on: date
    amount_yuan: Decimal


# ---------------------------------------------------------------- proposing
def can_propose(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.propose_recovery") and permissions.is_impartial(user, application)


def hearing_ends(today: date | None = None) -> date:
    return add_working_days(today or shanghai_today(), HEARING_DAYS, count_first_day=False).on


@transaction.atomic
def propose(
    application: Application,
    *,
    by: User,
    amount_yuan: Decimal,
    basis: str,
    reason: str,
    due_on: date,
    heard_until: date | None = None,
    interest_percent: Decimal | None = None,
    instalments: Iterable[Instalment] = (),
) -> Recovery:
    """The firm is told, and may answer until `heard_until`. PermissionDenied, MoveRefused, ValidationError."""
    current = locked(application)
    if not can_propose(by, current):
        raise PermissionDenied
    if current.state not in RECOVERABLE:
        raise MoveRefused(_("Nothing has been paid whole in this case: there is nothing to recover."), code="state")
    if standing_recovery(current) is not None:
        raise MoveRefused(_("A recovery stands for this case already."), code="exists")
    last = heard_until or hearing_ends()
    _refuse_amount(current, amount_yuan)
    _refuse_days(due_on, last)
    recovery = Recovery(
        application=current,
        amount_yuan=amount_yuan,
        basis=given(basis, 300),
        reason=given(reason),
        due_on=due_on,
        heard_until=last,
        interest_percent=interest_percent,
        interest_from=paid_on(current) if interest_percent else None,
        instalments=_kept(list(instalments), amount_yuan, due_on),
        proposed_by=by,
    )
    recovery.full_clean()
    with journal.acting(by=by, action="propose_recovery", reason=recovery.reason):
        recovery.save()
    told.of_hearing(recovery)
    return recovery


def standing_recovery(application: Application) -> Recovery | None:
    """The one that is not dropped."""
    found: Recovery | None = application.recoveries.exclude(state=RecoveryState.DROPPED).first()
    return found


def paid_of(application: Application) -> Decimal:
    """What the ledger says was paid and is not back yet. One query."""
    return budgets.standing_of(application).get(Pot.PAID, ZERO)


def paid_on(application: Application) -> date:
    """The day of the last payment; today where the payments are not in the portal."""
    rows = Payment.objects.filter(award__application=application, state=PaymentState.PAID)
    last: date | None = rows.aggregate(last=Max("paid_on"))["last"]
    return last or shanghai_today()


def _refuse_amount(application: Application, amount_yuan: Decimal) -> None:
    paid = paid_of(application)
    if not ZERO < amount_yuan <= paid:
        message = _("At most what was paid can be recovered: %(paid)s.")
        raise MoveRefused(message % {"paid": yuan(paid)}, code="amount")


def _refuse_days(due_on: date, heard_until: date) -> None:
    if heard_until <= shanghai_today():
        raise MoveRefused(_("Give the firm time to answer: a day after today."), code="term")
    if due_on <= heard_until:
        raise MoveRefused(_("The money is due after the firm has been heard."), code="term")


def _kept(rows: Sequence[Instalment], amount_yuan: Decimal, due_on: date) -> list[dict[str, str]]:
    if not rows:
        return []
    if sum((row.amount_yuan for row in rows), ZERO) != amount_yuan:
        raise MoveRefused(_("The instalments add up to the amount that is recovered."), code="instalments")
    days = [row.due_on for row in rows]
    if days != sorted(set(days)) or days[-1] != due_on or any(row.amount_yuan <= ZERO for row in rows):
        message = _("Instalments follow one another by their days; the last one is due with the whole.")
        raise MoveRefused(message, code="instalments")
    return [{"due_on": row.due_on.isoformat(), "amount_yuan": str(row.amount_yuan)} for row in rows]


def plan_of(recovery: Recovery) -> list[Instalment]:
    """The instalments, or the whole on its day."""
    rows = [Instalment(date.fromisoformat(row["due_on"]), Decimal(row["amount_yuan"])) for row in recovery.instalments]
    return rows or [Instalment(recovery.due_on, recovery.amount_yuan)]


def next_instalment(recovery: Recovery, today: date) -> Instalment | None:
    """The next to come, less what was paid ahead; None where that covers it, or nothing is to come. One query."""
    plan = plan_of(recovery)
    following = next((part for part in plan if part.due_on > today), None)
    if following is None:
        return None
    expected = sum((part.amount_yuan for part in plan if part.due_on <= following.due_on), ZERO)
    left = min(expected - owed(recovery, today).repaid, following.amount_yuan)
    return Instalment(following.due_on, left) if left > ZERO else None


# ---------------------------------------------------------------- hearing
def can_state(user: User, recovery: Recovery) -> bool:
    is_time = recovery.state == RecoveryState.PROPOSED and shanghai_today() <= recovery.heard_until
    return is_time and recovery.stated_at is None and permissions.is_lead(user, recovery.application)


@transaction.atomic
def state_own_case(recovery: Recovery, *, by: User, text: str) -> Recovery:
    """By the firm, once and within its term, before anything is decided."""
    current = _locked(recovery)
    if not permissions.is_lead(by, current.application):
        raise PermissionDenied
    if current.state != RecoveryState.PROPOSED or current.stated_at is not None:
        raise MoveRefused(_("The statement has been made, or the decision has been taken."), code="state")
    if shanghai_today() > current.heard_until:
        raise MoveRefused(_("The term for a statement is over."), code="late")
    current.statement, current.stated_by = given(text, LONGEST_STATEMENT), by
    current.stated_at = timezone.now()
    with journal.acting(by=by, action="state_recovery"):
        current.save()
    told.of_statement(current)
    return current


def is_heard(recovery: Recovery) -> bool:
    """See also recovery_heard_first."""
    return recovery.stated_at is not None or shanghai_today() > recovery.heard_until


# ---------------------------------------------------------------- deciding
@transaction.atomic
def decide(recovery: Recovery, *, by: User, document_number: str, answer: str = "") -> Application:
    """The case is being recovered. A statement of the firm is answered. PermissionDenied, MoveRefused."""
    application = locked(recovery.application)
    current = _open_for_decision(recovery, by)
    if not is_heard(current):
        message = _("The firm is heard first: it may answer until the end of its term.")
        raise MoveRefused(message, code="hearing")
    if current.stated_at and not answer.strip():
        raise MoveRefused(_("Answer what the firm has said."), code="answer")
    current.document_number = normalise_document_number(document_number)
    _refuse_amount(application, current.amount_yuan)
    _close_hearing(current, RecoveryState.DECIDED, by, answer)
    return move(application, Action.RECOVER, by=by, reason=current.reason)


@transaction.atomic
def drop(recovery: Recovery, *, by: User, reason: str) -> Recovery:
    """Nothing is recovered: the firm was right, or it was not worth it."""
    current = _open_for_decision(recovery, by)
    _close_hearing(current, RecoveryState.DROPPED, by, given(reason))
    told.of_dropped(current)
    return current


def _open_for_decision(recovery: Recovery, by: User) -> Recovery:
    current = _locked(recovery)
    if not permissions.can_decide_recovery(by, current.application):
        raise PermissionDenied
    if current.state != RecoveryState.PROPOSED:
        raise MoveRefused(_("This recovery has been decided already."), code="state")
    if current.proposed_by_id == by.pk:
        raise MoveRefused(_("You proposed this recovery: another person decides."), code="interest")
    return current


def _close_hearing(recovery: Recovery, state: str, by: User, answer: str) -> None:
    recovery.state, recovery.answer = state, given(answer) if answer.strip() else ""
    recovery.decided_by, recovery.decided_at, recovery.decided_on = by, timezone.now(), shanghai_today()
    recovery.validate_constraints()
    with journal.acting(by=by, action="decide_recovery", reason=recovery.document_number):
        recovery.save()


# ---------------------------------------------------------------- paying back
@versions.at_the_end()
def register(
    recovery: Recovery,
    *,
    by: User,
    amount_yuan: Decimal,
    received_on: date,
    voucher_number: str,
    interest_yuan: Decimal = ZERO,
) -> Repayment:
    """By finance, once a voucher. With the last of principal and interest the case is recovered."""
    application = locked(recovery.application)
    current = _running(recovery, by)
    _refuse_repayment(current, amount_yuan, interest_yuan, received_on)
    repayment = Repayment(
        recovery=current,
        amount_yuan=amount_yuan,
        interest_yuan=interest_yuan,
        received_on=received_on,
        voucher_number=given(voucher_number, 60),
        registered_by=by,
    )
    repayment.full_clean()
    with journal.acting(by=by, action="register_repayment", reason=repayment.voucher_number):
        repayment.save()
    if principal := amount_yuan - interest_yuan:
        budgets.recover(application, principal, by=by, note=repayment.voucher_number)
    if owed(current, received_on).is_settled:
        _settle(current, application, by)
    else:
        told.of_repayment(repayment)
    return repayment


def _refuse_repayment(recovery: Recovery, amount: Decimal, interest: Decimal, received_on: date) -> None:
    assert recovery.decided_on is not None, "held by recovery_four_eyes"
    latest = max((row.received_on for row in recovery.repayments.all()), default=recovery.decided_on)
    if not latest <= received_on <= shanghai_today():
        raise MoveRefused(_("The money came after the decision and the last repayment, not after today."), code="day")
    if amount <= ZERO or not ZERO <= interest <= amount:
        raise MoveRefused(_("Give the amount, and of it the interest."), code="amount")
    due = owed(recovery, received_on)
    if amount - interest > due.principal_left or interest > due.interest_left:
        message = _("More than is owed on that day: %(principal)s, and interest of %(interest)s.")
        words = {"principal": yuan(due.principal_left), "interest": yuan(due.interest_left)}
        raise MoveRefused(message % words, code="amount")


def _settle(recovery: Recovery, application: Application, by: User) -> None:
    recovery.state = RecoveryState.SETTLED
    with journal.acting(by=by, action="settle_recovery"):
        recovery.save()
    move(application, Action.REPAY, by=by)


@transaction.atomic
def enforce(recovery: Recovery, *, by: User, note: str) -> Recovery:
    """What was not paid in time is enforced; the note says by whom and how far it has come, and may be written anew."""
    current = _running(recovery, by)
    if current.due_on >= shanghai_today() and not is_behind(current):
        raise MoveRefused(_("Nothing is overdue yet."), code="state")
    current.state, current.enforcement = RecoveryState.ENFORCED, given(note)
    with journal.acting(by=by, action="enforce_recovery", reason=current.enforcement):
        current.save()
    return current


def is_behind(recovery: Recovery) -> bool:
    """Less principal has come back than the plan asks for by today. One query."""
    today = shanghai_today()
    expected = sum((row.amount_yuan for row in plan_of(recovery) if row.due_on < today), ZERO)
    return owed(recovery, today).repaid < expected


def _running(recovery: Recovery, by: User) -> Recovery:
    current = _locked(recovery)
    if not permissions.can_register_repayment(by, current.application):
        raise PermissionDenied
    if current.state not in RUNNING:
        raise MoveRefused(_("Nothing is being recovered in this case now."), code="state")
    return current


# ---------------------------------------------------------------- rows
def running() -> QuerySet[Recovery]:
    """Decided and not all back yet."""
    rows: QuerySet[Recovery] = Recovery.objects.filter(state__in=RUNNING)
    return rows


def _locked(recovery: Recovery) -> Recovery:
    rows = Recovery.objects.select_for_update(of=("self",)).select_related("application")
    current: Recovery = rows.get(pk=recovery.pk)
    return current
