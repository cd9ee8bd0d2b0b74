"""All that load_demo makes beside bases and projects: made once, and what a test does to it is taken back."""

from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone, translation
from pytest_django.plugin import DjangoDbBlocker

from accounts.demo import demo_enterprise
from accounts.models import User
from common.calendar import shanghai_today
from common.models import Delivery, Notice
from common.pdf import PdfDocument
from subsidies import attachments, drafting, drawing
from subsidies.checking import check_of_round
from subsidies.enums import AssignmentState, State
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
)
from subsidies.snapshots import is_intact
from subsidies.submitting import submit
from tests.factories import DivisionFactory
from tests.factories_subsidies import SchemeFactory
from tests.lifted import taken_back

pytestmark = pytest.mark.django_db

AWARD = Decimal("1000000.00")


@pytest.fixture(scope="module")
def lines(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """What the command said, and mailed if it mails."""
    with django_db_blocker.unblock(), taken_back(), translation.override(settings.LANGUAGE_CODE):
        DivisionFactory()
        SchemeFactory(slug="industrialisation-award", amount_yuan=AWARD)
        with TestCase.captureOnCommitCallbacks(execute=True):
            said = load_demo()
        yield said


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


def test_three_applications_wait_for_their_panels_checked_by_demo_people_once_and_nothing_is_mailed(
    lines: list[str],
) -> None:
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
    assert lines[-3:] == [
        f"10 demo experts; budget: {this_years_budget()}; 3 checked applications added",
        "3 cases added that wait for the last expert and the meeting",
        "8 cases added that stand between public notice and recovery",
    ]

    call_command("create_demo_accounts", password="a long and quiet evening", stdout=StringIO())
    before = counts()
    assert load_demo()[-3:] == [
        f"10 demo experts; budget: {this_years_budget()}; 0 checked applications added",
        "0 cases added that wait for the last expert and the meeting",
        "0 cases added that stand between public notice and recovery",
    ]
    assert counts() == before
    assert person("expert1").check_password("a long and quiet evening")


def test_one_draft_waits_for_its_lead_with_one_answer_and_one_file_to_go(lines: list[str]) -> None:
    draft = Application.objects.get(state=State.DRAFT)
    lead, administrator = person("lead"), person("enterprise")
    assert f"nearly finished draft of lead@demo.invalid: {draft.get_absolute_url()}" in lines
    assert (draft.started_by, draft.is_demo) == (lead, True)
    assert [each.place for each in missing_of(draft)] == ["aims", "A01"]

    draft = drafting.save_answers(draft, {"aims": "演示指标"}, 1, lead).application
    attachments.add(draft, "A01", paper_of("A01"), "A01.pdf", lead)
    signed = submit(drafting.hand_over(draft, lead), administrator).application
    assert signed.state == State.RECOMMENDATION
    assert load_demo()[-3].endswith("0 checked applications added")


@pytest.mark.usefixtures("lines")
def test_clearing_takes_experts_budget_and_applications_in_the_middle_of_a_decision_and_after_it() -> None:
    made = drawing.draw(open_call(), Application.objects.filter(state=State.CHECKED), by=person("clerk"))
    drawing.confirm(made, by=person("head"))
    assert Assignment.objects.filter(state=AssignmentState.INVITED).count() == 15

    load_demo(bases=0, clear=True)

    models = (Call, Application, Assignment, Draw, Expert, Budget, BudgetChange, BudgetEntry)
    models += (PublicNotice, AwardDocument, Award, Payment, FollowUpReport)
    assert [model.objects.count() for model in models] == [0] * len(models)
