from decimal import Decimal

import pytest

from accounts.enums import PersonKind
from chenzhou_pilot.desk_budgets import budget_lines
from common.calendar import shanghai_today
from subsidies import budgets
from subsidies.enums import EntryKind, State
from tests.bases.admin_pages import client_of
from tests.factories_accounts import user_of_kind
from tests.factories_decision import approved_without_money, budget_for
from tests.factories_subsidies import ApplicationFactory, CallFactory, SchemeFactory

pytestmark = pytest.mark.django_db

YEAR = shanghai_today().year


@pytest.fixture
def people():
    kinds = (PersonKind.FINANCE, PersonKind.BUREAU_LEADER, PersonKind.BUREAU_CLERK)
    return [user_of_kind(kind) for kind in kinds]


def of_year(year=YEAR, amount="6000000.00"):
    return budget_for(CallFactory(scheme=SchemeFactory(), year=year), Decimal(amount))


def propose(budget, by):
    given = {"kind": EntryKind.INCREASE, "amount_yuan": Decimal("500000.00"), "reason": "追加"}
    return budgets.propose_change(budget, by=by, **given)


def test_finance_and_leader_see_the_figures_of_each_budget_and_nobody_else(people):
    finance, leader, clerk = people
    budget = of_year()
    application = ApplicationFactory(call__scheme=budget.scheme, call__year=YEAR, state=State.MEETING)
    approved_without_money(application)
    budgets.reserve(application, Decimal("2000000.00"), by=leader, budget=budget)

    for person in (finance, leader):
        [line] = budget_lines(person)
        assert line.budget == budget
        assert [int(amount) for _name, amount in line.figures] == [6_000_000, 0, 2_000_000, 0, 0, 4_000_000]
    assert budget_lines(clerk) == []


def test_a_change_waits_for_whoever_did_not_propose_it(people):
    finance, leader, _clerk = people
    change = propose(of_year(), finance)

    assert [(line.waiting, line.mine) for line in budget_lines(finance)] == [(1, 0)]
    assert [(line.waiting, line.mine) for line in budget_lines(leader)] == [(1, 1)]

    budgets.confirm_change(change, by=leader)
    assert [(line.waiting, line.mine) for line in budget_lines(leader)] == [(0, 0)]


def test_old_years_are_left_out_unless_a_change_waits_there(people):
    finance = people[0]
    old, last = of_year(YEAR - 3), of_year(YEAR - 1)
    assert [line.budget for line in budget_lines(finance)] == [last]

    propose(old, finance)

    assert [line.budget for line in budget_lines(finance)] == [last, old]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_budgets_cost_two_queries_however_many(rows, people, django_assert_num_queries):
    finance = people[0]
    for _each in range(rows):
        propose(of_year(), finance)
    budget_lines(finance)

    with django_assert_num_queries(2):
        assert len(budget_lines(finance)) == rows


def test_the_start_page_says_it_in_words_and_leads_to_the_budget(people):
    budget = of_year()
    propose(budget, people[0])

    text = client_of(people[1]).get("/admin/").text

    assert f'<a href="/admin/subsidies/budget/{budget.pk}/change/">{budget}</a>' in text
    assert ("600 万元" in text, "1 项变更待您确认" in text) == (True, True)
    assert "1 项变更待他人确认" in client_of(people[0]).get("/admin/").text
