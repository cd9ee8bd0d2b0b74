import pytest
from playwright.sync_api import expect

from subsidies.enums import State
from tests.browser.axe import axe_violations
from tests.browser.test_desk_applications import LIST, sign_in
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.desk import clerk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def queue(site, page):
    """Three rows of the queue, the newest first; `page` shows them to a clerk."""
    applications = [ApplicationFactory(state=State.ACCEPTANCE) for _ in range(3)]
    sign_in(page, site, clerk())
    page.goto(f"{site}{LIST}")
    return applications[::-1]


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_rows_are_gone_through_and_opened_with_the_keyboard(site, page, queue):
    page.keyboard.press("j")
    assert focused(page) == queue[0].number
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == queue[2].number
    expect(page.locator("#desk-keys-said")).to_have_text("第 3 行，共 3 行")
    page.keyboard.press("k")
    assert focused(page) == queue[1].number

    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}{LIST}{queue[1].pk}/change/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url(f"{site}{LIST}")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(f"{site}/admin/")


def test_nothing_happens_while_somebody_types(page, queue):
    page.keyboard.press("/")
    page.keyboard.type("jk?gq/")

    assert page.locator("#searchbar").input_value() == "jk?gq/"
    assert not page.locator("#desk-keys").is_visible()


def test_the_list_of_shortcuts_opens_passes_axe_and_turns_them_off(page, queue):
    page.keyboard.press("?")
    expect(page.locator("#desk-keys")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_label("启用快捷键").uncheck()
    page.keyboard.press("Escape")

    page.keyboard.press("j")
    assert focused(page) != queue[0].number
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("#desk-keys")).to_be_hidden()

    page.get_by_role("button", name="快捷键").click()
    page.get_by_label("启用快捷键").check()
    page.get_by_role("button", name="关闭").click()
    page.keyboard.press("j")
    assert focused(page) == queue[0].number
