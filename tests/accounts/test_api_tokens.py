"""What a token does at the API: it is no key to anything more, but a wrong one is refused."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.settings import api_settings

from accounts import tokens
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/bases/"


def rates(settings, **changed):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {**api_settings.DEFAULT_THROTTLE_RATES, **changed},
    }


@pytest.fixture
def issued(db):
    return tokens.issue(UserFactory(), name="报表程序", days=30)


def asked(client, token):
    return client.get(LIST, headers={"authorization": f"Token {token}", "accept-language": "en"})


def test_a_valid_token_reads_what_anybody_reads(client, issued):
    assert asked(client, issued[1]).content == client.get(LIST).content


def refused(response):
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"] == "Token"
    return response.json()["title"] == "Sign-in required"


@pytest.mark.parametrize("token", ["wrong", "", "a b", "x" * 500, "ÿþ"])
def test_a_wrong_token_is_refused(client, token):
    assert refused(asked(client, token))


def test_an_expired_token_is_refused(client, issued):
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert refused(asked(client, issued[1]))


def test_a_revoked_token_is_refused(client, issued):
    tokens.revoke(issued[0])

    assert refused(asked(client, issued[1]))


def test_the_token_of_a_closed_account_is_refused(client, issued):
    issued[0].user.is_active = False
    issued[0].user.save()

    assert refused(asked(client, issued[1]))


def test_a_session_changes_nothing(client):
    client.force_login(UserFactory())

    assert client.get(LIST).status_code == 200


@time_machine.travel("2026-06-01T08:00:15Z", tick=False)
def test_too_many_requests_are_told_when_to_come_back(client, settings):
    rates(settings, anon="2/min")

    statuses = [client.get(LIST).status_code for _number in range(2)]
    response = client.get(LIST, headers={"accept-language": "en"})

    assert statuses == [200, 200]
    assert (response.status_code, response["Content-Type"]) == (429, "application/problem+json")
    assert response["Retry-After"] == "45"
    assert response.json()["detail"] == "The limit of requests is reached. Try again in 45 s."


def test_the_limit_is_lifted_with_the_next_minute(client, settings):
    rates(settings, anon="1/min")
    with time_machine.travel("2026-06-01T08:00:15Z", tick=False) as clock:
        client.get(LIST)
        early = client.get(LIST)
        clock.shift(45)
        late = client.get(LIST)

    assert (early.status_code, late.status_code) == (429, 200)


@time_machine.travel("2026-06-01T08:00:15Z", tick=False)
def test_each_address_and_each_account_has_its_own_limit(client, settings, issued):
    rates(settings, anon="1/min", user="1/min")
    other = tokens.issue(UserFactory(), name="另一个", days=1)[1]

    first = [
        client.get(LIST).status_code,
        client.get(LIST, REMOTE_ADDR="203.0.113.9").status_code,
        asked(client, issued[1]).status_code,
        asked(client, other).status_code,
    ]
    second = [client.get(LIST).status_code, asked(client, issued[1]).status_code]

    assert (first, second) == ([200, 200, 200, 200], [429, 429])


@time_machine.travel("2026-06-01T08:00:15Z", tick=False)
def test_a_forged_forwarded_address_does_not_escape_the_limit(client, settings):
    rates(settings, anon="1/min")
    client.get(LIST)

    assert client.get(LIST, headers={"x-forwarded-for": "198.51.100.7"}).status_code == 429
