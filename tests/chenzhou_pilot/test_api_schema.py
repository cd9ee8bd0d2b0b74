"""The OpenAPI document and the page that shows it."""

import re

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.test import Client

from bases.api import BASES
from chenzhou_pilot.api import NAMES
from chenzhou_pilot.api_schema import RootDescribed
from projects.api import PROJECTS
from subsidies.api.awards import AWARDS
from subsidies.api.notices import NOTICES
from subsidies.api.public import CALLS, POLICIES, SCHEMES


@pytest.fixture(scope="module")
def document(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        response = Client().get("/api/schema/")
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
        ("/api/v1/projects/{slug}/", {"301", "404"}),
        ("/api/v1/organisations/", set()),
        ("/api/v1/divisions/", set()),
        ("/api/v1/statistics/", set()),
        ("/api/v1/policies/", set()),
        ("/api/v1/policies/{slug}/", {"404"}),
        ("/api/v1/schemes/", set()),
        ("/api/v1/schemes/{slug}/", {"404"}),
        ("/api/v1/calls/", set()),
        ("/api/v1/calls/{slug}/", {"404"}),
    ],
)
def test_every_answer_of_every_public_address_is_documented(document, path, more):
    assert set(document["paths"][path]) == {"get"}
    assert set(document["paths"][path]["get"]["responses"]) == STATUSES | more


ALWAYS = {"401", "406", "414", "429"}
SENT = {"400", "413", "415"}
ONE = "/api/v1/applications/{public_id}/"
SEAT = "/api/v1/reviews/{seat_id}/"
SHEET = f"{SEAT}sheet/"
MEETING = "/api/v1/meetings/{meeting_id}/"
DECISION = f"{MEETING}decisions/{{decision_id}}/"
BUDGET = "/api/v1/budgets/{budget_id}/"
BYTES = (f"{ONE}attachments/{{file_id}}/content/", f"{ONE}receipts/{{round}}/")  # whatever the request would accept
PERSONAL = {
    ("/api/v1/applications/", "get"): {"200", "400"},
    ("/api/v1/applications/", "post"): {"201", "403", "409", "422", *SENT},
    (ONE, "get"): {"200", "400", "404"},
    (ONE, "patch"): {"200", "403", "404", "409", "422", *SENT},
    (f"{ONE}attachments/", "get"): {"200", "400", "404"},
    (f"{ONE}attachments/", "post"): {"201", "403", "404", "409", "422", *SENT},
    (f"{ONE}attachments/{{file_id}}/", "get"): {"200", "400", "404"},
    (f"{ONE}attachments/{{file_id}}/content/", "get"): {"200", "400", "404", "409"},
    (f"{ONE}receipts/{{round}}/", "get"): {"200", "400", "404"},
    (f"{ONE}attachments/{{file_id}}/", "delete"): {"204", "400", "403", "404", "409", "422"},
    (f"{ONE}validate/", "get"): {"200", "400", "404"},
    (f"{ONE}submit/", "post"): {"201", "403", "404", "409", "422", *SENT},
    (f"{ONE}withdraw/", "post"): {"200", "403", "404", "409", "422", *SENT},
    (f"{ONE}corrections/ask-to-sign/", "post"): {"204", "400", "403", "404", "409", "422"},
    (f"{ONE}account/", "get"): {"200", "400", "403", "404"},
    (f"{ONE}account/", "put"): {"200", "403", "404", "409", *SENT},
    (f"{ONE}payments/", "get"): {"200", "400", "404"},
    ("/api/v1/payments/", "get"): {"200", "400", "403"},
    (f"{ONE}history/", "get"): {"200", "400", "404"},
    (f"{ONE}reports/", "get"): {"200", "400", "404"},
    (f"{ONE}site-checks/", "get"): {"200", "400", "404"},
    (f"{ONE}reports/", "patch"): {"200", "403", "404", "409", *SENT},
    (f"{ONE}reports/", "post"): {"200", "403", "404", "409", "422", *SENT},
    (f"{ONE}corrections/", "get"): {"200", "400", "404"},
    (f"{ONE}corrections/", "post"): {"201", "403", "404", "409", "422", *SENT},
    ("/api/v1/calls/{slug}/eligibility-check/", "post"): {"200", "404", *SENT},
    ("/api/v1/reviews/", "get"): {"200", "400"},
    (SHEET, "get"): {"200", "400", "403", "404"},
    (SHEET, "put"): {"200", "403", "404", "409", *SENT},
    (f"{SHEET}sign/", "post"): {"200", "400", "403", "404", "409", "422"},
    (f"{SHEET}revise/", "post"): {"200", "403", "404", "409", "422", *SENT},
    (f"{SHEET}drop/", "post"): {"200", "400", "403", "404", "409", "422"},
    ("/api/v1/reviews/invitations/", "get"): {"200", "400"},
    (f"{SEAT}invitation/", "get"): {"200", "400", "404"},
    (f"{SEAT}accept/", "post"): {"200", "403", "404", "409", "422", *SENT},
    (f"{SEAT}decline/", "post"): {"200", "403", "404", "409", "422", *SENT},
    (f"{SEAT}note/", "post"): {"200", "403", "404", "409", "422", *SENT},
    ("/api/v1/meetings/", "get"): {"200", "400", "403"},
    (MEETING, "get"): {"200", "400", "403", "404"},
    (f"{MEETING}what-if/", "get"): {"200", "400", "403", "404"},
    (f"{MEETING}release/", "post"): {"200", "403", "404", "409", "422", *SENT},
    (f"{MEETING}decisions/", "get"): {"200", "400", "403", "404"},
    (DECISION, "get"): {"200", "400", "403", "404"},
    (DECISION, "patch"): {"200", "403", "404", "409", *SENT},
    (f"{DECISION}recusals/", "post"): {"201", "403", "404", "409", "422", *SENT},
    ("/api/v1/budgets/", "get"): {"200", "400", "403"},
    (BUDGET, "get"): {"200", "400", "403", "404"},
    (f"{BUDGET}entries/", "get"): {"200", "400", "403", "404"},
    ("/api/v1/inbox/", "get"): {"200", "400"},
    ("/api/v1/inbox/read/", "post"): {"200", "400"},
    ("/api/v1/inbox/{notice_id}/read/", "post"): {"200", "400", "404"},
}


def named(part):
    """The same name in every process: the order of a set is not."""
    return " ".join(sorted(part) if isinstance(part, set) else part)


@pytest.mark.parametrize(("operation", "statuses"), PERSONAL.items(), ids=named)
def test_every_answer_of_every_personal_address_is_documented(document, operation, statuses):
    path, method = operation

    expected = ALWAYS - {"406"} if path in BYTES else ALWAYS
    assert set(document["paths"][path][method]["responses"]) == statuses | expected


def test_no_other_operation_is_documented(document):
    operations = {(path, method) for path, methods in document["paths"].items() for method in methods}

    assert len(operations - PERSONAL.keys()) == 18
    assert {method for _path, method in operations - PERSONAL.keys()} == {"get"}


@pytest.mark.parametrize(("operation"), [key for key in PERSONAL if key[1] != "get"], ids=named)
def test_what_creates_takes_a_key_and_what_signs_needs_one(document, operation):
    path, method = operation
    parameters = document["paths"][path][method].get("parameters", [])

    keys = [row.get("required", False) for row in parameters if row["name"] == "Idempotency-Key"]
    signs = method == "post" and path in (f"{ONE}submit/", f"{ONE}corrections/")
    creates = method == "post" and path in (
        "/api/v1/applications/",
        f"{ONE}attachments/",
        f"{ONE}withdraw/",
        f"{ONE}corrections/ask-to-sign/",
        f"{ONE}reports/",
        f"{SHEET}sign/",
        f"{SHEET}revise/",
        f"{SHEET}drop/",
        f"{SEAT}accept/",
        f"{SEAT}decline/",
        f"{SEAT}note/",
        f"{MEETING}release/",
        f"{DECISION}recusals/",
    )
    assert keys == ([True] if signs else [False] if creates else [])


def test_what_is_personal_names_the_token_as_the_only_way_in(document):
    for path, method in PERSONAL:
        needed = [{"token": []}] if "eligibility" not in path else []
        assert document["paths"][path][method]["security"] == needed


OFFERED = {
    "bases": BASES,
    "projects": PROJECTS,
    "policies": POLICIES,
    "schemes": SCHEMES,
    "calls": CALLS,
    "awards": AWARDS,
    "notices": NOTICES,
}


@pytest.mark.parametrize(("path", "offered"), [(f"/api/v1/{name}/", offered) for name, offered in OFFERED.items()])
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


def test_what_is_open_to_all_shows_no_lock_and_bases_and_projects_come_first(document):
    told = document
    operations = [(address, each) for address, row in told["paths"].items() for each in row.values()]
    locked = {address: [name for way in each["security"] for name in way] for address, each in operations}

    assert [tag["name"] for tag in told["tags"]][:2] == ["bases", "projects"]
    assert {tag["name"] for tag in told["tags"]} == {tag for _, each in operations for tag in each.get("tags", [])}
    assert locked["/api/v1/bases/"] == locked["/api/v1/statistics/"] == []
    assert locked["/api/v1/inbox/"] == ["token"]


def test_the_page_of_the_api_speaks_chinese_and_leads_back(client):
    html = client.get("/api/docs/").content.decode()

    assert '<html lang="zh-Hans">' in html
    assert "接口文档" in html
    assert 'href="/"' in html


def test_the_page_of_the_api_has_the_search_of_the_site(client, db):
    html = client.get("/api/docs/").content.decode()

    assert re.findall(r'<form class="site-search" role="search" action="([^"]+)" method="get">', html) == ["/search/"]
    assert re.findall(r'<input id="site-q" type="search" name="(\w+)"', html) == ["q"]


def test_the_entrance_of_the_api_is_described_with_every_address_it_names():
    assert set(RootDescribed().get_fields()) == set(NAMES)
