"""The budgets on the start page of the desk, for those who propose and confirm changes of them."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import User
from common.calendar import shanghai_today
from subsidies.budgets import FIGURES, balances_by_budget
from subsidies.models import Budget

SHOWN = 20
COLUMNS = ("initial", "adjusted", "reserved", "committed", "paid", "free")


class BudgetLine(NamedTuple):
    """One scheme and year. `waiting` changes wait for a confirmation, `mine` of them can be this person's."""

    budget: Budget
    href: str
    figures: list[tuple[str | Promise, Decimal]]
    waiting: int
    mine: int


def budget_lines(user: User) -> list[BudgetLine]:
    """Of this year, the one before and those to come, and wherever a change waits. Two queries."""
    may_confirm = user.has_perm("subsidies.confirm_budget")
    if not (may_confirm or user.has_perm("subsidies.propose_budget")):
        return []
    is_open = Q(changes__confirmed_at=None, changes__declined_at=None, changes__isnull=False)
    rows = Budget.objects.annotate(
        waiting=Count("changes", filter=is_open),
        mine=Count("changes", filter=is_open & ~Q(changes__proposed_by=user)),
    )
    rows = rows.filter(Q(year__gte=shanghai_today().year - 1) | Q(waiting__gt=0)).select_related("scheme")
    budgets = list(rows.order_by("is_demo", "-year", "scheme__name_zh")[:SHOWN])
    balances = balances_by_budget(budgets)
    return [
        BudgetLine(
            budget,
            reverse("admin:subsidies_budget_change", args=[budget.pk]),
            [(FIGURES[name], getattr(balances[budget.pk], name)) for name in COLUMNS],
            budget.waiting,
            budget.mine if may_confirm else 0,
        )
        for budget in budgets
    ]
