"""Whoever changes person over a record comes to the same record, where the next person may see it."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.demo import DEMO_PEOPLE, create_person, demo_bureau, demo_enterprise
from accounts.models import User
from accounts.roles import sync_groups
from subsidies.enums import State
from tests.factories_subsidies import ApplicationFactory, CallFactory
from tests.subsidies.deciders import agenda, bureau, funded_call

pytestmark = pytest.mark.django_db

PEOPLE = ("enterprise", "lead", "other", "county", "clerk", "head", "finance")


@pytest.fixture(scope="module")
def password() -> str:
    return make_password("a long and quiet evening")


@pytest.fixture(autouse=True)
def people(password: str) -> None:
    sync_groups()
    for person in DEMO_PEOPLE:
        if person.account in PEOPLE:
            user = create_person(person)
            user.password = password
            user.save()


@pytest.fixture
def application():
    return ApplicationFactory(
        state=State.ACCEPTANCE, organisation=demo_enterprise(), recommender=demo_bureau(), project_name="球形氢氧化镍"
    )


def place_after(client: Client, account: str, path: str) -> str:
    account = account if account == "nobody" else f"{account}@demo.invalid"
    return client.post("/demo/enter/", {"account": account, "from": path}).url


def case_of(application, page: str = "change") -> str:
    return f"/admin/subsidies/application/{application.pk}/{page}/"


def test_the_form_sends_the_page_it_stands_on(client, application):
    place_after(client, "clerk", "")

    html = client.get(case_of(application)).content.decode()

    assert f'<input type="hidden" name="from" value="{case_of(application)}">' in html


@pytest.mark.parametrize("page", ["change", "money", "timeline"])
def test_staff_go_on_with_the_case_they_stood_at(client, application, page):
    place_after(client, "clerk", "")

    place = place_after(client, "head", case_of(application, page))

    assert place == case_of(application, "next")
    assert client.get(place, follow=True).redirect_chain == [(case_of(application), 302)]


def test_another_record_of_the_desk_is_opened_on_its_own_page(client):
    meeting, _decisions = agenda(bureau(), funded_call(), "80.00")
    place_after(client, "clerk", "")

    page = f"/admin/subsidies/meeting/{meeting.pk}/"

    assert place_after(client, "head", f"{page}edit/") == f"{page}change/"
    assert place_after(client, "county", f"{page}change/") == "/admin/"


def test_from_the_firm_to_the_desk_and_back_it_is_the_same_application(client, application):
    own = application.get_absolute_url()

    assert place_after(client, "lead", f"{own}receipts/0/") == own
    assert place_after(client, "clerk", own) == case_of(application, "next")
    assert place_after(client, "enterprise", case_of(application)) == own


def test_what_a_person_may_not_see_leads_to_their_start_page(client, application):
    own, draft = application.get_absolute_url(), ApplicationFactory(organisation=demo_enterprise())

    assert place_after(client, "other", case_of(application)) == "/applications/"
    assert place_after(client, "other", own) == "/applications/"
    assert place_after(client, "clerk", draft.get_absolute_url()) == "/admin/"
    assert place_after(client, "clerk", case_of(draft)) == "/admin/"


def test_nobody_stays_on_a_page_for_everybody_and_on_no_other(client, application):
    call = CallFactory(slug="open-call").get_absolute_url()

    assert place_after(client, "nobody", call) == call
    assert place_after(client, "nobody", f"/en{call}") == "/"  # of another language
    assert place_after(client, "nobody", case_of(application)) == "/"
    assert place_after(client, "nobody", application.get_absolute_url()) == "/"
    assert place_after(client, "nobody", "/accounts/signup/") == "/"


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/admin/", "/no/such/page/", "/demo/enter/", "/accounts/logout/", "javascript:alert(1)", "\x00"),
        *("https://evil.example/", "//evil.example/", "/\\evil.example/", "https:/evil.example"),
        "//evil.example/admin/subsidies/application/1/change/",
        "https://evil.example/admin/subsidies/application/1/change/",
        "/admin/subsidies/application/99999999999999999999999/change/",
        "/admin/subsidies/application/one/change/",
        "/admin/subsidies/application/1%2F..%2F/change/",
        "/admin/subsidies/meeting/no/change/",
        "/admin/subsidies/meeting/7/",
        "/admin/auth/user/1/password/",
        "/admin/r/7/1/",
    ],
)
def test_whatever_else_is_sent_leads_nowhere_but_to_the_start_page(client, path):
    assert place_after(client, "clerk", path) == "/admin/"


def test_in_the_middle_of_a_second_factor_it_leads_nowhere_else(client, application):
    TOTP.activate(User.objects.get(email="head@demo.invalid"), generate_totp_secret())

    assert place_after(client, "head", case_of(application)) == "/accounts/2fa/authenticate/"
    assert (
        place_after(client, "head", CallFactory(slug="open-call").get_absolute_url()) == "/accounts/2fa/authenticate/"
    )
