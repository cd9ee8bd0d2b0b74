"""A creating request sent again under its key: one row, and the first answer byte for byte."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import path
from django.utils import timezone
from rest_framework.parsers import MultiPartParser

from accounts import tokens
from accounts.api import PersonalAPIView
from common import idempotency
from common.idempotency import once, once_by_verb
from common.models import Counter, IdempotentRequest, Source
from common.private_api import StrictJSON, answered
from common.problems import Problem
from common.tasks import sweep_idempotent_requests
from tests.factories_accounts import UserFactory

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


class Making(PersonalAPIView):
    parser_classes = [StrictJSON, MultiPartParser]

    @once
    def post(self, request, **kwargs):
        title = str(request.data.get("title", ""))
        if title == "bug":
            raise ZeroDivisionError
        row = Source.objects.create(title_zh=title)
        if title == "refused":
            raise Problem(422, "rule", "No.")
        if title == "quiet":
            return answered({"id": row.pk}, 409)
        return answered({"id": row.pk, "title": title}, 201, f"/api/made/{row.pk}/")


class ByVerb(PersonalAPIView):
    @once_by_verb
    def post(self, request, *, key, **kwargs):
        row, _created = Counter.objects.get_or_create(name=key, defaults={"value": 7})  # names are unique
        return answered({"name": row.name}, 201)


urlpatterns = [path("api/made/", Making.as_view()), path("api/verb/", ByVerb.as_view())]


class Person:
    def __init__(self):
        self.client = Client(raise_request_exception=False, headers={"accept-language": "en"})
        self.token = tokens.issue(UserFactory(), name="script", days=1)[1]

    def post(self, content, key=None, to="/api/made/", **more):
        headers = {"authorization": f"Token {self.token}", **({} if key is None else {"idempotency-key": key})}
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        return self.client.post(to, body, headers=headers, **{"content_type": "application/json", **more})


@pytest.fixture
def person():
    return Person()


def kind(answer):
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:chenzhou-pilot:problem:")


def test_a_repetition_gets_the_first_answer_byte_for_byte_and_makes_nothing(person):
    first = person.post({"title": "甲"}, "key-1")
    again = person.post({"title": "甲"}, "key-1")

    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again["Content-Type"], again["Location"]) == (first["Content-Type"], first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert Source.objects.count() == 1


def test_without_a_key_each_request_makes_its_own(person):
    person.post({"title": "甲"})
    person.post({"title": "甲"})

    assert (Source.objects.count(), IdempotentRequest.objects.count()) == (2, 0)


def test_another_content_under_the_same_key_is_refused(person):
    person.post({"title": "甲"}, "key-1")

    assert kind(person.post({"title": "乙"}, "key-1")) == (422, "idempotency_key_reused")
    assert Source.objects.count() == 1


def test_another_address_under_the_same_key_is_refused(person):
    person.post({"title": "甲"}, "key-1")

    assert kind(person.post({"title": "甲"}, "key-1", to="/api/verb/")) == (422, "idempotency_key_reused")


def test_the_same_content_written_otherwise_is_the_same(person):
    first = person.post('{"title": "甲", "more": 1}', "key-1")
    again = person.post('{ "more":1,\n "title":"\\u7532" }', "key-1")

    assert again.content == first.content
    assert Source.objects.count() == 1


def test_a_file_is_compared_by_its_content_not_by_the_marks_between_the_parts(person):
    def send(content, boundary):
        parts = f'--{boundary}\r\nContent-Disposition: form-data; name="title"; filename="a.txt"\r\n\r\n'
        body = parts.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return person.post(body, "key-1", content_type=f"multipart/form-data; boundary={boundary}")

    first = send(b"one", "AAA")

    assert first.status_code == 201
    assert send(b"one", "BBB").content == first.content
    assert kind(send(b"two", "AAA")) == (422, "idempotency_key_reused")


def test_the_key_may_stand_in_quotes_as_the_draft_writes_it(person):
    first = person.post({"title": "甲"}, '"key-1"')

    assert person.post({"title": "甲"}, "key-1").content == first.content


@pytest.mark.parametrize("key", ["", '""', " ", "a b", "x" * 256, "schlüssel", "a\tb", "\x7f"])
def test_a_key_has_one_to_255_visible_characters(person, key):
    assert kind(person.post({"title": "甲"}, key)) == (400, "idempotency_key_invalid")
    assert Source.objects.count() == 0


def test_the_longest_key_is_taken(person):
    assert person.post({"title": "甲"}, "x" * 255).status_code == 201


def test_each_person_has_keys_of_their_own(person):
    other = Person()
    person.post({"title": "甲"}, "key-1")
    theirs = other.post({"title": "乙"}, "key-1")

    assert (theirs.status_code, theirs.json()["title"]) == (201, "乙")


@pytest.mark.parametrize("title", ["refused", "quiet"])
def test_a_refusal_is_not_kept_so_that_the_request_can_be_corrected_under_its_key(person, title):
    refused = person.post({"title": title}, "key-1")

    assert refused.status_code in (409, 422)
    assert IdempotentRequest.objects.count() == 0
    assert person.post({"title": "甲"}, "key-1").status_code == 201


def test_what_a_refused_or_broken_request_had_written_is_undone(person):
    person.post({"title": "refused"}, "key-1")
    broken = person.post({"title": "bug"}, "key-2")

    assert broken.status_code == 500
    assert (Source.objects.count(), IdempotentRequest.objects.count()) == (0, 0)


def test_a_verb_that_knows_the_key_needs_one(person):
    assert kind(person.post({}, to="/api/verb/")) == (400, "idempotency_key_missing")


def test_a_verb_whose_answer_was_not_kept_gives_it_again(person):
    first = person.post({}, "key-1", to="/api/verb/")
    IdempotentRequest.objects.all().delete()  # the process ended between the commit and the keeping
    again = person.post({}, "key-1", to="/api/verb/")

    assert (again.status_code, again.content) == (201, first.content)
    assert "Idempotency-Replayed" not in again
    assert person.post({}, "key-1", to="/api/verb/")["Idempotency-Replayed"] == "true"
    assert Counter.objects.count() == 1


def test_keys_are_kept_for_two_days_and_then_forgotten(person):
    person.post({"title": "甲"}, "old")
    person.post({"title": "乙"}, "young")
    now = timezone.now()
    IdempotentRequest.objects.filter(key="old").update(created_at=now - timedelta(hours=48, seconds=1))
    IdempotentRequest.objects.filter(key="young").update(created_at=now - timedelta(hours=47, minutes=59))

    assert sweep_idempotent_requests() == 1
    assert [row.key for row in IdempotentRequest.objects.all()] == ["young"]


def test_nobody_without_a_token_has_keys(person):
    answer = person.client.post("/api/made/", "{}", content_type="application/json", headers={"idempotency-key": "k"})

    assert answer.status_code == 401


def test_a_replay_costs_one_query_beyond_token_and_person(person, django_assert_num_queries):
    person.post({"title": "甲"}, "key-1")

    with django_assert_num_queries(3):
        person.post({"title": "甲"}, "key-1")


# ---------------------------------------------------------------- at the same moment
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_while_the_first_request_is_under_way_its_repetition_is_told_to_come_back(person):
    user_id = IdempotentRequest._meta.get_field("user").related_model.objects.get().pk
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        named = idempotency.lock_number(user_id, "key-1")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [named])
        answer = pool.submit(_closing, person.post, {"title": "甲"}, "key-1").result(timeout=60)

    assert kind(answer) == (409, "idempotency_key_in_use")
    assert answer["Retry-After"] == "1"
    assert person.post({"title": "甲"}, "key-1").status_code == 201


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "made"), [("/api/made/", Source), ("/api/verb/", Counter)])
def test_fifty_repetitions_at_once_make_one_row_and_one_answer(person, address, made):
    def ask(_number):
        answer = person.post({"title": "甲"}, "key-1", to=address)
        while answer.status_code == 409:
            answer = person.post({"title": "甲"}, "key-1", to=address)
        return answer.status_code, answer.content, answer.get("Location")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: _closing(ask, number), range(50)))

    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert (made.objects.count(), IdempotentRequest.objects.count()) == (1, 1)


def _closing(ask, *given):
    """The connection of a thread ends with it."""
    try:
        return ask(*given)
    finally:
        connection.close()
