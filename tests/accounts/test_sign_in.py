import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import MembershipRole
from tests.accounts.conftest import PASSWORD, with_address
from tests.factories_accounts import MembershipFactory, UserFactory, user_of_kind
from tests.factories_decision import ExpertFactory

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
NEW_PASSWORD = "another quiet evening"


class CountingHasher(MD5PasswordHasher):
    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


def sign_in(client, email: str, password: str = PASSWORD, address: str = "10.0.0.1", **more):
    return client.post(LOGIN, {"login": email, "password": password, **more}, REMOTE_ADDR=address)


def fail(times: int, email: str, address: str = "10.0.0.1"):
    for _ in range(times):
        response = sign_in(Client(), email, "wrong", address)
    return response


def reset(email: str, mailoutbox):
    return choose(reset_link(email, mailoutbox), NEW_PASSWORD)


def reset_link(email: str, mailoutbox) -> str:
    Client().post(reverse("account_reset_password"), {"email": email})
    line = next(line for line in mailoutbox[-1].body.splitlines() if "/password/reset/key/" in line)
    return line.removeprefix("http://localhost:8000")


def choose(link: str, password: str):
    client = Client()
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})


def test_a_person_signs_in_with_any_case_of_the_address(client, person):
    response = sign_in(client, "PERSON@Example.invalid")

    assert (response.status_code, response.url) == (302, "/accounts/")
    assert client.get("/accounts/").status_code == 200


def test_who_writes_for_a_firm_comes_to_its_applications(client, person):
    MembershipFactory(user=person, role=MembershipRole.MEMBER)

    assert sign_in(client, person.email).url == "/applications/"


def test_an_expert_comes_to_the_reviews(client, person):
    ExpertFactory(user=person)

    assert sign_in(client, person.email).url == "/reviews/"


@pytest.mark.parametrize(("wanted", "place"), [("", "/admin/"), ("/accounts/inbox/", "/accounts/inbox/")])
def test_staff_come_to_the_desk_unless_they_asked_for_another_page(client, wanted, place):
    clerk = user_of_kind("bureau_clerk")
    clerk.set_password(PASSWORD)
    clerk.save()
    with_address(clerk)

    assert sign_in(client, clerk.email, next=wanted).url == place


def test_the_session_key_changes_at_sign_in(client, person):
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client, person.email)

    assert client.session.session_key != session.session_key


def test_known_and_unknown_addresses_get_the_same_answer(person):
    known = sign_in(Client(), person.email, "wrong")
    unknown = sign_in(Client(), "nobody@example.invalid", "wrong")

    def body(response, email):
        return response.content.decode().replace(email, "*").replace(str(response.context["csrf_token"]), "*")

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert body(known, person.email) == body(unknown, "nobody@example.invalid")


def test_password_reset_answers_known_and_unknown_addresses_alike(person, mailoutbox):
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in (person.email, "nobody@example.invalid")
    ]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/accounts/password/reset/done/")] * 2
    assert [message.to for message in mailoutbox] == [[person.email], ["nobody@example.invalid"]]


def test_an_unknown_address_costs_a_password_check_too(person, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_sign_in.CountingHasher"]
    CountingHasher.count = 0

    sign_in(Client(), "nobody@example.invalid", "wrong")

    assert CountingHasher.count == 1


def test_the_fifth_wrong_password_locks_the_account_from_this_address(person):
    fourth = fail(4, person.email)
    fifth = fail(1, person.email)
    right = sign_in(Client(), person.email)

    assert [fourth.status_code, fifth.status_code, right.status_code] == [200, 429, 429]
    assert right.headers["Retry-After"] == "900"


def test_a_lock_touches_neither_another_account_nor_another_address(person):
    other = with_address(UserFactory(email="other@example.invalid", password=PASSWORD))

    fail(6, person.email)

    assert sign_in(Client(), other.email).status_code == 302
    assert sign_in(Client(), person.email, address="10.0.0.2").status_code == 302


def test_an_unknown_account_is_locked_alike(person):
    known, unknown = fail(5, person.email), fail(5, "nobody@example.invalid")

    assert (known.status_code, unknown.status_code) == (429, 429)
    assert known.content == unknown.content


def test_the_address_counts_in_any_case(person):
    fail(2, person.email.upper())
    fail(2, person.email)

    assert fail(1, f" {person.email.title()} ").status_code == 429


def test_the_lock_ends_after_fifteen_minutes(person, time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    fail(5, person.email)
    time_machine.move_to("2026-03-02T08:14:00Z", tick=False)
    early = sign_in(Client(), person.email)
    time_machine.move_to("2026-03-02T08:15:01Z", tick=False)
    late = sign_in(Client(), person.email)

    assert (early.status_code, late.status_code) == (429, 302)


def test_the_right_password_forgets_earlier_failures(person):
    fail(4, person.email)
    sign_in(Client(), person.email)

    assert fail(4, person.email).status_code == 200


@pytest.mark.parametrize(("language", "mark"), [("zh-hans", '<html lang="zh-Hans">'), ("en", '<html lang="en">')])
def test_the_lock_page_speaks_the_readers_language(person, language, mark):
    fail(5, person.email)
    with translation.override(language):
        url = reverse("account_login")

    response = Client().post(url, {"login": person.email, "password": "wrong"}, REMOTE_ADDR="10.0.0.1")

    assert response.status_code == 429
    assert response.headers["Content-Language"] == language
    assert mark in response.content.decode()


def test_an_inactive_person_does_not_get_in(client, person):
    person.is_active = False
    person.save()

    sign_in(client, person.email)

    assert "_auth_user_id" not in client.session


OPEN_REDIRECTS = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "ftp://evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "\thttps://evil.example",
    " https://evil.example",
    "\x01https://evil.example",
    "https://evil.example\\@testserver",
    "//testserver@evil.example",
    "/\t/evil.example",
]


@pytest.mark.parametrize("target", OPEN_REDIRECTS)
def test_sign_in_never_leads_to_another_site(client, person, target):
    response = sign_in(client, person.email, next=target)

    assert (response.status_code, response.url) == (302, "/accounts/")


def test_sign_in_leads_on_to_a_page_of_ours(client, person):
    response = sign_in(client, person.email, next="/accounts/tokens/")

    assert response.url == "/accounts/tokens/"


def test_a_forged_host_is_refused_and_mails_carry_the_sites_own_address(client, person, settings, mailoutbox):
    settings.SITE_URL = "https://pilot.example"
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]

    forged = client.post(reverse("account_reset_password"), {"email": person.email}, headers={"host": "evil.example"})
    for email in (person.email, "nobody@example.invalid"):
        client.post(reverse("account_reset_password"), {"email": email}, headers={"host": "other.example"})

    assert forged.status_code == 400
    assert len(mailoutbox) == 2
    for message in mailoutbox:
        assert "https://pilot.example" in message.body
        assert "other.example" not in message.body


def test_the_mailed_link_sets_a_new_password(person, mailoutbox):
    reset(person.email, mailoutbox)

    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)


def test_a_password_set_by_the_mailed_link_lifts_the_lock_from_every_address(person, mailoutbox):
    fail(5, person.email)
    fail(5, person.email, "10.0.0.2")

    reset(person.email, mailoutbox)

    assert sign_in(Client(), person.email, NEW_PASSWORD).status_code == 302
    assert sign_in(Client(), person.email, NEW_PASSWORD, "10.0.0.2").status_code == 302


def test_only_a_password_that_is_set_lifts_the_lock(person, mailoutbox):
    fail(5, person.email)

    link = reset_link(person.email, mailoutbox)
    asked = sign_in(Client(), person.email)
    form = choose(link, "too short")
    forged = choose(f"{link[:-10]}0123456789/", NEW_PASSWORD)

    assert (asked.status_code, form.status_code, forged.status_code) == (429, 200, 200)
    assert sign_in(Client(), person.email).status_code == 429


def test_the_mailed_link_leaves_the_locks_of_other_accounts(person, mailoutbox):
    other = with_address(UserFactory(email="other@example.invalid", password=PASSWORD))
    fail(5, other.email)
    fail(5, person.email)

    reset(person.email, mailoutbox)

    assert sign_in(Client(), other.email).status_code == 429


@pytest.mark.parametrize(("is_confirmed", "status"), [(True, 302), (False, 429)])
def test_the_lock_of_a_second_address_is_lifted_once_that_is_confirmed(person, mailoutbox, is_confirmed, status):
    """Else anybody could add the address of somebody else and try that account's passwords without end."""
    second = EmailAddress.objects.create(user=person, email="second@example.invalid", verified=is_confirmed)
    fail(5, second.email)

    reset(person.email, mailoutbox)

    assert sign_in(Client(), second.email, NEW_PASSWORD).status_code == status


def test_a_new_password_ends_the_other_sessions(person):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, person.email)
    new = {"oldpassword": PASSWORD, "password1": "another quiet evening", "password2": "another quiet evening"}

    here.post(reverse("account_change_password"), new)

    assert here.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302


def test_no_password_reaches_the_lock_tables(person):
    sign_in(Client(), person.email, "my secret typo")

    assert "my secret typo" not in str(list(AccessAttempt.objects.values()))


def test_signing_out_needs_a_post(client, person):
    sign_in(client, person.email)

    asked = client.get(reverse("account_logout"))
    still_in = client.get("/accounts/").status_code
    client.post(reverse("account_logout"))

    assert (asked.status_code, still_in) == (200, 200)
    assert client.get("/accounts/").status_code == 302
