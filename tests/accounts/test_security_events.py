"""What the journal holds about signing in and about how people prove who they are."""

import pytest
from allauth.account.signals import password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.test import Client
from django.urls import reverse

from common.models import JournalEntry
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def attempt(email, password=PASSWORD, client=None):
    data = {"login": email, "password": password}
    return (client or Client()).post("/accounts/login/", data, REMOTE_ADDR="10.0.0.1")


def events():
    """(action, object, actor, address) in order."""
    entries = JournalEntry.objects.exclude(action__in=["create", "update", "roles"]).order_by("pk")
    return list(entries.values_list("action", "object_id", "actor_id", "address"))


def test_a_sign_in_is_recorded_with_its_address(person):
    attempt(person.email)

    assert events() == [("sign_in", str(person.pk), person.pk, "10.0.0.1")]


def test_a_sign_out_is_recorded_once_and_none_of_somebody_who_was_not_in(client, person):
    attempt(person.email, client=client)

    for _ in range(2):
        client.post("/accounts/logout/", REMOTE_ADDR="10.0.0.1")

    assert events()[1:] == [("sign_out", str(person.pk), person.pk, "10.0.0.1")]


def test_a_wrong_password_is_recorded_about_the_account(person):
    attempt(person.email, "wrong")

    assert events() == [("sign_in_failed", str(person.pk), None, "10.0.0.1")]
    assert "wrong" not in str(list(JournalEntry.objects.values()))


def test_an_account_nobody_has_is_not_named(person):
    attempt("secret-name@example.invalid", "wrong")

    assert events() == [("sign_in_failed", "", None, "10.0.0.1")]
    assert "secret-name" not in str(list(JournalEntry.objects.values()))


def test_a_lock_is_recorded_once(person):
    for _ in range(8):
        attempt(person.email, "wrong")

    assert [event[0] for event in events()] == ["sign_in_failed"] * 4 + ["locked_out"]


def test_a_lock_after_one_that_was_lifted_is_recorded_too(person):
    for _ in range(5):
        attempt(person.email, "wrong")
    password_reset.send(sender=type(person), request=None, user=person)

    for _ in range(5):
        attempt(person.email, "wrong")

    assert [event[0] for event in events()] == [
        *["sign_in_failed"] * 4,
        "locked_out",
        "password_changed",
        *["sign_in_failed"] * 4,
        "locked_out",
    ]


def test_a_new_password_is_recorded(client, person):
    attempt(person.email, client=client)
    new = {"oldpassword": PASSWORD, "password1": "another quiet evening", "password2": "another quiet evening"}

    client.post(reverse("account_change_password"), new)

    assert [event[0] for event in events()] == ["sign_in", "password_changed"]


def test_a_second_factor_is_recorded_without_its_secret(person):
    authenticator = Authenticator(user=person, type="totp", data={"secret": "hidden"})

    for signal in (authenticator_added, authenticator_removed):
        signal.send(sender=Authenticator, request=None, user=person, authenticator=authenticator)

    entries = JournalEntry.objects.filter(action__startswith="second_factor").order_by("pk")
    assert [(entry.action, entry.changes) for entry in entries] == [
        ("second_factor_added", {"second_factor": [None, "totp"]}),
        ("second_factor_removed", {"second_factor": ["totp", None]}),
    ]
