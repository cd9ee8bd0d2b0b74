"""Experts and a budget, so that a newcomer can go from the draw to the released decision too."""

from decimal import Decimal

from django.db import transaction

from accounts.demo import DEMO_PEOPLE, create_person, demo_enterprise
from accounts.enums import PersonKind
from accounts.models import User
from accounts.roles import sync_groups
from subsidies import budgets
from subsidies.budgets import budget_of
from subsidies.enums import EntryKind, ExpertKind
from subsidies.models import Budget, Call, Expert, ExpertEmployment
from subsidies.register import next_code

AWARDS = 2  # that the budget reaches for; three applications wait
BUDGET_NOTE = "演示数据，不是正式预算"
BUDGET_REASON = "演示：本年度预算，可安排两项奖补"
TITLES = {
    ExpertKind.TECHNICAL: "教授级高级工程师（演示）",
    ExpertKind.FINANCE: "注册会计师（演示）",
    ExpertKind.INDUSTRY: "行业协会副秘书长（演示）",
}
# In the order of the accounts: what the delivered panel wants, and some more for whoever declines.
KINDS = (*[ExpertKind.TECHNICAL] * 5, *[ExpertKind.FINANCE] * 2, *[ExpertKind.INDUSTRY] * 2, ExpertKind.TECHNICAL)

People = dict[str, User]  # by what stands before @demo.invalid


@transaction.atomic
def demo_people() -> People:
    """Without passwords where they are new; create_demo_accounts gives them one."""
    sync_groups()
    return {person.account: create_person(person) for person in DEMO_PEOPLE}


@transaction.atomic
def demo_experts() -> list[Expert]:
    """All that are there. The last one works for the firm of the demonstration, and so is never drawn for it."""
    accounts = [person for person in DEMO_PEOPLE if person.kind == PersonKind.EXPERT]
    experts = [_expert(create_person(person), kind) for person, kind in zip(accounts, KINDS, strict=True)]
    firm = demo_enterprise()
    ExpertEmployment.objects.get_or_create(expert=experts[-1], organisation=firm, defaults={"name": firm.name_zh})
    return experts


def _expert(user: User, kind: ExpertKind) -> Expert:
    found: Expert | None = Expert.objects.filter(user=user).first()
    if found is None:
        found = Expert.objects.create(user=user, code=next_code(), kind=kind, title=TITLES[kind], is_demo=True)
    return found


@transaction.atomic
def demo_budget(call: Call, people: People) -> Budget:
    """Of the call's scheme and year, for two awards: proposed by finance, confirmed by the leader."""
    there = budget_of(call)
    if there is not None:
        return there
    budget = Budget.objects.create(scheme=call.scheme, year=call.year, note=BUDGET_NOTE, is_demo=True)
    amount = (call.amount_yuan or call.cap_yuan or Decimal("1000000.00")) * AWARDS
    change = budgets.propose_change(
        budget, by=people["finance"], kind=EntryKind.INITIAL, amount_yuan=amount, reason=BUDGET_REASON
    )
    budgets.confirm_change(change, by=people["chief"])
    return budget
