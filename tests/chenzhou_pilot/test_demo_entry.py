"""The change of person for whoever tries the site: by one click, and for nobody else than them."""

from io import StringIO

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client

from accounts.demo import DEMO_PEOPLE, create_person
from accounts.models import User
from accounts.roles import sync_groups
from common.models import JournalEntry
from tests.factories_accounts import UserFactory
from tests.factories_decision import ExpertFactory, seat
from tests.factories_subsidies import ApplicationFactory

pytestmark = pytest.mark.django_db

ENTER = "/demo/enter/"
CLERK, EXPERT = "clerk@demo.invalid", "expert1@demo.invalid"


@pytest.fixture(scope="module")
def password() -> str:
    return make_password("a long and quiet evening")  # once, for it takes its time


@pytest.fixture
def people(password: str) -> None:
    """Some of those that create_demo_accounts makes."""
    sync_groups()
    for person in DEMO_PEOPLE:
        if person.account in ("clerk", "head", "lead", "consultant", "expert1"):
            user = create_person(person)
            user.password = password
            user.save()


def enter(client: Client, account: str, **headers: str):
    return client.post(ENTER, {"account": account}, **headers)


def person_of(client: Client) -> str:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else ""


def test_the_command_names_the_page_and_the_page_lists_everybody(client, settings):
    out = StringIO()
    call_command("create_demo_accounts", stdout=out)

    assert out.getvalue().splitlines()[-1].endswith(f"{settings.SITE_URL}/demo/")
    html = client.get("/demo/").content.decode()
    assert [html.count(f'value="{person.email}"') for person in DEMO_PEOPLE] == [1] * len(DEMO_PEOPLE)
    assert 'href="/demo/"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("account", "place"),
    [
        (CLERK, "/admin/"),
        (EXPERT, "/accounts/"),  # in no register yet
        ("lead@demo.invalid", "/applications/"),
        ("consultant@demo.invalid", "/accounts/"),
    ],
)
def test_one_click_leads_to_where_the_work_waits(people, client, account, place):
    answer = enter(client, account)

    assert (answer.status_code, answer.url, person_of(client)) == (302, place, account)
    assert 'href="/demo/"' in client.get(place).content.decode()


def test_the_next_person_gets_a_session_of_their_own_and_the_journal_knows_of_both(people, client):
    enter(client, CLERK)
    session = client.session
    session["left"] = "behind"
    session.save()
    before, entries = session.session_key, JournalEntry.objects.count()

    enter(client, "head@demo.invalid")

    assert client.session.session_key != before
    assert "left" not in client.session
    clerk, head = (User.objects.get(email=email) for email in (CLERK, "head@demo.invalid"))
    new = JournalEntry.objects.order_by("pk")[entries:]
    assert [(each.action, each.object_id, each.actor_id) for each in new if each.action.startswith("sign")] == [
        ("sign_out", str(clerk.pk), clerk.pk),
        ("sign_in", str(head.pk), head.pk),
    ]


def test_as_nobody_one_is_signed_out_and_finds_the_way_back(people, client):
    enter(client, CLERK)

    answer = enter(client, "nobody")

    assert (answer.url, person_of(client)) == ("/", "")
    assert 'href="/demo/"' in client.get("/").content.decode()


def test_whoever_signs_in_themselves_is_led_nowhere_else(people, client):
    client.force_login(User.objects.get(email=CLERK), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert 'href="/demo/"' not in client.get("/admin/").content.decode()
    assert 'href="/demo/"' not in Client().get("/").content.decode()


def test_the_sign_in_page_leads_there_while_there_is_a_demonstration(people, client, settings):
    def leads(**headers: str) -> bool:
        return 'href="/demo/"' in client.get("/accounts/login/", **headers).content.decode()

    assert leads()
    assert not leads(REMOTE_ADDR="192.0.2.1")
    settings.PRODUCTION = True
    assert not leads()


def test_a_second_factor_is_asked_for_all_the_same(people, client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True

    enter(client, CLERK)

    assert client.get("/admin/").url.startswith("/accounts/2fa/")


def test_the_page_says_which_experts_have_to_answer_and_which_to_score(people, client):
    expert = ExpertFactory(user=User.objects.get(email=EXPERT))
    for state, application_state in (("invited", "review"), ("accepted", "review"), ("invited", "reviewed")):
        seat(ApplicationFactory(state=application_state), expert, state=state)

    html = client.get("/en/demo/").content.decode()

    assert [words in html for words in ("1 invitation<", "1 sheet to sign<")] == [True, True]


# ---------------------------------------------------------------- what is refused
def refused(client: Client, account: str = CLERK, **headers: str) -> bool:
    page, answer = client.get("/demo/", **headers), enter(client, account, **headers)
    return (page.status_code, answer.status_code, person_of(client)) == (404, 404, "")


def test_production_has_no_such_page(people, client, settings):
    settings.PRODUCTION = True

    assert refused(client)


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.5", "::ffff:192.0.2.1", "2001:db8::1", "", "localhost"])
def test_another_machine_finds_no_such_page(people, client, address):
    assert refused(client, REMOTE_ADDR=address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1"])
def test_this_machine_finds_it_by_each_of_its_addresses(people, client, address):
    assert enter(client, CLERK, REMOTE_ADDR=address).status_code == 302


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"]
)
def test_behind_a_proxy_there_is_no_such_page(people, client, header):
    assert refused(client, **{f"HTTP_{header.upper().replace('-', '_')}": "127.0.0.1"})


def test_it_takes_a_form_of_this_site_and_nothing_else(people):
    client = Client(enforce_csrf_checks=True)

    assert client.get(ENTER, {"account": CLERK}).status_code == 405
    assert enter(client, CLERK).status_code == 403
    assert person_of(client) == ""
    client.get("/demo/")
    token = client.cookies["csrftoken"].value
    assert client.post(ENTER, {"account": CLERK, "csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize(
    "account",
    ["", "stranger@demo.invalid", "real@bureau.example", "clerk", "CLERK@demo.invalid", "publisher@demo.invalid"],
)
def test_only_people_of_the_demonstration_are_entered(people, client, account):
    UserFactory(email="real@bureau.example")
    UserFactory(email="stranger@demo.invalid")
    UserFactory(email="publisher@demo.invalid", is_active=False)

    assert enter(client, account).status_code == 404
    assert person_of(client) == ""


def test_a_refusal_leaves_who_is_signed_in(people, client):
    enter(client, CLERK)

    assert enter(client, "real@bureau.example").status_code == 404
    assert person_of(client) == CLERK


def test_a_person_who_was_given_no_password_or_was_closed_is_not_there(people, client):
    clerk, head = User.objects.get(email=CLERK), User.objects.get(email="head@demo.invalid")
    clerk.set_unusable_password()
    clerk.save()
    head.is_active = False
    head.save()

    assert [enter(client, each.email).status_code for each in (clerk, head)] == [404, 404]
    html = client.get("/demo/").content.decode()
    assert CLERK not in html
    assert "head@demo.invalid" not in html


def test_before_the_accounts_are_made_it_says_how(client):
    assert "make demo" in client.get("/demo/").content.decode()
