"""Passkeys and the authenticator app in a real browser, under the site's own Content-Security-Policy."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.axe import axe_violations
from tests.factories_accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long and quiet evening"


@pytest.fixture
def server(live_server, settings) -> str:
    settings.SITE_URL = live_server.url
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    return live_server.url


@pytest.fixture
def clerk(server) -> User:
    user = UserFactory(email="clerk@example.invalid", password=PASSWORD)
    user.groups.set(Group.objects.filter(name="bureau_clerk"))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(page: Page, server: str) -> None:
    page.goto(f"{server}/accounts/login/")
    page.fill("#id_login", "clerk@example.invalid")
    page.fill("#id_password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"^(?!.*login)"))


def confirm_password(page: Page) -> None:
    page.fill("#id_password", PASSWORD)
    page.click("main form button[type=submit]")


def virtual_key(page: Page) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_signs_in_alone(plain_page: Page, server: str, clerk: User, settings) -> None:
    virtual_key(plain_page)
    sign_in(plain_page, server)
    plain_page.goto(f"{server}/accounts/2fa/webauthn/add/")
    confirm_password(plain_page)
    plain_page.check("#id_passwordless")
    plain_page.click("#mfa_webauthn_add")
    plain_page.wait_for_url("**/recovery-codes/**")
    plain_page.context.clear_cookies()
    settings.STAFF_SECOND_FACTOR_REQUIRED = True

    plain_page.goto(f"{server}/accounts/login/?next=/accounts/tokens/")
    plain_page.click("#passkey_login")

    plain_page.wait_for_url("**/accounts/tokens/")
    assert Authenticator.objects.filter(user=clerk).earliest("pk").type == "webauthn"


def test_the_code_to_scan_is_shown(plain_page: Page, server: str, clerk: User) -> None:
    sign_in(plain_page, server)
    plain_page.goto(f"{server}/accounts/2fa/totp/activate/")
    confirm_password(plain_page)

    code = plain_page.locator("main img")
    expect(code).to_be_visible()
    assert code.evaluate("image => image.naturalWidth") > 0


SIGNED_IN_PAGES = [
    "/accounts/",
    "/accounts/tokens/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
]


def test_axe_finds_nothing_on_the_pages_of_an_account(page: Page, server: str, clerk: User) -> None:
    sign_in(page, server)

    found = {}
    for path in SIGNED_IN_PAGES:
        page.goto(server + path)
        found[path] = axe_violations(page)

    assert found == {path: [] for path in SIGNED_IN_PAGES}


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_axe_finds_nothing_at_the_door(page: Page, server: str, path: str) -> None:
    page.goto(server + path)

    assert axe_violations(page) == []
