from datetime import timedelta

import pytest
import time_machine as clock
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from accounts import tokens
from accounts.authentication import PersonalToken
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db


def authenticate(token: str):
    request = APIRequestFactory().get("/api/", headers={"authorization": f"Token {token}"})
    return PersonalToken().authenticate(request)


def test_a_token_stands_for_its_owner():
    owner = UserFactory()
    row, token = tokens.issue(owner, name="x", days=1)

    assert authenticate(token) == (owner, row)


def test_an_expired_token_is_refused():
    _row, token = tokens.issue(UserFactory(), name="x", days=1)

    with clock.travel(timezone.now() + timedelta(days=1, seconds=1)), pytest.raises(AuthenticationFailed):
        authenticate(token)


def test_a_revoked_token_is_refused():
    row, token = tokens.issue(UserFactory(), name="x", days=1)
    tokens.revoke(row)

    with pytest.raises(AuthenticationFailed):
        authenticate(token)


def test_the_token_of_an_inactive_person_is_refused():
    owner = UserFactory()
    _row, token = tokens.issue(owner, name="x", days=1)
    owner.is_active = False
    owner.save()

    with pytest.raises(AuthenticationFailed):
        authenticate(token)


@pytest.mark.parametrize("token", ["", "x", "x y", "a" * 64, "é" * 64, "\xff", "0" * 10_000])
def test_nonsense_is_refused(token):
    with pytest.raises(AuthenticationFailed):
        authenticate(token)


def test_a_token_with_one_changed_character_is_refused():
    _row, token = tokens.issue(UserFactory(), name="x", days=1)

    with pytest.raises(AuthenticationFailed):
        authenticate(token[:-1] + ("0" if token[-1] != "0" else "1"))
