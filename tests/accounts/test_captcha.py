"""The proof of work: solved, refused, counted once."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import altcha
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts import captcha
from accounts.models import SpentChallenge

pytestmark = pytest.mark.django_db


def solved(challenge: str | None = None, **changed) -> str:
    """What a browser sends: the challenge as it came, and the solution it found."""
    given = json.loads(challenge or captcha.challenge())
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(given)).to_dict()
    return payload({"challenge": given, "solution": solution | changed})


def solved_for(purpose: str) -> str:
    return solved(captcha.challenge(purpose))


def payload(content: object) -> str:
    return base64.b64encode(json.dumps(content).encode()).decode()


def refused(sent: str) -> str:
    with pytest.raises(ValidationError) as refusal:
        captcha.spend(sent)
    return refusal.value.code


def test_a_solution_counts_once():
    sent = solved()

    captcha.spend(sent)

    assert refused(sent) == "spent"
    assert SpentChallenge.objects.count() == 1


def test_the_same_solution_in_other_clothes_counts_once_too():
    sent = solved()
    content = json.loads(base64.b64decode(sent))
    captcha.spend(sent)

    shuffled = payload({"solution": content["solution"], "challenge": content["challenge"], "more": 1})

    assert refused(shuffled) == "spent"


def test_a_solution_expires_after_an_hour(time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    early, late = solved(), solved()

    time_machine.move_to("2026-03-02T08:59:59Z", tick=False)
    captcha.spend(early)
    time_machine.move_to("2026-03-02T09:00:01Z", tick=False)

    assert refused(late) == "expired"


def test_spent_challenges_are_forgotten_when_they_would_have_expired(time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    captcha.spend(solved())
    time_machine.move_to("2026-03-02T09:30:00Z", tick=False)

    captcha.spend(solved())

    assert SpentChallenge.objects.get().expires_at == timezone.now() + timedelta(hours=1)


def altered(**parameters) -> str:
    content = json.loads(base64.b64decode(solved()))
    content["challenge"]["parameters"] |= parameters
    return payload(content)


@pytest.mark.parametrize(
    "change",
    [
        {"cost": 1},
        {"keyPrefix": "00"},
        {"expiresAt": 4_000_000_000},
        {"nonce": "00" * 16},
        {"data": {"for": "something else"}},
        {"algorithm": "SHA-256"},
        {"keySignature": None},
        {"memoryCost": 10**9},
    ],
    ids=str,
)
def test_a_challenge_somebody_changed_is_refused(change):
    assert refused(altered(**change)) == "captcha"


def test_a_wrong_solution_is_refused():
    assert refused(solved(derivedKey="00" * 32)) == "captcha"


def test_a_challenge_signed_with_another_key_is_refused(settings):
    sent = solved()
    settings.SECRET_KEY = "another one"

    assert refused(sent) == "captcha"


def test_a_challenge_of_somebody_elses_making_is_refused():
    made = altcha.create_challenge("SHA-256", 1, counter=1, hmac_secret="mine", hmac_key_secret="mine")

    assert refused(solved(json.dumps(made.to_dict()))) == "captcha"


HOSTILE = [
    "",
    " ",
    "x",
    "====",
    "\x00",
    "ｎｏｔ ａｓｃｉｉ",
    "🦆" * 300,
    "A" * 1_999,
    "A" * 10_000_000,
    *map(
        payload,
        [
            None,
            0,
            [],
            {},
            "text",
            {"challenge": None, "solution": None},
            {"challenge": {}, "solution": {}},
            {"challenge": {"parameters": None, "signature": "x"}, "solution": {"counter": 1, "derivedKey": ""}},
            {"challenge": {"parameters": {"nonce": 1, "salt": []}, "signature": 7}, "solution": {"counter": "a"}},
            {"challenge": {"parameters": {"expiresAt": "soon"}}, "solution": {"counter": 10**300, "derivedKey": "zz"}},
        ],
    ),
    base64.b64encode(b"[" * 1_400).decode(),
    base64.b64encode(b'{"a":' * 250).decode(),
    base64.b64encode(b"1" * 1_400).decode(),
    base64.b64encode(b"NaN").decode(),
    base64.b64encode(b"\xff\xfe").decode(),
]


@pytest.mark.parametrize("sent", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_else_is_sent_is_refused_with_a_sentence(sent):
    assert refused(sent) == "captcha"
    assert SpentChallenge.objects.count() == 0


def test_the_page_tells_nothing_that_solves_the_challenge():
    sent = json.loads(captcha.challenge())

    assert sorted(sent) == ["parameters", "signature"]
    assert "counter" not in json.dumps(sent)
    assert sent["parameters"]["data"] == {"for": "sign-up"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_requests_at_the_same_moment_one_gets_through():
    sent = solved()

    def attempt(_number: int) -> str:
        try:
            captcha.spend(sent)
        except ValidationError as error:
            return error.code
        finally:
            connection.close()
        return "through"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(attempt, range(8)))

    assert outcomes == ["spent"] * 7 + ["through"]
