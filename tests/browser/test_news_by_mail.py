"""Subscribing to news by e-mail in a real browser, with JavaScript and without, and leaving again."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from common.delivery import send_due
from subsidies.models import Subscription
from tests.browser.axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("NEWS_PICTURES", "")  # a folder to keep what was seen


def look(page, name):
    """Both widths: axe finds nothing, and nothing is wider than the window."""
    for width in (1280, 390):
        assert (name, faults(page, [width])) == (name, [])
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize(("prefix", "language"), [("", "zh-hans"), ("/en", "en")])
def test_a_reader_subscribes_confirms_changes_and_leaves(site, page, mailoutbox, prefix, language):
    page.goto(f"{site}{prefix}/subscribe/")
    look(page, f"form-{language}")
    page.locator("input[name=email]").fill("reader@example.com")
    expect(page.locator(".proof-of-work [role=status]")).to_have_text(re.compile("完成|Done"), timeout=60_000)
    page.locator("main form[method=post] button[type=submit]").click()
    page.wait_for_url(f"{site}{prefix}/subscribe/sent/")
    look(page, f"sent-{language}")

    send_due()
    page.goto(re.search(r"https?://\S+", mailoutbox[0].body)[0])
    look(page, f"confirm-{language}")
    page.locator("main form button[type=submit]").click()
    held = Subscription.objects.get()
    page.wait_for_url(f"{site}{prefix}/subscriptions/{held.token}/?done=confirmed")
    assert (held.language, len(held.topics)) == (language, 4)
    look(page, f"own-{language}")

    page.locator("form[action$='/end/'] button").click()
    expect(page.locator("h1")).to_have_text(re.compile("已不再发送|Nothing is sent any more"))
    look(page, f"ended-{language}")
    assert not Subscription.objects.exists()


def test_the_form_works_without_javascript(site, browser, mailoutbox):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/subscribe/")
    assert "每日限三次" in page.locator("main").inner_text()
    page.locator("input[name=email]").fill("reader@example.com")
    page.locator("main form[method=post] button[type=submit]").click()
    page.wait_for_url(f"{site}/subscribe/sent/")
    send_due()
    page.goto(re.search(r"https?://\S+", mailoutbox[0].body)[0])
    page.locator("main form button[type=submit]").click()

    assert Subscription.objects.get().email == "reader@example.com"
    context.close()
