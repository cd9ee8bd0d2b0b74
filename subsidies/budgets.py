"""The ledger's verbs: every amount that moves is one entry, written under the lock of its budget.

The database has the last word: it refuses an entry that would overdraw the pot it takes from (migration 0009).
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common import journal
from common.templatetags.chenzhou import yuan
from subsidies.enums import WAYS, EntryKind, Pot
from subsidies.models import Application, Budget, BudgetChange, BudgetEntry, Call, Payment
from subsidies.workflow import given

ZERO = Decimal("0.00")


class BudgetRefused(ValidationError):
    """The money is not there, or the entry does not fit; the messages are meant for the user."""


class Balances(NamedTuple):
    """In yuan. `given` is what came from outside less what went back; the other five are its parts."""

    initial: Decimal
    adjusted: Decimal
    free: Decimal
    reserved: Decimal
    committed: Decimal
    paid: Decimal
    recovered: Decimal
    released: Decimal

    @property
    def given(self) -> Decimal:
        return self.initial + self.adjusted


# What each is called, in the order of reading.
FIGURES = {
    "initial": gettext_lazy("given at first"),
    "adjusted": gettext_lazy("raised and lowered"),
    "reserved": gettext_lazy("reserved"),
    "committed": gettext_lazy("committed"),
    "paid": gettext_lazy("paid"),
    "released": gettext_lazy("released again"),
    "free": gettext_lazy("left"),
}


# ---------------------------------------------------------------- reading
def balances_of(budget: Budget, *, before: BudgetEntry | None = None) -> Balances:
    """One query; always the sum of the entries, be it those before a certain one, never a stored figure."""
    entries = budget.entries.filter(pk__lt=before.pk) if before else budget.entries.all()
    return _summed(entries.order_by().values_list("kind", "from_pot", "to_pot").annotate(sum=Sum("amount_yuan")))


def balances_by_budget(budgets: Iterable[Budget]) -> dict[int, Balances]:
    """By the budget's key; one query for all."""
    keys = [budget.pk for budget in budgets]
    sums: dict[int, list[tuple[str, str, str, Decimal]]] = {key: [] for key in keys}
    entries = BudgetEntry.objects.filter(budget__in=keys).order_by()
    for key, *row in entries.values_list("budget", "kind", "from_pot", "to_pot").annotate(sum=Sum("amount_yuan")):
        sums[key].append(tuple(row))
    return {key: _summed(rows) for key, rows in sums.items()}


def _summed(rows: Iterable[tuple[str, str, str, Decimal]]) -> Balances:
    pots, kinds = dict.fromkeys(Pot.values, ZERO), dict.fromkeys(EntryKind.values, ZERO)
    for kind, source, target, amount in rows:
        pots[source] -= amount
        pots[target] += amount
        kinds[kind] += amount
    return Balances(
        initial=kinds[EntryKind.INITIAL],
        adjusted=-pots[Pot.SOURCE] - kinds[EntryKind.INITIAL],
        free=pots[Pot.FREE],
        reserved=pots[Pot.RESERVED],
        committed=pots[Pot.COMMITTED],
        paid=pots[Pot.PAID],
        recovered=pots[Pot.RECOVERED],
        released=kinds[EntryKind.RELEASE],
    )


def standing_of(application: Application) -> dict[str, Decimal]:
    """What stands for an application by pot; only what is not nothing."""
    pots = dict.fromkeys(Pot.values, ZERO)
    for source, target, amount in application.budget_entries.values_list("from_pot", "to_pot", "amount_yuan"):
        pots[source] -= amount
        pots[target] += amount
    return {pot: amount for pot, amount in pots.items() if amount > ZERO}


def budget_of(call: Call) -> Budget | None:
    """That of the scheme in the year of the call."""
    found: Budget | None = Budget.objects.filter(scheme=call.scheme_id, year=call.year).first()
    return found


# ---------------------------------------------------------------- money from outside
@transaction.atomic
def propose_change(
    budget: Budget, *, by: User, kind: str, amount_yuan: Decimal, reason: str, document_number: str = ""
) -> BudgetChange:
    """Proposed by one, confirmed by another; nothing is moved yet. PermissionDenied, ValidationError."""
    if not by.has_perm("subsidies.propose_budget"):
        raise PermissionDenied
    change = BudgetChange(
        budget=budget,
        kind=kind,
        amount_yuan=amount_yuan,
        reason=given(reason, 500),
        document_number=document_number,
        proposed_by=by,
    )
    change.full_clean(exclude=("confirmed_by", "confirmed_at", "declined_at"))
    with journal.acting(by=by, action="propose_budget"):
        change.save()
    return change


@transaction.atomic
def confirm_change(change: BudgetChange, *, by: User) -> BudgetChange:
    """Write the entry. What is carried over leaves this year's budget and enters the next one's in one step."""
    current = _open_change(change, by)
    budget = locked(current.budget)
    current.confirmed_by, current.confirmed_at = by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="confirm_budget", reason=current.reason):
        current.save()
        _enter(budget, current.kind, current.amount_yuan, by=by, change=current)
        if current.kind == EntryKind.CARRIED_OUT:
            following, _made = Budget.objects.get_or_create(
                scheme=budget.scheme, year=budget.year + 1, defaults={"is_demo": budget.is_demo}
            )
            _enter(locked(following), EntryKind.CARRIED_IN, current.amount_yuan, by=by, change=current)
    return current


@transaction.atomic
def decline_change(change: BudgetChange, *, by: User, reason: str) -> BudgetChange:
    current = _open_change(change, by)
    current.declined_at = timezone.now()
    with journal.acting(by=by, action="decline_budget", reason=given(reason)):
        current.save()
    return current


def _open_change(change: BudgetChange, by: User) -> BudgetChange:
    if not by.has_perm("subsidies.confirm_budget"):
        raise PermissionDenied
    current = BudgetChange.objects.select_for_update(of=("self",)).select_related("budget__scheme").get(pk=change.pk)
    if current.confirmed_at or current.declined_at:
        raise BudgetRefused(_("This change has been dealt with already."), code="state")
    if current.proposed_by_id == by.pk:
        raise BudgetRefused(_("You proposed this change yourself: another person confirms it."))
    return current


# ---------------------------------------------------------------- money for applications
def reserve(application: Application, amount_yuan: Decimal, *, by: User, budget: Budget, note: str = "") -> BudgetEntry:
    """At the decision. A flat award is reserved whole or not at all; BudgetRefused where the budget does not reach."""
    refuse_other_than_given(application.call, amount_yuan)
    if budget.scheme_id != application.call.scheme_id:
        raise BudgetRefused(_("This budget is for another scheme."))
    return _enter(locked(budget), EntryKind.RESERVE, amount_yuan, by=by, application=application, note=note)


def commit(application: Application, *, by: User, note: str = "") -> BudgetEntry:
    """At the award document: all that is reserved for it."""
    return _move_standing(application, EntryKind.COMMIT, Pot.RESERVED, by=by, note=note)


def pay(payment: Payment, *, by: User, note: str = "") -> BudgetEntry:
    """When it is executed; written before the payment says so."""
    return _about_payment(payment, EntryKind.PAY, by, note)


def give_back(payment: Payment, *, by: User, note: str = "") -> BudgetEntry:
    """When the bank returns it: the money is committed again, and can be paid anew."""
    return _about_payment(payment, EntryKind.RETURN, by, note)


def release(application: Application, *, by: User, note: str = "") -> BudgetEntry:
    """What was reserved or committed is left again, whole: after a refusal, a withdrawal or an annulment."""
    pot = Pot.COMMITTED if standing_of(application).get(Pot.COMMITTED) else Pot.RESERVED
    return _move_standing(application, EntryKind.RELEASE, pot, by=by, note=note)


def recover(application: Application, amount_yuan: Decimal, *, by: User, note: str = "") -> BudgetEntry:
    """Of what was paid, this much is back; at most what was paid and is not back yet."""
    paid = standing_of(application).get(Pot.PAID, ZERO)
    if not ZERO < amount_yuan <= paid:
        message = _("At most what was paid can come back: %(paid)s.")
        raise BudgetRefused(message % {"paid": yuan(paid)})
    budget = _locked_budget_of(application)
    return _enter(budget, EntryKind.RECOVER, amount_yuan, by=by, application=application, note=note)


def _about_payment(payment: Payment, kind: EntryKind, by: User, note: str) -> BudgetEntry:
    application = payment.award.application
    assert application is not None, "held by subsidies_payment_begins"
    budget = _locked_budget_of(application)
    return _enter(budget, kind, payment.amount_yuan, by=by, application=application, payment=payment, note=note)


def _locked_budget_of(application: Application) -> Budget:
    first = application.budget_entries.filter(kind=EntryKind.RESERVE).select_related("budget").last()
    if first is None:
        raise BudgetRefused(_("Nothing stands for this application in any budget."))
    return locked(first.budget)


def _move_standing(application: Application, kind: EntryKind, pot: str, *, by: User, note: str) -> BudgetEntry:
    budget = _locked_budget_of(application)
    amount = standing_of(application).get(pot, ZERO)
    if not amount:
        raise BudgetRefused(_("Nothing stands for this application in any budget."))
    return _enter(budget, kind, amount, by=by, application=application, source=pot, note=note)


def refuse_other_than_given(call: Call, amount_yuan: Decimal) -> None:
    """The flat sum of the call, or at most what it gives."""
    if call.amount_yuan is not None and amount_yuan != call.amount_yuan:
        message = _("The support is a flat sum of %(amount)s: it is given whole or not at all.")
        raise BudgetRefused(message % {"amount": yuan(call.amount_yuan)})
    if call.cap_yuan is not None and amount_yuan > call.cap_yuan:
        raise BudgetRefused(_("The call gives at most %(amount)s.") % {"amount": yuan(call.cap_yuan)})


# ---------------------------------------------------------------- the one way into the ledger
def locked(budget: Budget) -> Budget:
    """The budget's row, held until the transaction ends: entries of one budget are written one after another."""
    return Budget.objects.select_for_update(of=("self",)).get(pk=budget.pk)


def _enter(
    budget: Budget,
    kind: str,
    amount_yuan: Decimal,
    *,
    by: User,
    application: Application | None = None,
    change: BudgetChange | None = None,
    payment: Payment | None = None,
    source: str = "",
    note: str = "",
) -> BudgetEntry:
    ways = WAYS[kind]
    way = next((each for each in ways if each[0] == source), ways[0])
    _refuse_overdraft(budget, way[0], amount_yuan)
    entry: BudgetEntry = BudgetEntry.objects.create(
        budget=budget,
        kind=kind,
        from_pot=way[0],
        to_pot=way[1],
        amount_yuan=amount_yuan,
        application=application,
        change=change,
        payment=payment,
        by=by,
        note=note,
    )
    told = {name: [None, getattr(entry, name)] for name in ("budget_id", "kind", "from_pot", "to_pot", "amount_yuan")}
    with journal.acting(by=by):
        journal.record("enter_in_ledger", entry, {**told, "application_id": [None, entry.application_id]})
    return entry


def _refuse_overdraft(budget: Budget, pot: str, amount_yuan: Decimal) -> None:
    """The sentence; the refusal itself is the database's as well."""
    if pot != Pot.FREE:
        return
    left = balances_of(budget).free
    if amount_yuan > left:
        message = _("The budget %(budget)s has %(left)s left: %(amount)s cannot be taken from it.")
        words = {"budget": budget, "left": yuan(left), "amount": yuan(amount_yuan)}
        raise BudgetRefused(message % words, code="budget")
