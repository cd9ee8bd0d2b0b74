"""Steps of the bureau with the keyboard alone: every one is done, and the focus is seen at every stop."""

import re

import pytest
from playwright.sync_api import expect

from subsidies import drawing
from subsidies.enums import PaymentState, State
from tests.browser.keys import Keys
from tests.factories_awarding import payment_of
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.awarding.people import people
from tests.subsidies.desk import checked, clerk, in_check
from tests.subsidies.panels import FINANCE, INDUSTRY, TECHNICAL, call_with, experts, head
from tests.subsidies.panels import checked as ready_to_draw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = "/admin/subsidies"
CASE = re.compile("/change/")


@pytest.fixture
def keys(arrive):  # type: ignore[no-untyped-def]
    def of(person) -> Keys:  # type: ignore[no-untyped-def]
        walker = arrive(person)
        return Keys(walker.tab, walker.site)

    return of


def unfolds(person: Keys, section: str) -> None:
    """What is folded away until it is wanted; a step that is the only one stands open."""
    if not person.tab.locator(f"{section} form").first.is_visible():
        person.goes_to(f"{section} summary")
        person.board.press("Enter")


def does(person: Keys, section: str) -> None:
    person.follows(f"{section} [type=submit]", CASE)
    expect(person.tab.locator(".messagelist .success")).to_be_visible()


def test_a_clerk_accepts_and_proposes_a_head_confirms_a_draw_and_finance_records_a_payment(keys):  # type: ignore[no-untyped-def]
    checker = clerk()
    accepting = ApplicationFactory(state=State.ACCEPTANCE, project_name="稀贵金属综合回收中试")
    checking = in_check(project_name="固态电池电解质中试")
    checked(checking, checker)
    call = call_with({"size": 3, "reserves": 0, "least": {"technical": 1, "finance": 1}})
    (drawn,) = ready_to_draw(call, 1)
    experts(TECHNICAL, TECHNICAL, FINANCE, INDUSTRY)
    draw = drawing.draw(call, [drawn], by=clerk())
    paid = ApplicationFactory(state=State.PAYING, project_name="钨尾砂综合利用中试")
    payment = payment_of(paid, state=PaymentState.APPROVED)

    at_desk = keys(checker)
    at_desk.opens("/admin/")
    at_desk.follows(f"a[href*='/application/{accepting.pk}/change/']", CASE)
    unfolds(at_desk, "#accept")
    does(at_desk, "#accept")

    at_desk.opens(f"{DESK}/application/{checking.pk}/change/")
    unfolds(at_desk, "#propose")
    does(at_desk, "#propose")

    confirming = keys(head())
    confirming.opens(f"{DESK}/draw/{draw.pk}/change/")
    confirming.follows("form:has([name=deed][value=confirm]) [type=submit]", CASE)

    cashier, pay = keys(people().cashier), f"#execute-{payment.pk}"
    cashier.opens(f"{DESK}/application/{paid.pk}/money/")
    unfolds(cashier, pay)
    cashier.writes(f"{pay} [name$=voucher_number]", "PZ-2026-0001")
    cashier.follows(f"{pay} [type=submit]", re.compile("/money/"))

    for row in (accepting, checking, draw, payment):
        row.refresh_from_db()
    assert (accepting.state, checking.checks.get().proposal) == (State.FORM_CHECK, "pass")
    assert (draw.confirmed_at is not None, payment.voucher_number) == (True, "PZ-2026-0001")
