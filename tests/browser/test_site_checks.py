"""Site checks by sample in a real browser: proposed, drawn, commented on, decided, public; wide and narrow."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.enums import MembershipRole
from accounts.models import User
from common.calendar import shanghai_today
from subsidies.enums import State
from subsidies.models import CheckRound, SiteCheck
from tests.browser.axe import axe_violations
from tests.browser.walkers import NARROW, WIDE, draw
from tests.factories_checks import concluded, crew
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.desk import section_head

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRAWN = ("check-propose", "check-drawn", "check-firm", "check-case")  # for the walkthrough: `make screenshots`


@pytest.fixture
def server(live_server, settings, tmp_path) -> str:
    settings.SITE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path / "files"
    return live_server.url


@pytest.fixture(params=[WIDE, NARROW])
def opened(request, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        bypass_csp=True, locale="zh-CN", viewport={"width": request.param, "height": 900}, reduced_motion="reduce"
    )
    yield context
    context.close()


def page_of(context: BrowserContext, user: User, server: str) -> Page:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = site_settings.SESSION_COOKIE_NAME
    context.clear_cookies()
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    return context.new_page()


def looked_at(page: Page, name: str) -> None:
    """Nothing that axe finds fault with, and nothing wider than the window."""
    page.wait_for_load_state()
    width = page.viewport_size["width"]  # type: ignore[index]
    if width == WIDE and name in DRAWN:
        draw(page, name)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_round_from_its_proposal_to_the_page_for_everybody(opened, server) -> None:
    crew(3)
    application = ApplicationFactory(state=State.PAID)
    clerk, head = staff(), section_head()
    lead = person_of(application.organisation, MembershipRole.PROJECT_LEAD)

    page = page_of(opened, clerk, server)
    page.goto(f"{server}/admin/subsidies/checkround/new/")
    looked_at(page, "check-propose")
    page.locator("[name=size]").fill("1")
    page.locator("[name=due_on]").fill((shanghai_today() + timedelta(days=30)).isoformat())
    page.locator("#content-main [type=submit]").click()
    expect(page).to_have_url(f"{server}/admin/subsidies/checkround/{CheckRound.objects.get().pk}/change/")
    address = page.url

    page = page_of(opened, head, server)
    page.goto(address)
    looked_at(page, "check-confirm")
    page.get_by_role("button", name="确认并抽取").click()
    expect(page.get_by_role("heading", name="已抽取")).to_be_visible()
    looked_at(page, "check-drawn")
    check = concluded(SiteCheck.objects.get())
    head = section_head()  # the one before may have been drawn, and then has no say in what follows

    page = page_of(opened, lead, server)
    page.goto(f"{server}/applications/{application.public_id}/checks/{check.key}/")
    looked_at(page, "check-firm")
    page.get_by_label("您对检查情况的意见").fill("设备当日检修")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("设备当日检修")).to_be_visible()

    page = page_of(opened, head, server)
    page.goto(f"{server}/admin/subsidies/application/{application.pk}/change/")
    looked_at(page, "check-case")
    form = page.locator('form:has(input[name="do"][value="settle_check"])')
    if not form.is_visible():
        page.locator("#settle_check summary").click()
    form.locator("[name=settle_check-outcome]").select_option("clear")
    form.locator("[name=settle_check-reason]").fill("已核实")
    form.locator("[type=submit]").click()
    expect(page.get_by_text("已作出处理，并告知企业。")).to_be_visible()

    page = page_of(opened, lead, server)
    for path in ("checks/", f"checks/{check.round.public_id}/"):
        page.goto(f"{server}/{path}")
        looked_at(page, path.replace("/", "-").partition("?")[0])
    expect(page.get_by_role("rowheader", name=application.project_name)).to_be_visible()
    page = page_of(opened, head, server)
    for path in ("sitecheck/", "checkround/", "award/figures/", "award/figures/cases/?of=reached&value=paid"):
        page.goto(f"{server}/admin/subsidies/{path}")
        looked_at(page, path.replace("/", "-").partition("?")[0])
