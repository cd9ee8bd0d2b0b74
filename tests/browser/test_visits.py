"""The record of a visit on a telephone whose network comes and goes: nothing is lost, and nothing comes twice."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError

from accounts.models import User
from subsidies import visiting
from subsidies.models import SiteVisit
from tests.browser.axe import axe_violations
from tests.factories_files import jpg, png
from tests.subsidies.test_visiting import crew_of, planned, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHOTOS = [
    {"name": "反应釜.jpg", "mimeType": "image/jpeg", "buffer": jpg((800, 600))},
    {"name": "仪表.png", "mimeType": "image/png", "buffer": png((800, 600))},
]
KEPT, WAITING = "Kept at the bureau.", "Kept on this device; it is sent when the network is back."


@pytest.fixture
def server(live_server, settings, tmp_path) -> str:
    settings.SITE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path / "files"
    return live_server.url


@pytest.fixture
def visit(server) -> SiteVisit:
    return planned()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        bypass_csp=True, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, reduced_motion="reduce"
    )
    yield opened
    opened.close()


def signed_in(context: BrowserContext, user: User, server: str) -> BrowserContext:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = site_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    return context


def opened(context: BrowserContext, visit: SiteVisit, server: str) -> Page:
    page = context.new_page()
    page.goto(f"{server}/en/visits/{visit.key}/")
    expect(page.get_by_label("Caption of the next photographs")).to_be_visible()  # the script runs
    return page


def write(page: Page, findings: str) -> None:
    page.get_by_label("Findings").fill(findings)
    page.get_by_label("The facts are as applied for").select_option("yes")


def test_what_is_written_without_a_network_arrives_once_when_it_is_back(phone, visit, server) -> None:
    page = opened(signed_in(phone, crew_of(visit)[0], server), visit, server)

    phone.set_offline(True)
    write(page, "三条线均在运行")
    page.get_by_label("Caption of the next photographs").fill("一号线")
    page.locator("#photos").set_input_files(PHOTOS)
    expect(page.locator("#photo-queue li")).to_have_count(2)
    expect(page.locator("#save-line")).to_have_text(WAITING)
    page.get_by_role("button", name="Keep the record").click()
    expect(page.locator("#save-line")).to_have_text(WAITING)
    visit.refresh_from_db()
    assert (visit.findings, visit.photos.count()) == ("", 0)

    phone.set_offline(False)
    expect(page.locator("#save-line")).to_have_text(KEPT)
    expect(page.locator("#photo-queue li")).to_have_count(0)
    expect(page.locator("#visit-photos img")).to_have_count(2)

    visit.refresh_from_db()
    assert (visit.findings, visit.is_as_applied, visit.version) == ("三条线均在运行", True, 2)
    assert [photo.caption for photo in visit.photos.all()] == ["一号线", "一号线"]
    assert page.evaluate("localStorage.length") == 0


def test_what_waits_outlives_the_tab(phone, visit, server) -> None:
    context = signed_in(phone, crew_of(visit)[0], server)
    page = opened(context, visit, server)
    phone.set_offline(True)
    write(page, "三条线均在运行")
    page.locator("#photos").set_input_files(PHOTOS)
    expect(page.locator("#photo-queue li")).to_have_count(2)
    page.close()

    phone.set_offline(False)
    again = opened(context, visit, server)
    expect(again.locator("#save-line")).to_have_text(KEPT)
    expect(again.locator("#visit-photos img")).to_have_count(2)

    visit.refresh_from_db()
    assert (visit.findings, visit.photos.count(), visit.version) == ("三条线均在运行", 2, 2)


def test_an_answer_that_is_lost_on_its_way_doubles_nothing(phone, visit, server) -> None:
    page = opened(signed_in(phone, crew_of(visit)[0], server), visit, server)
    lost = {"left": 3}

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST" and lost["left"]:
            lost["left"] -= 1
            route.fetch()
            route.abort("connectionreset")
            return
        route.continue_()

    page.route(re.compile(r"/visits/"), lose_the_answer)
    write(page, "三条线均在运行")
    page.locator("#photos").set_input_files(PHOTOS)

    expect(page.locator("#visit-photos img")).to_have_count(2, timeout=30_000)
    expect(page.locator("#save-line")).to_have_text(KEPT)
    visit.refresh_from_db()
    assert (lost["left"], visit.findings, visit.version, visit.photos.count()) == (0, "三条线均在运行", 2, 2)


def test_what_another_officer_wrote_meanwhile_is_shown_and_one_is_chosen(phone, visit, server) -> None:
    one, other = crew_of(visit)
    page = opened(signed_in(phone, one, server), visit, server)
    phone.set_offline(True)
    write(page, "甲所见")
    visiting.write(visit, by=other, version=1, written=written("乙所见"))

    phone.set_offline(False)
    expect(page.locator("#question")).to_contain_text("乙所见")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#save-line")).to_have_text(KEPT)

    visit.refresh_from_db()
    assert (visit.findings, visit.version) == ("甲所见", 3)


def test_a_photograph_that_is_refused_says_why_and_the_others_arrive(phone, visit, server) -> None:
    page = opened(signed_in(phone, crew_of(visit)[0], server), visit, server)
    broken = {"name": "坏.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}

    page.locator("#photos").set_input_files([broken, PHOTOS[0]])

    expect(page.locator("#visit-photos img")).to_have_count(1)
    expect(page.locator("#photo-queue .is-bad")).to_contain_text("坏.jpg: ")
    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator("#photo-queue li")).to_have_count(0)


def test_signing_waits_until_all_has_arrived(phone, visit, server) -> None:
    page = opened(signed_in(phone, crew_of(visit)[0], server), visit, server)
    write(page, "三条线均在运行")

    page.get_by_role("button", name="Sign the record").click()

    expect(page.get_by_text("You have signed the record.")).to_be_visible()
    visit.refresh_from_db()
    assert (visit.findings, visit.officers.filter(signed_at__isnull=False).count()) == ("三条线均在运行", 1)


def test_the_page_keeps_the_policy_and_fits_a_telephone(plain_page, browser, phone, visit, server) -> None:
    signed_in(plain_page.context, crew_of(visit)[0], server)
    plain_page.goto(f"{server}/visits/{visit.key}/")
    plain_page.wait_for_load_state("networkidle")
    page = opened(signed_in(phone, crew_of(visit)[0], server), visit, server)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe_violations(page) == []


# ---------------------------------------------------------------- the page itself, without a network
def keeps(page: Page) -> list[str]:
    """Paths of all that this device keeps."""
    found: list[str] = page.evaluate(
        """async () => {
            const names = await caches.keys();
            const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
            return lists.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    return sorted(found)


def kept(context: BrowserContext, visit: SiteVisit, server: str) -> Page:
    """Opened, and kept on the device with the files it is made of."""
    page = opened(context, visit, server)
    page.evaluate(
        """async () => {
            const kept = async () => (await Promise.all((await caches.keys()).map((name) => caches.open(name)
                .then((each) => each.keys())))).flat().map((request) => new URL(request.url).pathname);
            for (let paths = []; !paths.includes(location.pathname) || paths.length < 4; paths = await kept())
                await new Promise((resolve) => setTimeout(resolve, 50));
        }"""
    )
    return page


def test_the_page_opens_again_without_a_network_and_what_is_written_then_arrives(phone, visit, server) -> None:
    page = kept(signed_in(phone, crew_of(visit)[0], server), visit, server)

    phone.set_offline(True)
    page.reload()
    expect(page.get_by_label("Caption of the next photographs")).to_be_visible()
    write(page, "断网时所见")
    page.reload()
    expect(page.get_by_label("Findings")).to_have_value("断网时所见")
    phone.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#save-line")).to_have_text(KEPT)

    visit.refresh_from_db()
    assert (visit.findings, visit.version) == ("断网时所见", 2)


def test_nothing_but_the_page_and_its_files_is_kept(phone, visit, server) -> None:
    page = kept(signed_in(phone, crew_of(visit)[0], server), visit, server)
    page.goto(f"{server}/en/accounts/")
    page.goto(f"{server}/en/visits/{visit.key}/")

    found = keeps(page)

    assert [path for path in found if not path.startswith("/static/")] == [f"/en/visits/{visit.key}/"]
    scopes = page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).map((each) => each.scope)")
    assert scopes == [f"{server}/en/visits/{visit.key}/"]


def test_signing_out_removes_what_the_device_keeps(phone, visit, server) -> None:
    page = kept(signed_in(phone, crew_of(visit)[0], server), visit, server)

    page.goto(f"{server}/en/accounts/")
    page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    expect(page.locator("#forgotten")).to_be_visible()

    assert keeps(page) == []
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    assert axe_violations(page) == []
    phone.set_offline(True)
    with pytest.raises(PlaywrightError, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{server}/en/visits/{visit.key}/")


def test_a_session_that_ended_elsewhere_leaves_nothing_after_the_next_answer(phone, visit, server) -> None:
    page = kept(signed_in(phone, crew_of(visit)[0], server), visit, server)
    phone.clear_cookies()
    page.reload()

    expect(page).to_have_url(re.compile("/en/accounts/login/"))
    assert keeps(page) == []
