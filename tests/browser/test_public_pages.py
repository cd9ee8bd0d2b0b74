import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from subsidies.enums import State
from tests.browser.axe import axe_violations_light_and_dark, in_window, too_wide
from tests.factories_publicity import listed
from tests.factories_subsidies import ApplicationFactory, CallFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/bases/",
    "/bases/?view=table",
    "/bases/?view=map&q=电池",
    "/bases/?kind=public&q=电池",
    "/bases/?trl=99",
    "/bases/linwu-solid-state-battery/",
    "/bases/high-tech-nonferrous/",
    "/projects/",
    "/projects/drone-energy-storage-battery/",
    "/projects/flotation-reagents/",
    "/search/",
    "/search/?q=电池",
    "/search/?q=没有这种东西",
    "/statistics/",
    "/awards/",
    "/awards/figures/",
    "/open-data/",
    "/about/",
    "/sources/",
    "/calls/",
    "/calls/example/",
    "/calls/example/?view=print",
    "/calls/example/self-check/",
    "/notices/",
    "/notices/example/",
    "/notices/example/?view=print",
    "/notices/example/object/",
    "/policies/",
    "/policies/innovation-highland-2022/",
    "/receipts/",
    "/subscribe/",
    "/accounts/login/",
    "/accounts/signup/",
    "/demo/",
    "/no-such-page/",
]


@pytest.fixture
def site(site):
    """With an open call and a notice that runs beside the real data."""
    call = CallFactory(
        slug="example",
        name_zh="2026 年重大中试项目产业化奖补申报（示例）",
        name_en="Industrialisation award 2026 (example)",
    )
    application = ApplicationFactory(call=call, state=State.PUBLICITY_READY, project_name="含氟新材料中试（示例）")
    listed(application, slug="example")
    return site


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_axe_finds_nothing_on_any_public_page_light_and_dark_and_none_is_wider_than_its_window(site, page, prefix):
    found = {}
    for address in PAGES:
        in_window(page, 1280)
        page.goto(f"{site}{prefix}{address}")
        if faults := axe_violations_light_and_dark(page) + too_wide(page, (360, 390, 768, 1280, 1920)):
            found[address] = faults

    assert found == {}


def test_every_page_obeys_its_own_policy_and_asks_nobody_else(site, plain_page):
    asked = []
    plain_page.on("request", lambda request: asked.append(request.url))
    for address in PAGES:
        if "99" in address or "no-such" in address:
            continue  # the console notes their status
        plain_page.goto(f"{site}{address}")

    assert [url for url in asked if not url.startswith((site, "data:"))] == []


def test_a_visitor_finds_a_base_with_the_keyboard_alone_and_without_javascript(site, browser):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    page.keyboard.press("Enter")
    page.locator("input[name=q]").focus()
    page.keyboard.type("固态电池")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="临武久森安高固态电池中试基地").first.press("Enter")

    expect(page).to_have_url(f"{site}/bases/linwu-solid-state-battery/")
    expect(page.get_by_role("heading", level=1)).to_have_text("临武久森安高固态电池中试基地")
    context.close()


def test_the_map_filters_the_list_and_the_address_keeps_the_choice(site, page):
    page.goto(site)
    page.locator(".map-tile a", has_text="宜章").click()

    expect(page).to_have_url(f"{site}/bases/?division=431022")
    expect(page.locator("article.card h3")).to_have_text(["宜章县含氟新材料中试基地"])
    page.locator(".filter-group a[aria-current]").first.click()
    expect(page.locator("article.card")).to_have_count(7)


def test_the_language_switch_stays_on_the_page(site, page):
    page.goto(f"{site}/bases/linwu-solid-state-battery/")
    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(f"{site}/en/bases/linwu-solid-state-battery/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Linwu Jiusen Angao Solid-state Battery Pilot Base")


def test_demo_data_is_marked_wherever_it_shows(site, page):
    call_command("load_demo", bases=3, projects=3, seed=1, verbosity=0)
    page.goto(f"{site}/bases/?q=演示")

    assert page.locator("article.card").count() == 3
    assert page.locator("article.card .badge-demo").count() == 3


def test_a_printed_profile_keeps_its_sources_and_leaves_the_chrome(site, page):
    page.emulate_media(media="print")
    page.goto(f"{site}/bases/linwu-solid-state-battery/")

    assert not page.locator(".site-nav").is_visible()
    assert page.locator(".sources").is_visible()
    assert page.locator(".qr img").is_visible()
