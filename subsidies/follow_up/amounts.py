"""What is still owed of a recovery: always computed from the repayments, never stored.

Interest is simple, on the principal that is outstanding, for each day from the payment of the award to the day the
money came back, a year being 365 days. No rule for this award says so: [PROP], to be confirmed by the bureau, and a
recovery without a rate bears none.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from common.calendar import shanghai_today
from subsidies.models import Recovery, Repayment

CENT, DAYS_A_YEAR = Decimal("0.01"), 365
ZERO = Decimal("0.00")


class Owed(NamedTuple):
    """In yuan, on one day."""

    principal: Decimal
    repaid: Decimal  # of the principal
    interest: Decimal  # that has run up so far, whole
    interest_paid: Decimal

    @property
    def principal_left(self) -> Decimal:
        return self.principal - self.repaid

    @property
    def interest_left(self) -> Decimal:
        return max(self.interest - self.interest_paid, ZERO)

    @property
    def left(self) -> Decimal:
        return self.principal_left + self.interest_left

    @property
    def is_settled(self) -> bool:
        return self.left == ZERO


def owed(recovery: Recovery, on: date | None = None, repayments: Iterable[Repayment] | None = None) -> Owed:
    """One query, none with `repayments`, which are all of the recovery's."""
    day = on or shanghai_today()
    rows = sorted(recovery.repayments.all() if repayments is None else repayments, key=lambda row: row.received_on)
    return Owed(
        recovery.amount_yuan,
        sum((row.amount_yuan - row.interest_yuan for row in rows), ZERO),
        interest(recovery, rows, day),
        sum((row.interest_yuan for row in rows), ZERO),
    )


def interest(recovery: Recovery, repayments: Iterable[Repayment], on: date) -> Decimal:
    """Run up until `on`, to the cent, half up. `repayments` by their day."""
    if recovery.interest_percent is None or recovery.interest_from is None:
        return ZERO
    outstanding, since, yuan_days = recovery.amount_yuan, recovery.interest_from, ZERO
    for row in repayments:
        day = min(max(row.received_on, since), on)
        yuan_days += outstanding * (day - since).days
        outstanding, since = outstanding - (row.amount_yuan - row.interest_yuan), day
    yuan_days += outstanding * max((on - since).days, 0)
    return (yuan_days * recovery.interest_percent / 100 / DAYS_A_YEAR).quantize(CENT, ROUND_HALF_UP)
