"""A budget with money in it, and applications that may be given some."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from subsidies.enums import Pot, State
from subsidies.models import Application, Budget, BudgetChange, BudgetEntry, Payment
from tests.factories_accounts import UserFactory
from tests.factories_decision import AMOUNT, approved_without_money, budget_for
from tests.factories_subsidies import ApplicationFactory, CallFactory


def budget_with(amount: Decimal = AMOUNT * 2, **call: Any) -> Budget:
    return budget_for(CallFactory(**call), amount)


def candidates(budget: Budget, count: int = 1) -> list[Application]:
    """Approved by the meeting they are still before, of a call that the budget is for."""
    call = budget.scheme.calls.get()
    found = [ApplicationFactory(call=call, state=State.MEETING) for _ in range(count)]
    for application in found:
        approved_without_money(application)
    return found


def cleared(budget: Budget, count: int = 1) -> list[Application]:
    """Through the public notice, the money of each reserved out of the budget."""
    call = budget.scheme.calls.get()
    return [ApplicationFactory(call=call, state=State.CLEARED) for _ in range(count)]


def being_paid(budget: Budget) -> Application:
    """Awarded out of the budget, its account confirmed, nothing paid yet."""
    application: Application = ApplicationFactory(call=budget.scheme.calls.get(), state=State.PAYING)
    return application


def raw_entry(
    budget: Budget,
    kind: str,
    way: tuple[str, str],
    amount: Any,
    application: Application | None,
    payment: Payment | None = None,
    change: BudgetChange | None = None,
) -> None:
    """Past every verb, as somebody with a database console would."""
    about = [application and application.pk, payment and payment.pk, change and change.pk]
    values = [budget.pk, kind, *way, amount, *about, UserFactory().pk, timezone.now()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subsidies_budgetentry (budget_id, kind, from_pot, to_pot, amount_yuan, application_id,"
            " payment_id, change_id, by_id, at, note) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')",
            [str(value) if isinstance(value, Decimal) else value for value in values],
        )


def pots_of(entries: Iterable[BudgetEntry]) -> dict[str, Decimal]:
    """Added up here, entry by entry, beside the sums of the database."""
    pots = dict.fromkeys(Pot.values, Decimal("0.00"))
    for entry in entries:
        pots[entry.from_pot] -= entry.amount_yuan
        pots[entry.to_pot] += entry.amount_yuan
    return pots
