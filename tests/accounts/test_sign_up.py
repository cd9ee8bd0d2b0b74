"""From the form to an account that can sign in; what may not be learnt or gained by it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts import captcha
from accounts.models import Organisation, SpentChallenge, User
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_captcha import solved

pytestmark = pytest.mark.django_db

SIGN_UP = "/accounts/signup/"


class CountingHasher(MD5PasswordHasher):
    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


def sign_up(client: Client | None = None, address: str = SIGN_UP, **given):
    form = {"name": "李工", "email": "new@example.invalid", "password1": PASSWORD, "password2": PASSWORD}
    form["captcha"] = given.pop("captcha", None) or solved()
    return (client or Client()).post(address, form | given)


def link_in(message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body)[1]


def test_a_person_signs_up_confirms_the_address_and_gets_in(client, mailoutbox):
    sent = sign_up(client)
    early = Client().post("/accounts/login/", {"login": "new@example.invalid", "password": PASSWORD})
    client.post(link_in(mailoutbox[0]))
    late = Client().post("/accounts/login/", {"login": "new@example.invalid", "password": PASSWORD})

    person = User.objects.get()
    assert (sent.status_code, sent.url) == (302, "/accounts/confirm-email/")
    assert early.url == "/accounts/confirm-email/"
    assert late.url == "/accounts/"
    assert (person.name, person.email, person.language) == ("李工", "new@example.invalid", "zh-hans")
    assert EmailAddress.objects.get(user=person).verified


def test_opening_the_link_alone_confirms_nothing(client, mailoutbox):
    """Mail programs look into links by themselves."""
    sign_up(client)

    page = Client().get(link_in(mailoutbox[0]))

    assert page.status_code == 200
    assert not EmailAddress.objects.get().verified


def test_the_language_of_the_page_is_the_language_of_the_mails():
    sign_up(address="/en/accounts/signup/")

    assert User.objects.get().language == "en"


def test_an_address_with_an_account_gets_the_same_answer_and_another_mail(person, mailoutbox):
    known = sign_up(email=person.email.upper())
    unknown = sign_up(email="nobody@example.invalid")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url) == (302, "/accounts/confirm-email/")
    assert [message.to for message in mailoutbox] == [[person.email], ["nobody@example.invalid"]]
    assert "/confirm-email/" not in mailoutbox[0].body
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.name != "李工"


def test_an_address_with_an_account_costs_a_hash_too(person, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_sign_up.CountingHasher"]
    counts = []
    for email in (person.email, "nobody@example.invalid"):
        CountingHasher.count = 0
        sign_up(email=email)
        counts.append(CountingHasher.count)

    assert counts == [1, 1]


@pytest.mark.parametrize(
    "password", ["short", "1234567890123", "password1234", "new@example.invalid", "correct horse"], ids=str
)
def test_passwords_follow_the_rules(password):
    answer = sign_up(password1=password, password2=password if password != "correct horse" else "correct mule")

    assert answer.status_code == 200
    assert {"password1", "password2"} & set(answer.context["form"].errors)
    assert User.objects.count() == 0


def test_nobody_signs_up_without_the_proof_of_work_nor_twice_with_one():
    once = solved()

    without = sign_up(captcha=" ")
    first = sign_up(captcha=once)
    again = sign_up(captcha=once, email="second@example.invalid")

    assert (without.status_code, first.status_code, again.status_code) == (200, 302, 200)
    assert list(without.context["form"].errors) == list(again.context["form"].errors) == ["captcha"]
    assert User.objects.get().email == "new@example.invalid"


def test_a_refused_form_keeps_what_was_typed_and_brings_a_new_challenge():
    answer = sign_up(password1="short", password2="short", email="typed@example.invalid")

    page = answer.content.decode()
    assert 'value="typed@example.invalid"' in page
    assert page.count("data-challenge=") == 1
    assert SpentChallenge.objects.count() == 1


def test_signing_up_gives_no_right_whatever_is_sent():
    sign_up(is_staff="1", is_superuser="1", groups="1", is_active="0", user_permissions="1", role="administrator")

    person = User.objects.get()
    assert (person.is_staff, person.is_superuser, person.is_active) == (False, False, True)
    assert list(person.groups.all()) == []
    assert person.roles == {}
    assert Organisation.objects.count() == 0


def test_an_address_signs_up_a_second_person_of_a_house_only_so_often(settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}

    statuses = [sign_up(captcha="x", email=f"a{number}@example.invalid").status_code for number in range(3)]

    assert statuses == [200, 200, 429]


def test_the_mails_carry_the_sites_own_address(person, settings, mailoutbox):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://pilot.example", ["other.example"]

    for email in (person.email, "nobody@example.invalid"):
        form = {"name": "李工", "email": email, "password1": PASSWORD, "password2": PASSWORD, "captcha": solved()}
        Client().post(SIGN_UP, form, headers={"host": "other.example"})

    assert len(mailoutbox) == 2
    for message in mailoutbox:
        assert "https://pilot.example/" in message.body
        assert "other.example" not in message.body


def test_the_page_shows_a_fresh_challenge_every_time():
    pages = [Client().get(SIGN_UP).content.decode() for _each in range(2)]

    challenges = [re.search(r'data-challenge="([^"]+)"', page)[1] for page in pages]
    assert challenges[0] != challenges[1]
    assert captcha.ALGORITHM in challenges[0]


def test_signed_in_people_are_sent_on(client, person):
    client.force_login(person)

    assert client.get(SIGN_UP).status_code == 302
