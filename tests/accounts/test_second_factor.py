import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import User
from tests.accounts.conftest import PASSWORD, with_address
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

TOKENS = "/accounts/tokens/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def clerk(db) -> User:
    user = with_address(UserFactory(email="clerk@example.invalid", password=PASSWORD))
    user.groups.set(Group.objects.filter(name="bureau_clerk"))
    return user


@pytest.fixture
def secret(clerk) -> str:
    """The clerk's authenticator app."""
    secret = generate_totp_secret()
    TOTP.activate(clerk, secret)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_password(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_staff_without_a_second_factor_are_sent_to_set_one_up(clerk):
    client = with_password(clerk)

    page = client.get(TOKENS)

    assert (page.status_code, page.url) == (302, "/accounts/2fa/?next=%2Faccounts%2Ftokens%2F")
    assert client.get("/", follow=False).url == "/accounts/2fa/?next=%2F"
    assert client.get("/admin/").url == "/accounts/2fa/?next=%2Fadmin%2F"


def test_staff_can_set_up_a_second_factor_or_sign_out(clerk):
    client = with_password(clerk)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    reachable = ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_logout"]

    assert {name: client.get(reverse(name)).status_code for name in reachable} == dict.fromkeys(reachable, 200)


def test_the_api_answers_a_session_without_second_factor_with_403(clerk):
    client = with_password(clerk)

    answer = client.get("/api/v1/organisations/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")


def test_activating_the_app_opens_the_site_after_a_code(clerk):
    client = with_password(clerk)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert Authenticator.objects.filter(user=clerk, type="totp").count() == 1
    assert client.get(TOKENS).url == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Ftokens%2F"


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(clerk, secret):
    client = with_password(clerk)

    assert "_auth_user_id" not in client.session
    assert client.get(TOKENS).url == "/accounts/login/?next=/accounts/tokens/"


def test_password_and_code_open_everything(clerk, secret):
    client = with_password(clerk)

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert client.get(TOKENS).status_code == 200


def test_a_recovery_code_opens_once(clerk, secret):
    codes = RecoveryCodes.activate(clerk)
    code = codes.get_unused_codes()[0]
    first, second = with_password(clerk), with_password(clerk)

    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})

    assert first.get(TOKENS).status_code == 200
    assert second.get(TOKENS).status_code == 302


def test_guessing_codes_stops_after_five(clerk, secret):
    client = with_password(clerk)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert "_auth_user_id" not in client.session


def test_a_session_from_before_the_second_factor_must_give_it(clerk):
    client = with_password(clerk)
    secret = generate_totp_secret()
    TOTP.activate(clerk, secret)

    asked = client.get(TOKENS)
    client.post(asked.url, {"code": code_of(secret)})

    assert asked.url == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Ftokens%2F"
    assert client.get(TOKENS).status_code == 200


def test_others_need_no_second_factor(person):
    assert with_password(person).get(TOKENS).status_code == 200


def test_without_the_setting_staff_need_none(clerk, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False

    assert with_password(clerk).get(TOKENS).status_code == 200


def test_someone_who_becomes_staff_needs_it_at_the_next_request(person):
    client = with_password(person)
    before = client.get(TOKENS).status_code

    person.groups.set(Group.objects.filter(name="finance"))

    assert (before, client.get(TOKENS).status_code) == (200, 302)


def test_a_demoted_person_loses_the_rights_at_the_next_request(clerk, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client = with_password(clerk)
    before = client.get(reverse("admin:accounts_organisation_changelist")).status_code

    clerk.groups.clear()

    assert before == 200
    assert client.get(reverse("admin:accounts_organisation_changelist")).status_code in {302, 403}


def test_staff_are_signed_out_after_half_an_hour_of_silence(clerk, settings, time_machine):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    client = with_password(clerk)
    statuses = []
    for moment in ("08:00", "08:29", "08:58", "09:29"):
        time_machine.move_to(f"2026-03-02T{moment}:00Z", tick=False)
        statuses.append(client.get(TOKENS).status_code)

    assert statuses == [200, 200, 200, 302]
    assert "_auth_user_id" not in client.session


def test_others_stay_signed_in(person, time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    client = with_password(person)
    time_machine.move_to("2026-03-02T09:00:00Z", tick=False)

    assert client.get(TOKENS).status_code == 200


def test_a_visitor_without_cookie_costs_no_query_and_gets_no_cookie(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get("/accounts/login/")

    assert "sessionid" not in page.cookies


def test_a_token_made_after_the_second_factor_works_alone(clerk):
    _row, token = tokens.issue(clerk, name="脚本", days=1)

    answer = Client().get("/accounts/tokens/", headers={"authorization": f"Token {token}"})

    assert answer.status_code == 302  # a token opens the API alone, no page


PASSKEY_PAGES = ["account_login", "mfa_add_webauthn", "mfa_list_webauthn"]


@pytest.mark.parametrize("name", PASSKEY_PAGES)
def test_passkey_pages_hold_no_inline_script_or_style(clerk, name):
    client = Client()
    if name != "account_login":
        client = with_password(clerk)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    html = client.get(reverse(name)).content.decode()

    inline = [tag for tag in scripts(html) if "src=" not in tag and 'type="application/json"' not in tag]
    assert inline == []
    assert " style=" not in html
    assert " onclick=" not in html


def scripts(html: str) -> list[str]:
    return [part.split(">")[0] for part in html.split("<script")[1:]]
