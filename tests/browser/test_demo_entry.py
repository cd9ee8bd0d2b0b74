"""The change of person of the demonstration in a real browser: its page, and the menu at the top of all the others."""

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.walkers import NARROW, WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def read(page: Page) -> None:
    """Nothing that axe finds fault with, and nothing wider than the window."""
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_newcomer_goes_from_one_person_to_the_next_by_a_click(site, page, width):
    call_command("create_demo_accounts", stdout=StringIO())
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/en/demo/", "/demo/"):
        page.goto(f"{site}{address}")
        read(page)

    page.get_by_role("button", name="以此身份进入 演示市局经办").click()
    expect(page.locator("#user-tools strong")).to_have_text("演示市局经办")
    page.locator("summary", has_text="更换身份").click()
    read(page)
    page.get_by_role("button", name="演示项目负责人").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的申报")
    page.locator("summary", has_text="更换身份").click()
    read(page)
    page.get_by_role("button", name="任何人").click()
    expect(page).to_have_url(f"{site}/")
    page.locator("summary", has_text="更换身份").click()
    page.get_by_role("link", name="专家及全部身份").click()
    expect(page).to_have_url(f"{site}/demo/")
