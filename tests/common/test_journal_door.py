"""The two middlewares of common: who acts, and addresses too long to read."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from common import journal
from common.middleware import JournalActor, LongQueryRefused
from common.models import Division, JournalEntry
from common.templatetags.components import html_language


def write(request: HttpRequest) -> HttpResponse:
    Division(code="431002", name_zh="北湖区").save()
    return HttpResponse()


class UnreadUser(HttpRequest):
    @property
    def user(self) -> None:
        raise AssertionError("The session was read.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/bases/x/", "page"),
        ("/en/admin/", "page"),
        ("/admin/bases/", "admin"),
        ("/api/v1/bases/", "api"),
        ("/", "page"),
    ],
)
def test_what_a_request_records_bears_its_user_way_in_and_address(path, source):
    request = RequestFactory().post(path, REMOTE_ADDR="203.0.113.9")
    request.user = get_user_model().objects.create(email="clerk@example.org")

    JournalActor(write)(request)

    entry = JournalEntry.objects.get(object_type="common.division")
    assert (entry.actor, entry.source, entry.address) == (request.user, source, "203.0.113.9")
    assert journal.current() == type(journal.current())()


@pytest.mark.django_db
def test_an_anonymous_visitor_is_recorded_as_nobody():
    request = RequestFactory().post("/")
    request.user = AnonymousUser()

    JournalActor(write)(request)

    assert JournalEntry.objects.get().actor is None


def test_a_request_that_records_nothing_leaves_the_session_unread():
    assert JournalActor(lambda request: HttpResponse("seen"))(UnreadUser()).content == b"seen"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (1, "", "203.0.113.9"),
        (1, "nonsense", None),
    ],
)
def test_the_address_is_the_one_our_own_proxies_saw(settings, proxies, forwarded, address):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=forwarded)
    request.user = AnonymousUser()

    JournalActor(write)(request)

    assert JournalEntry.objects.get().address == address


def answer(path: str, length: int, accepted: str = "") -> HttpResponse:
    request = RequestFactory().get(path, QUERY_STRING="q" * length, HTTP_ACCEPT_LANGUAGE=accepted)
    return LongQueryRefused(lambda request: HttpResponse("seen"))(request)


def test_a_query_of_8000_characters_passes():
    assert answer("/bases/", 8_000).content == b"seen"


@pytest.mark.parametrize(("path", "language"), [("/bases/", "zh-hans"), ("/en/bases/", "en"), ("/english/", "zh-hans")])
def test_a_longer_query_is_refused_in_the_readers_language(path, language):
    response = answer(path, 8_001)

    with translation.override(language):
        title = translation.gettext("The address is too long")
    assert response.status_code == 414
    assert f'<html lang="{html_language(language)}"' in response.text
    assert f"<h1>{title}</h1>" in response.text
    assert "qqq" not in response.text


@pytest.mark.parametrize(("accepted", "title"), [("en", "Address too long"), ("zh-CN", "网址过长"), ("", "网址过长")])
def test_the_api_refuses_a_longer_query_with_a_problem_in_the_language_it_accepts(accepted, title):
    response = answer("/api/v1/bases/", 8_001, accepted)

    problem = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (414, "application/problem+json")
    assert (problem["type"], problem["status"], problem["title"]) == ("about:blank", 414, title)
    assert problem["instance"] == "/api/v1/bases/"
