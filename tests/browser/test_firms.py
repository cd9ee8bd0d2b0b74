"""Sign-up and the pages of a firm in a real browser, under the site's own Content-Security-Policy."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import joining
from accounts.enums import MembershipRole
from accounts.models import Invitation, User
from tests.browser.axe import axe_violations
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories_subsidies import ApplicationFactory, firm, person_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long and quiet evening"
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def server(live_server, settings) -> str:
    settings.SITE_URL = live_server.url
    return live_server.url


def sign_in(page: Page, server: str, user: User) -> None:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])


def fill_in(page: Page) -> None:
    page.fill("#id_name", "李工")
    page.fill("#id_email", "new@example.invalid")
    page.fill("#id_password1", PASSWORD)
    page.fill("#id_password2", PASSWORD)


def link_in_the_mail() -> str:
    return re.search(r"http://\S+", mail.outbox[-1].body)[0]


def test_a_person_signs_up_with_the_keyboard_alone(plain_page: Page, server: str) -> None:
    plain_page.goto(f"{server}/accounts/signup/")
    plain_page.focus("#id_name")
    for words in ("李工", "new@example.invalid", PASSWORD, PASSWORD):
        plain_page.keyboard.type(words)
        plain_page.keyboard.press("Tab")
    expect(plain_page.locator("main button[type=submit]")).to_be_focused()
    plain_page.keyboard.press("Enter")

    plain_page.wait_for_url("**/accounts/confirm-email/")
    plain_page.goto(link_in_the_mail())
    plain_page.locator("main button[type=submit]").press("Enter")
    plain_page.wait_for_url(re.compile(r"^(?!.*confirm-email)"))
    assert User.objects.get().emailaddress_set.get().verified


def test_the_status_line_tells_when_the_check_is_done(plain_page: Page, server: str) -> None:
    plain_page.goto(f"{server}/en/accounts/signup/")

    status = plain_page.get_by_role("status")
    expect(status).to_have_text(re.compile("Done"), timeout=30_000)
    assert plain_page.locator("input[name=captcha]").input_value() != ""


def test_a_form_that_was_refused_is_solved_anew(plain_page: Page, server: str) -> None:
    plain_page.goto(f"{server}/accounts/signup/")
    fill_in(plain_page)
    plain_page.fill("#id_password2", "something else")
    plain_page.click("main button[type=submit]")
    expect(plain_page.locator("main .errorlist")).to_be_visible()
    plain_page.fill("#id_password1", PASSWORD)
    plain_page.fill("#id_password2", PASSWORD)
    plain_page.click("main button[type=submit]")

    plain_page.wait_for_url("**/accounts/confirm-email/")


@pytest.fixture
def house(server):
    """An administrator's firm with a request, an invitation, an application and a guest."""
    organisation = firm(
        name_zh="临武含氟新材料有限公司", name_en="Linwu Fluorine Materials Co., Ltd.", verified_at=None
    )
    head = person_of(organisation)
    for role in (MembershipRole.PROJECT_LEAD, MembershipRole.READER):
        MembershipFactory(organisation=organisation, role=role)
    joining.ask_to_join(organisation, by=UserFactory(name="李工"), message="研发部，负责中试项目")
    Invitation.objects.create(
        organisation=organisation,
        email="somebody.with.a.long.address@example.invalid",
        digest="0" * 64,
        invited_by=head,
        expires_at=timezone.now() + timedelta(days=7),
    )
    application = ApplicationFactory(organisation=organisation)
    application.guests.create(
        user=UserFactory(name="顾问"), let_in_by=head, ends_at=timezone.now() + timedelta(days=30)
    )
    OrganisationFactory(credit_code="91431025DEM000081C", name_zh="登记的公司")
    return head, organisation, application


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_axe_finds_nothing_on_the_pages_of_a_firm_on_a_telephone(page: Page, server: str, house, prefix) -> None:
    head, organisation, application = house
    page.set_viewport_size(NARROW)
    page.goto(f"{server}{prefix}/accounts/signup/")
    found = {"signup": axe_violations(page)}
    sign_in(page, server, head)
    own = f"/accounts/organisations/{organisation.slug}/"
    paths = ["/accounts/", "/accounts/join/", "/accounts/join/?code=91431025DEM000081C", "/accounts/join/new/", own]
    paths += [f"{own}edit/", f"{own}verification/", f"/firms/{organisation.slug}/", "/accounts/invitations/made-up/"]
    paths += [f"/applications/{application.public_id}/people/"]

    for path in paths:
        page.goto(f"{server}{prefix}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[path] = axe_violations(page) + ([f"{wide} px too wide"] if wide > 0 else [])

    assert found == {path: [] for path in ["signup", *paths]}
