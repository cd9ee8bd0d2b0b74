import json

import pytest
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404
from django.urls import path
from django.utils import translation
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from common.problems import problem_response
from common.public_api import ReaderLanguage

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

RAISED = {
    "missing": Http404("internal words"),
    "forbidden": PermissionDenied("internal words"),
    "state": ValidationError("The base is listed.", code="state"),
    "rule": ValidationError(["The grant is too large.", "The call is closed."]),
    "fields": ValidationError({"name": ["Enter a name."], NON_FIELD_ERRORS: ["Not both."]}),
    "big": RequestDataTooBig("internal words"),
    "suspicious": SuspiciousOperation("internal words"),
    "bad": BadRequest("internal words"),
    "throttled": exceptions.Throttled(wait=1.2),
    "not-found": exceptions.NotFound,
    "not-found-why": exceptions.NotFound("This base has left."),
    "conflict": exceptions.APIException("Busy.", code="busy"),
    "list": exceptions.ValidationError(["One.", "Two."]),
    "bug": ZeroDivisionError("a bug"),
}


class Raising(ReaderLanguage, APIView):
    permission_classes = [AllowAny]

    def get(self, request, name):
        raise RAISED[name]


class NameSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=3)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)


class Writing(ReaderLanguage, APIView):
    permission_classes = [AllowAny]

    def post(self, request):
        form = NameSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(form.data)


class Private(ReaderLanguage, APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response({})


class Closed(ReaderLanguage, APIView):
    """Names no permission, so the default holds."""

    def get(self, request):
        return Response({})


urlpatterns = [
    path("api/raise/<name>/", Raising.as_view()),
    path("api/write/", Writing.as_view()),
    path("api/private/", Private.as_view()),
    path("api/closed/", Closed.as_view()),
]


@pytest.fixture
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    return body


@pytest.mark.parametrize(
    ("name", "status", "title", "detail"),
    [
        ("missing", 404, "Not found", "There is nothing at this address."),
        ("forbidden", 403, "Not allowed", "Your account may not do this."),
        ("big", 413, "Too large", "Send a smaller request."),
        ("suspicious", 400, "The request is not valid", "Correct the request and send it again."),
        ("bad", 400, "The request is not valid", "Correct the request and send it again."),
        ("not-found", 404, "Not found", "There is nothing at this address."),
        ("not-found-why", 404, "Not found", "This base has left."),
    ],
)
def test_refusals_become_problems_without_internal_words(english, name, status, title, detail):
    response = english.get(f"/api/raise/{name}/")

    assert problem(response) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"/api/raise/{name}/",
    }


def test_a_state_that_stands_against_it_is_a_conflict(english):
    body = problem(english.get("/api/raise/state/"))

    assert (body["status"], body["type"]) == (409, "urn:chenzhou-pilot:problem:state")
    assert body["detail"] == "The base is listed."


def test_a_broken_rule_is_a_bad_request_with_its_sentences(english):
    body = problem(english.get("/api/raise/rule/"))

    assert (body["status"], body["type"]) == (400, "urn:chenzhou-pilot:problem:validation")
    assert body["detail"] == "The grant is too large. The call is closed."


def test_errors_of_a_model_are_told_by_field(english):
    body = problem(english.get("/api/raise/fields/"))

    assert body["status"] == 400
    assert body["errors"] == {"name": ["Enter a name."], "non_field_errors": ["Not both."]}


def test_errors_of_a_serializer_are_told_by_field(english):
    sent = {"name": "long name", "tags": [1, "x"]}
    body = problem(english.post("/api/write/", sent, content_type="application/json"))

    assert body["status"] == 400
    assert body["errors"] == {
        "name": ["Ensure this field has no more than 3 characters."],
        "tags": {"1": ["A valid integer is required."]},
    }


def test_a_list_of_errors_belongs_to_no_field(english):
    assert problem(english.get("/api/raise/list/"))["errors"] == {"non_field_errors": ["One.", "Two."]}


def test_too_many_requests_say_when_to_come_back(english):
    response = english.get("/api/raise/throttled/")

    assert response["Retry-After"] == "2"
    assert problem(response)["detail"] == "The limit of requests is reached. Try again in 2 s."


def test_a_code_of_its_own_names_the_problem(english):
    body = problem(english.get("/api/raise/conflict/"))

    assert (body["status"], body["type"], body["detail"]) == (500, "urn:chenzhou-pilot:problem:busy", "Busy.")


@pytest.mark.parametrize("content", ["{", "", "\x00", '{"name": NaN}', "[" * 100])
def test_what_is_not_json_is_a_bad_request(english, content):
    response = english.post("/api/write/", content, content_type="application/json")

    assert problem(response)["status"] == 400


def test_a_parse_error_has_a_plain_sentence(english):
    response = english.post("/api/write/", "{", content_type="application/json")

    assert problem(response)["detail"] == "The content is not valid JSON."


@pytest.mark.parametrize(
    ("method", "url", "extra", "status"),
    [
        ("delete", "/api/write/", {}, 405),
        ("get", "/api/raise/missing/?format=xml", {}, 404),
        ("get", "/api/raise/missing/", {"HTTP_ACCEPT": "text/html"}, 406),
        ("post", "/api/write/", {"data": "a=b", "content_type": "application/x-www-form-urlencoded"}, 415),
        ("get", "/api/private/", {}, 401),
        ("get", "/api/private/", {"HTTP_AUTHORIZATION": "Token wrong"}, 401),
        ("get", "/api/closed/", {}, 401),
    ],
)
def test_the_framework_s_own_refusals_are_problems_too(english, method, url, extra, status):
    response = getattr(english, method)(url, **extra)

    assert problem(response)["status"] == status
    assert response.has_header("WWW-Authenticate") == (status == 401)
    assert response.get("Allow", "") == ("POST, OPTIONS" if "write" in url else "GET, HEAD, OPTIONS")


def test_a_view_without_permission_is_closed_to_those_who_signed_in_as_well(english, django_user_model):
    english.force_login(django_user_model.objects.create(email="canary@example.com"))

    assert english.get("/api/private/").status_code == 200
    assert problem(english.get("/api/closed/"))["status"] == 403


def test_a_bug_stays_loud(english):
    with pytest.raises(ZeroDivisionError):
        english.get("/api/raise/bug/")


def test_a_problem_can_be_made_outside_the_framework():
    translation.activate("en")
    response = problem_response(503, "Down", "Try again.", instance="/readyz", headers={"Retry-After": "5"})

    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Down",
        "status": 503,
        "detail": "Try again.",
        "instance": "/readyz",
    }
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert json.loads(problem_response(418).content)["title"] == "The request is not valid"
