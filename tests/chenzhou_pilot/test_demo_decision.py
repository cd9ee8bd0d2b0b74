from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.demo import DEMO_PEOPLE, demo_enterprise
from accounts.models import User
from chenzhou_pilot.demo.calls import demo_call
from chenzhou_pilot.demo.decision import demo_budget, demo_experts, demo_people
from common.calendar import shanghai_today
from common.models import Delivery, Notice
from common.pdf import PdfDocument
from subsidies import attachments, drafting, drawing
from subsidies.budgets import balances_of, reserve
from subsidies.checking import check_of_round
from subsidies.default_content import default_content
from subsidies.enums import AssignmentState, ExpertKind, State
from subsidies.missing import missing_of
from subsidies.models import (
    Application,
    Assignment,
    Award,
    AwardDocument,
    Budget,
    BudgetChange,
    BudgetEntry,
    Call,
    Draw,
    Expert,
    FollowUpReport,
    Payment,
    PublicNotice,
    Scheme,
)
from subsidies.snapshots import is_intact
from subsidies.submitting import submit
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


def person(account: str) -> User:
    return User.objects.get(email=f"{account}@demo.invalid")


def this_years_budget() -> Budget:
    return Budget.objects.get(year=shanghai_today().year)


def open_call() -> Call:
    return Call.objects.open_at(timezone.now()).get()


def paper_of(code: str) -> bytes:
    paper = PdfDocument(code, foot="演示")
    paper.text(f"演示材料 {code}")
    return paper.render()


def counts() -> list[int]:
    return [model.objects.count() for model in (Application, Expert, Budget, BudgetEntry, User)]


# ---------------------------------------------------------------- the applications
def test_three_applications_wait_for_their_panels_checked_by_demo_people_once_and_nothing_is_mailed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        lines = load_demo()

    applications = list(Application.objects.filter(organisation=demo_enterprise()).exclude(state=State.DRAFT))
    assert {(row.state, row.is_demo) for row in applications} == {(State.CHECKED, True)}
    assert [row.project_name.startswith("演示：") for row in applications] == [True] * 3
    for row in applications:
        check = check_of_round(row)
        assert check is not None
        assert (check.checked_by, check.confirmed_by) == (person("clerk"), person("head"))
        assert (is_intact(row.submissions.get()), row.hits.count()) == (True, 0)
    assert Notice.objects.filter(recipient=person("enterprise")).exists()
    assert Delivery.objects.count() == 0
    assert lines[-2:] == [
        f"10 demo experts; budget: {this_years_budget()}; 3 checked applications added",
        "7 cases added that stand between public notice and recovery",
    ]

    call_command("create_demo_accounts", password="a long and quiet evening", stdout=StringIO())
    before = counts()
    assert load_demo()[-2:] == [
        f"10 demo experts; budget: {this_years_budget()}; 0 checked applications added",
        "0 cases added that stand between public notice and recovery",
    ]
    assert counts() == before
    assert person("expert1").check_password("a long and quiet evening")


def test_one_draft_waits_for_its_lead_with_two_answers_and_two_files_to_go() -> None:
    lines = load_demo()

    draft = Application.objects.get(state=State.DRAFT)
    lead, administrator = person("lead"), person("enterprise")
    assert f"nearly finished draft of lead@demo.invalid: {draft.get_absolute_url()}" in lines
    assert (draft.started_by, draft.is_demo) == (lead, True)
    assert [each.place for each in missing_of(draft)] == ["aims", "leader_name", "A01", "A02"]

    draft = drafting.save_answers(draft, {"aims": "演示指标", "leader_name": "演示负责人丁"}, 1, lead).application
    for code in ("A01", "A02"):
        attachments.add(draft, code, paper_of(code), f"{code}.pdf", lead)
    signed = submit(drafting.hand_over(draft, lead), administrator).application
    assert signed.state == State.RECOMMENDATION
    assert load_demo()[-2].endswith("0 checked applications added")


def test_clearing_takes_experts_budget_and_applications_in_the_middle_of_a_decision_and_after_it() -> None:
    load_demo()
    made = drawing.draw(open_call(), Application.objects.filter(state=State.CHECKED), by=person("clerk"))
    drawing.confirm(made, by=person("head"))
    assert Assignment.objects.filter(state=AssignmentState.INVITED).count() == 15

    load_demo(bases=0, clear=True)

    models = (Call, Application, Assignment, Draw, Expert, Budget, BudgetChange, BudgetEntry)
    models += (PublicNotice, AwardDocument, Award, Payment, FollowUpReport)
    assert [model.objects.count() for model in models] == [0] * len(models)


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
