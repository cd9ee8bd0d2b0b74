"""The OpenAPI document and the page that shows it."""

import re

import pytest
import yaml
from django.contrib.staticfiles import finders

from bases.api import BASES
from projects.api import PROJECTS


@pytest.fixture
def document(client, db):
    response = client.get("/api/schema/")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    return response.json()


STATUSES = {"200", "304", "400", "401", "406", "414", "429"}


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/api/v1/", set()),
        ("/api/v1/bases/", set()),
        ("/api/v1/bases/{slug}/", {"301", "404"}),
        ("/api/v1/projects/", set()),
        ("/api/v1/projects/{slug}/", {"404"}),
        ("/api/v1/organisations/", set()),
        ("/api/v1/divisions/", set()),
        ("/api/v1/statistics/", set()),
    ],
)
def test_every_answer_of_every_address_is_documented(document, path, more):
    assert set(document["paths"][path]) == {"get"}
    assert set(document["paths"][path]["get"]["responses"]) == STATUSES | more


def test_no_other_address_is_documented(document):
    assert len(document["paths"]) == 8


@pytest.mark.parametrize(("path", "offered"), [("/api/v1/bases/", BASES), ("/api/v1/projects/", PROJECTS)])
def test_every_parameter_is_documented(document, path, offered):
    parameters = document["paths"][path]["get"]["parameters"]

    assert {row["name"] for row in parameters if row["in"] == "query"} == set(offered.parameters)


def test_the_document_comes_as_yaml_too(client, db):
    response = client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi"})

    assert yaml.safe_load(response.content)["openapi"].startswith("3.")


def test_the_page_needs_nothing_from_another_site_and_no_inline_code(client, db):
    response = client.get("/api/docs/")
    html = response.content.decode()

    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert [address for address in addresses if not address.startswith("/")] == []
    assert [address for address in addresses if address.startswith("/static/") and not finders.find(address[8:])] == []
    assert re.findall(r"<style|style=|<script>|\son\w+=", html) == []
    assert "unsafe" not in response["Content-Security-Policy"]
