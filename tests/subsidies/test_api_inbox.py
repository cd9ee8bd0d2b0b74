"""The inbox by API: one's own notices, in one's own words."""

import uuid

import pytest
from django.utils import timezone

from common.models import Notice
from subsidies.api.private_schema import NoticeDescribed
from tests.factories_accounts import UserFactory
from tests.subsidies.api_client import Caller, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    return Caller(UserFactory())


def notice_for(user, **fields):
    return Notice.objects.create(recipient=user, kind="no-longer-used", **fields)


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_the_inbox_holds_what_one_was_told_oneself_the_newest_first(caller):
    first, second = notice_for(caller.user, address="/applications/"), notice_for(caller.user)
    notice_for(UserFactory())

    answer = caller.get("inbox/")

    assert ids(answer) == [str(second.public_id), str(first.public_id)]
    assert answer.json()["results"][1] == {
        "id": str(first.public_id),
        "kind": "no-longer-used",
        "subject": "Notice",
        "text": "The words of this notice are no longer kept.",
        "is_duty": False,
        "page_url": "http://testserver/en/applications/",
        "created_at": first.created_at.isoformat().replace("+00:00", "Z"),
        "read_at": None,
    }
    assert set(answer.json()["results"][0]) == set(NoticeDescribed().fields)


def test_one_notice_is_marked_as_read_and_stays_so(caller):
    notice, other = notice_for(caller.user), notice_for(caller.user)

    first = caller.post(f"inbox/{notice.public_id}/read/").json()
    again = caller.post(f"inbox/{notice.public_id}/read/").json()

    assert first["read_at"] is not None
    assert again == first
    assert ids(caller.get("inbox/?unread=yes")) == [str(other.public_id)]


def test_all_are_marked_at_once_and_nobody_elses(caller):
    notice_for(caller.user)
    notice_for(caller.user, read_at=timezone.now())
    theirs = notice_for(UserFactory())

    assert caller.post("inbox/read/").json() == {"marked": 1}
    assert caller.post("inbox/read/").json() == {"marked": 0}
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_anothers_notice_answers_byte_for_byte_as_a_random_one(caller):
    theirs = notice_for(UserFactory())

    answer = caller.post(f"inbox/{theirs.public_id}/read/")
    random = caller.post(f"inbox/{uuid.uuid4()}/read/")

    assert (answer.status_code, answer.content) == (404, random.content)
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_without_a_token_there_is_no_inbox():
    for answer in (Caller().get("inbox/"), Caller().post("inbox/read/"), Caller().post(f"inbox/{uuid.uuid4()}/read/")):
        assert problem(answer) == (401, "about:blank")


def test_what_the_inbox_cannot_be_narrowed_by_is_named(caller):
    assert list(caller.get("inbox/?unread=maybe").json()["errors"]) == ["unread"]
    assert list(caller.get("inbox/?kind=x").json()["errors"]) == ["kind"]


def test_the_inbox_costs_the_same_at_any_length(caller, django_assert_num_queries):
    notice_for(caller.user)
    with django_assert_num_queries(3):  # token, person, notices
        caller.get("inbox/")
    for _number in range(3):
        notice_for(caller.user)
    with django_assert_num_queries(3):
        caller.get("inbox/")
