"""The entrance of the API, divisions and statistics."""

from datetime import date

import pytest

from bases.enums import State
from projects.enums import Precision, Stage
from projects.workflow import record_stage
from tests.factories import BaseFactory, DivisionFactory, IndustryFactory, ParkFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def test_the_entrance_names_every_address(client):
    assert client.get("/api/v1/").json() == {
        "bases": "http://testserver/api/v1/bases/",
        "projects": "http://testserver/api/v1/projects/",
        "organisations": "http://testserver/api/v1/organisations/",
        "divisions": "http://testserver/api/v1/divisions/",
        "statistics": "http://testserver/api/v1/statistics/",
        "policies": "http://testserver/api/v1/policies/",
        "schemes": "http://testserver/api/v1/schemes/",
        "calls": "http://testserver/api/v1/calls/",
        "awards": "http://testserver/api/v1/awards/",
        "notices": "http://testserver/api/v1/notices/",
        "applications": "http://testserver/api/v1/applications/",
        "reviews": "http://testserver/api/v1/reviews/",
        "meetings": "http://testserver/api/v1/meetings/",
        "budgets": "http://testserver/api/v1/budgets/",
        "payments": "http://testserver/api/v1/payments/",
        "inbox": "http://testserver/api/v1/inbox/",
        "schema": "http://testserver/api/schema/",
        "docs": "http://testserver/api/docs/",
    }


def test_divisions_and_parks_count_the_real_bases_of_the_registry(client):
    DivisionFactory(code="431002", name_zh="北湖区", name_en="", position=1)
    linwu = DivisionFactory(code="431025", position=2)
    BaseFactory(division=linwu)
    BaseFactory(division=linwu, state=State.SUSPENDED)
    BaseFactory(division=linwu, state=State.DRAFT)
    BaseFactory(division=linwu, is_demo=True)
    BaseFactory(division=None, park=ParkFactory())

    assert client.get("/api/v1/divisions/").json() == {
        "results": [
            {"code": "431002", "name_zh": "北湖区", "name_en": None, "bases": 0},
            {"code": "431025", "name_zh": "临武县", "name_en": "Linwu County", "bases": 2},
        ],
        "parks": [
            {
                "code": "high-tech-zone",
                "name_zh": "郴州高新区",
                "name_en": "Chenzhou High-tech Zone",
                "level": None,
                "bases": 1,
            }
        ],
        "next": None,
        "previous": None,
    }


def counts(registered, passed, industrialised, unknown, rate_percent=None):
    return {
        "registered": registered,
        "passed": passed,
        "industrialised": industrialised,
        "unknown": unknown,
        "rate_percent": rate_percent,
    }


def test_the_statistics_of_four_projects(client):
    base = BaseFactory(slug="host", name_zh="基地", name_en="Base", kind="public")
    industry = IndustryFactory(slug="batteries", name_zh="电池", name_en="Batteries")
    finished = ProjectFactory(base=base, industry=industry)
    record_stage(finished, Stage.PASSED, by=None, happened_on=date(2023, 1, 1), precision=Precision.YEAR)
    record_stage(finished, Stage.INDUSTRIALISED, by=None, happened_on=date(2024, 5, 1), precision=Precision.MONTH)
    record_stage(ProjectFactory(base=base), Stage.PASSED, by=None, happened_on=date(2024, 12, 1), precision="by_month")
    ProjectFactory(base=None)
    ProjectFactory(base=base, is_public=False)
    record_stage(ProjectFactory(base=base, is_demo=True), Stage.PASSED, by=None)

    assert client.get("/api/v1/statistics/").json() == {
        "bases": {"registered": 1, "by_kind": {"public": 1, "specialised": 0}},
        "projects": {
            **counts(3, 2, 1, 1),
            "by_stage": {
                "laboratory": 0,
                "pilot": 0,
                "passed": 1,
                "ready_for_industrialisation": 0,
                "small_scale_production": 0,
                "industrialised": 1,
                "stopped": 0,
            },
            "by_base": [{"slug": "host", "name_zh": "基地", "name_en": "Base", **counts(2, 2, 1, 0)}],
            "by_industry": [{"slug": "batteries", "name_zh": "电池", "name_en": "Batteries", **counts(1, 1, 1, 0)}],
            "by_year": [
                {"year": 2024, "is_upper_bound": False, **counts(1, 1, 1, 0)},
                {"year": 2024, "is_upper_bound": True, **counts(1, 1, 0, 0)},
            ],
        },
        "rate_from": 10,
        "claim": {
            "with_pilot_percent": 80,
            "without_pilot_percent": 30,
            "source_zh": "中国高科技产业化研究会",
            "source_en": "China Hi-Tech Industrialization Research Association",
        },
    }


def test_a_rate_is_given_from_ten_passed_projects_on(client):
    for number in range(10):
        project = ProjectFactory(base=None)
        record_stage(project, Stage.INDUSTRIALISED if number < 3 else Stage.PASSED, by=None)

    assert client.get("/api/v1/statistics/").json()["projects"]["rate_percent"] == 30


@pytest.mark.parametrize(
    ("address", "queries"), [("/api/v1/", 1), ("/api/v1/divisions/", 5), ("/api/v1/statistics/", 10)]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_rows(client, django_assert_num_queries, address, queries, rows):
    ProjectFactory.create_batch(rows, industry=IndustryFactory())

    with django_assert_num_queries(queries):
        client.get(address)
    with django_assert_num_queries(1):
        client.get(address)


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/divisions/", "/api/v1/statistics/"])
def test_an_unchanged_answer_is_not_sent_again_and_takes_no_parameter(client, address):
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    assert client.get(f"{address}?page=2").status_code == 400


def test_filters_of_organisations_refuse_in_the_words_of_all_lists(client):
    answer = client.get("/api/v1/organisations/?kind=zzz&division=<x>", headers={"accept-language": "en"})

    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        {
            "kind": ["Kind: there is no “zzz”."],
            "division": ["The filter “County” cannot be read: use letters, digits and hyphens alone."],
        },
    )


def test_a_query_of_ten_megabytes_is_answered_clearly(client):
    response = client.get("/api/v1/bases/", {"q": "x" * 10_000_000})

    assert (response.status_code, response["Content-Type"]) == (414, "application/problem+json")
