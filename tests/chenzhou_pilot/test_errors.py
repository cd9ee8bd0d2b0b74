import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from chenzhou_pilot.views import errors


def answer_to(error: Exception, path: str = "/bases/"):
    """What server_error says while `error` is being handled."""
    try:
        raise error
    except type(error):
        return errors.server_error(RequestFactory().get(path))


@pytest.mark.parametrize(
    ("view", "status", "title"),
    [
        (lambda request: errors.bad_request(request, Exception()), 400, "The request could not be read"),
        (lambda request: errors.permission_denied(request, PermissionDenied()), 403, "You may not open this"),
        (lambda request: errors.csrf_failure(request, "no cookie"), 403, "The form was open too long"),
        (lambda request: errors.page_not_found(request, Http404()), 404, "There is nothing at this address"),
    ],
)
def test_error_page_says_what_happened_and_offers_the_search(view, status, title):
    with translation.override("en"):
        response = view(RequestFactory().get("/en/nowhere/"))
        page = response.content.decode()

    assert response.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert 'action="/en/search/"' in page
    assert "csrfmiddlewaretoken" not in page


def test_address_too_long_has_its_own_page():
    with translation.override("en"):
        page = render_to_string("414.html", request=RequestFactory().get("/en/bases/", {"q": "x" * 3000}))

    assert "<h1>The address is too long</h1>" in page
    assert "xxx" not in page


def test_server_error_is_500_in_both_languages():
    response = answer_to(ValueError("a bug"))

    assert response.status_code == 500
    assert "系统出了问题" in response.content.decode()
    assert "Something failed on our side" in response.content.decode()
    assert "a bug" not in response.content.decode()


@pytest.mark.parametrize("error", [OperationalError("down"), InterfaceError("closed")])
def test_silent_database_is_503_with_a_time_to_come_back(error):
    response = answer_to(error)

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "服务暂时不可用" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (lambda request: errors.bad_request(request, Exception()), 400),
        (lambda request: errors.permission_denied(request, PermissionDenied()), 403),
        (lambda request: errors.csrf_failure(request), 403),
        (lambda request: errors.page_not_found(request, Http404()), 404),
        (errors.server_error, 500),
        (errors.service_unavailable, 503),
    ],
)
def test_api_is_answered_with_a_problem(view, status):
    response = view(RequestFactory().get("/api/v1/nowhere/"))

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == status


@pytest.mark.parametrize(("accepted", "title"), [("en", "Not found"), ("zh-CN", "未找到")])
def test_an_address_outside_the_api_is_answered_in_the_language_the_program_accepts(client, accepted, title):
    response = client.get("/api/v1/nowhere/", headers={"accept-language": accepted})

    assert (response.status_code, response.json()["title"]) == (404, title)


def test_unavailable_api_says_when_to_come_back():
    assert errors.service_unavailable(RequestFactory().get("/api/v1/bases/"))["Retry-After"] == "30"
