from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.demo import DEMO_PEOPLE, demo_enterprise
from chenzhou_pilot.demo.awarded import demo_awarded
from chenzhou_pilot.demo.calls import demo_call
from chenzhou_pilot.demo.decision import demo_budget, demo_experts, demo_people
from chenzhou_pilot.demo.past import morning_of
from common.calendar import SHANGHAI, shanghai_today
from subsidies import drawing
from subsidies.budgets import balances_of, reserve
from subsidies.default_content import default_content
from subsidies.enums import ExpertKind, State
from subsidies.models import Application, Budget, BudgetChange, BudgetEntry, Call, Expert, Scheme
from subsidies.numbering import moment_of_transaction
from tests.factories import DivisionFactory
from tests.factories_decision import approved_without_money, budget_for, seat, staff
from tests.factories_subsidies import ApplicationFactory, CallFactory, SchemeFactory
from tests.subsidies.panels import TECHNICAL, call_with, checked, clerk, experts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ground")]

AWARD = Decimal("1000000.00")


@pytest.fixture
def ground() -> None:
    DivisionFactory()
    SchemeFactory(slug="industrialisation-award", amount_yuan=AWARD)


def load_demo(bases: int = 1, **options: Any) -> list[str]:
    out = StringIO()
    call_command("load_demo", bases=bases, projects=0, stdout=out, **options)
    return out.getvalue().splitlines()


# ---------------------------------------------------------------- the people
def test_accounts_made_with_the_data_open_with_no_password() -> None:
    people = demo_people()

    assert {people[each.account].has_usable_password() for each in DEMO_PEOPLE} == {False}


def test_the_demo_experts_fill_the_delivered_panel_and_one_is_left_out_with_the_reason() -> None:
    people = demo_people()
    demo_experts()
    content = default_content(Scheme.objects.get())
    call = CallFactory(content=content, is_demo=True)
    applications = checked(call, 3, organisation=demo_enterprise(), is_demo=True)

    made = drawing.draw(call, applications, by=people["clerk"])

    assert [(len(panel["members"]), len(panel["reserves"])) for panel in made.result["panels"]] == [(5, 2)] * 3
    bound = Expert.objects.get(user=people["expert10"])
    assert [(each["expert"], each["reasons"]) for each in made.exclusions] == [(bound.code, ["employer"])] * 3
    assert sorted(Expert.objects.values_list("kind", "is_demo")) == [
        *[(ExpertKind.FINANCE, True)] * 2,
        *[(ExpertKind.INDUSTRY, True)] * 2,
        *[(ExpertKind.TECHNICAL, True)] * 6,
    ]


def test_demo_experts_are_never_drawn_for_a_real_application() -> None:
    demo_experts()
    call = call_with({"size": 1, "reserves": 0})
    (application,) = checked(call)
    (real,) = experts(TECHNICAL)

    made = drawing.draw(call, [application], by=clerk())

    assert (made.result["panels"][0]["members"], made.exclusions) == ([real.code], [])


# ---------------------------------------------------------------- the budget
def test_the_demo_budget_reaches_for_two_awards_and_went_through_two_people() -> None:
    people = demo_people()

    budget = demo_budget(the_call(), people)

    change = BudgetChange.objects.get()
    assert (budget.is_demo, balances_of(budget).free) == (True, AWARD * 2)
    assert (change.proposed_by, change.confirmed_by) == (people["finance"], people["chief"])


def test_a_budget_that_is_there_already_stays_as_it_is() -> None:
    there = budget_for(CallFactory(scheme=Scheme.objects.get(), year=shanghai_today().year), AWARD)

    demo_budget(the_call(), demo_people())

    assert Budget.objects.get() == there
    assert (there.is_demo, balances_of(there).free) == (False, AWARD)


def the_call() -> Call:
    call = demo_call()
    assert call is not None
    return call


# ---------------------------------------------------------------- the cases after the decision
def test_nothing_is_made_where_a_real_budget_would_pay() -> None:
    demo_experts()
    scheme = Scheme.objects.get()
    this_year = shanghai_today().year
    for year in (this_year - 2, this_year - 1, this_year):
        budget_for(CallFactory(scheme=scheme, year=year), AWARD)

    assert demo_awarded(demo_people()) == []
    assert not Application.objects.exists()


def test_the_clock_is_set_back_for_site_and_database_and_right_again_afterwards() -> None:
    day = shanghai_today() - timedelta(days=30)

    with transaction.atomic(), morning_of(day):
        inside = (timezone.now(), moment_of_transaction())

    ten = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
    assert inside == (ten, ten)
    assert shanghai_today() == day + timedelta(days=30)
    with transaction.atomic():
        assert abs(moment_of_transaction() - timezone.now()) < timedelta(minutes=5)


# ---------------------------------------------------------------- clearing
def test_the_ledger_is_guarded_again_after_clearing() -> None:
    demo_budget(the_call(), demo_people())
    budget_for(CallFactory())

    load_demo(bases=0, clear=True)

    assert Budget.objects.filter(is_demo=True).count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetEntry._base_manager.all()._raw_delete("default")


@pytest.mark.django_db(transaction=True)
def test_clearing_refuses_while_a_real_application_has_money_of_the_demo_budget() -> None:
    budget = demo_budget(the_call(), demo_people())
    real = ApplicationFactory(call=CallFactory(scheme=budget.scheme), state=State.MEETING)
    approved_without_money(real)
    with transaction.atomic():
        reserve(real, AWARD, by=staff(), budget=budget)

    with pytest.raises(CommandError, match="Nothing was removed, other records refer to demo records"):
        load_demo(bases=0, clear=True)

    assert balances_of(budget).reserved == AWARD


@pytest.mark.django_db(transaction=True)
def test_clearing_refuses_while_a_demo_expert_sits_on_a_real_panel() -> None:
    seat(ApplicationFactory(state=State.REVIEW), demo_experts()[0])

    with pytest.raises(CommandError, match="Nothing was removed, other records refer to demo records"):
        load_demo(bases=0, clear=True)

    assert Expert.objects.filter(is_demo=True).count() == 10
