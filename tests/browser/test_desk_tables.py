"""Tables of the desk that are wider than a phone scroll in a place that has a name and takes the keyboard."""

import pytest

from accounts.enums import PersonKind
from subsidies.enums import State
from tests.browser.axe import faults
from tests.browser.test_desk_applications import sign_in
from tests.factories_decision import budget_for, staff
from tests.factories_subsidies import ApplicationFactory, CallFactory
from tests.subsidies.desk import clerk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCROLLERS = """
    () => [...document.querySelectorAll(".results, .desk-scroll")]
        .filter(place => place.scrollWidth > place.clientWidth)
        .map(place => [place.getAttribute("role"), place.getAttribute("aria-label"), place.tabIndex])
"""


def test_a_wide_table_is_a_named_place_that_the_keyboard_reaches_and_a_narrow_one_is_not(live_server, page):
    ApplicationFactory(state=State.ACCEPTANCE)
    sign_in(page, live_server.url, clerk())

    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/admin/subsidies/application/")
    assert page.evaluate(SCROLLERS) == [["region", "申报", 0]]

    page.set_viewport_size({"width": 1600, "height": 800})
    page.goto(f"{live_server.url}/admin/subsidies/application/")
    assert page.evaluate(SCROLLERS) == []
    assert page.locator(".results[role]").count() == 0


def test_the_form_of_a_meeting_is_no_wider_than_a_phone(live_server, page):
    sign_in(page, live_server.url, clerk())
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto(f"{live_server.url}/admin/subsidies/meeting/add/")

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate(SCROLLERS) == [["region", "准备会议", 0]]


def test_axe_finds_nothing_in_the_budgets_of_the_start_page_and_they_fit_their_window(live_server, page):
    budget_for(CallFactory())
    sign_in(page, live_server.url, staff(PersonKind.FINANCE))

    page.goto(f"{live_server.url}/admin/")

    assert page.locator("#budgets td").first.is_visible()
    assert faults(page, (390, 1280)) == []
