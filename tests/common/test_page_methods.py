from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import PersonKind
from tests.factories_accounts import user_of_kind

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
UPLOAD = f"/applications/{uuid4()}/materials/A01/uploads/{uuid4()}/"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("address", ["/", "/en/bases/", "/admin/", "/admin/bases/base/1/change/"])
def test_a_page_refuses_what_no_browser_sends_before_it_asks_who_sends_it(client, method, address):
    client.force_login(user_of_kind(PersonKind.SECTION_HEAD), backend=BACKEND)

    with CaptureQueriesContext(connection) as asked:
        answer = getattr(client, method)(address)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert "Content-Security-Policy" in answer.headers
    assert len(asked) == 0


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("get", 200), ("post", 405)])
def test_what_browsers_send_reaches_the_page(client, method, status):
    assert getattr(client, method)("/about/").status_code == status


@pytest.mark.parametrize(("method", "status"), [("put", 404), ("delete", 404), ("patch", 405)])
def test_a_page_whose_script_sends_more_takes_that_and_nothing_else(client, method, status):
    client.force_login(user_of_kind(PersonKind.ENTERPRISE), backend=BACKEND)

    assert getattr(client, method)(UPLOAD).status_code == status


def test_the_api_refuses_in_its_own_words(client):
    answer = client.delete("/api/v1/bases/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")


def test_an_address_that_leads_nowhere_says_so_to_any_method(client):
    assert client.put("/nowhere/").status_code == 404
