"""Projects by API: the list, one project, and what a project withholds."""

from datetime import date
from decimal import Decimal

import pytest

from bases.enums import State
from projects.api import PROJECTS
from projects.api_detail import DETAIL_FIELDS, HIDDEN_BY
from projects.api_schema import ProjectDescribed, ProjectDetailDescribed
from projects.enums import Precision, Stage, Withholdable
from projects.models import ProjectOutcome, ProjectPartner
from projects.workflow import record_stage
from tests.factories import BaseFactory, DivisionFactory, IndustryFactory, ParkFactory, ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/projects/"
CANARY = "金丝雀"


def slugs(client, query=""):
    response = client.get(LIST + query)
    assert response.status_code == 200, response.content
    return [row["slug"] for row in response.json()["results"]]


def test_a_row_has_exactly_this_shape_on_both_engines(client):
    base = BaseFactory(slug="host", name_zh="基地", name_en="")
    industry = IndustryFactory(slug="batteries", name_zh="电池", name_en="Batteries")
    project = ProjectFactory(
        slug="one",
        name_zh="项目",
        name_en="Project",
        base=base,
        industry=industry,
        is_own_pilot=False,
        trl_in=4,
        investment_yuan=Decimal("1.5"),
        started_on=date(2023, 2, 1),
    )
    record_stage(project, Stage.PASSED, by=None, happened_on=date(2024, 12, 1), precision=Precision.MONTH)
    project.refresh_from_db()

    assert client.get(LIST).json() == {
        "results": [
            {
                "slug": "one",
                "code": project.code,
                "name_zh": "项目",
                "name_en": "Project",
                "is_own_pilot": False,
                "technology_field": None,
                "trl_in": 4,
                "trl_out": None,
                "investment_yuan": "1.50",
                "started_on": "2023-02-01",
                "ended_on": None,
                "stage": "passed",
                "stage_on": "2024-12",
                "stage_precision": "month",
                "has_passed": True,
                "verified_on": None,
                "is_demo": False,
                "updated_at": project.updated_at.isoformat().replace("+00:00", "Z"),
                "base": {"slug": "host", "name_zh": "基地", "name_en": None},
                "division": None,
                "industry": {"slug": "batteries", "name_zh": "电池", "name_en": "Batteries"},
                "withheld": [],
                "url": "http://testserver/api/v1/projects/one/",
            }
        ],
        "next": None,
        "previous": None,
    }


def test_everything_public_about_a_project(client):
    source = SourceFactory(title_zh="报道", title_en="Report")
    project = ProjectFactory(slug="one", source=source, keywords="浮选 药剂", division=DivisionFactory())
    lead = OrganisationFactory(slug="lead", name_zh="牵头单位", name_en="Lead", is_published=True)
    ProjectPartner.objects.create(project=project, organisation=lead, role="lead")
    ProjectOutcome.objects.create(project=project, kind="award", text_zh="奖", text_en="", source=source)
    record_stage(project, Stage.PILOT, by=None, happened_on=date(2021, 1, 1), precision=Precision.YEAR, source=source)

    whole = client.get(f"{LIST}one/").json()

    assert whole["keywords"] == ["浮选", "药剂"]
    assert whole["organisations"] == [{"slug": "lead", "name_zh": "牵头单位", "name_en": "Lead", "role": "lead"}]
    assert whole["outcomes"] == [{"kind": "award", "text_zh": "奖", "text_en": None, "happened_on": None, "source": 1}]
    assert whole["steps"] == [
        {"stage": "pilot", "precision": "year", "note_zh": None, "note_en": None, "happened_on": "2021", "source": 1}
    ]
    assert [row["title_zh"] for row in whole["sources"]] == ["报道"]
    assert whole["page_url"] == "http://testserver/projects/one/"
    assert (whole["verified_on"], whole["verified_by"]) == (None, None)
    assert set(whole) == set(DETAIL_FIELDS) == set(ProjectDetailDescribed().get_fields())
    assert set(ProjectDescribed().get_fields()) == set(PROJECTS.columns)


def test_the_api_says_when_and_by_which_office_a_project_was_verified(client):
    office = OrganisationFactory(slug="bureau", name_zh="市科技局", name_en="Bureau")
    ProjectFactory(slug="one", verified_on=date(2026, 11, 2), verified_by=office)

    whole = client.get(f"{LIST}one/?fields=verified_on,verified_by").json()

    named = {"slug": "bureau", "name_zh": "市科技局", "name_en": "Bureau"}
    assert whole == {"verified_on": "2026-11-02", "verified_by": named}


@pytest.fixture
def two_projects(db):
    division = DivisionFactory(code="431002", name_zh="北湖区")
    base = BaseFactory(slug="host", division=division, park=ParkFactory())
    sought = ProjectFactory(
        slug="sought", name_zh="固态电池电解质", base=base, industry=IndustryFactory(slug="batteries")
    )
    record_stage(sought, Stage.PASSED, by=None)
    ProjectFactory(slug="other", name_zh="铸件", base=BaseFactory(slug="elsewhere"))


@pytest.mark.parametrize(
    "query",
    [
        "q=固态电池",
        "stage=passed",
        "base=host",
        "industry=batteries",
        "division=431002",
        "park=high-tech-zone",
        "stage=passed&base=host&q=dianjiezhi",
    ],
)
@pytest.mark.usefixtures("two_projects")
def test_each_filter_finds_the_project_it_asks_for(client, query):
    assert slugs(client, f"?{query}") == ["sought"]


@pytest.mark.parametrize("sort", ["code", "updated"])
def test_the_pages_walk_through_every_project_once(client, sort):
    for number in range(5):
        ProjectFactory(slug=f"p{number}")
    walked, address = [], f"{LIST}?sort={sort}&page_size=2&fields=slug,base"
    while address:
        page = client.get(address).json()
        walked += [row["slug"] for row in page["results"]]
        address = page["next"]

    assert walked == slugs(client, f"?sort={sort}")
    assert sorted(walked) == ["p0", "p1", "p2", "p3", "p4"]


def test_a_project_off_the_public_site_is_as_absent_as_a_random_one(client):
    ProjectFactory(slug="hidden", is_public=False)

    hidden, random = (client.get(f"{LIST}{slug}/") for slug in ("hidden", "random"))

    assert slugs(client) == []
    assert (hidden.status_code, random.status_code) == (404, 404)
    assert hidden.content.replace(b"hidden", b"random") == random.content


def test_a_base_that_is_not_public_is_neither_named_nor_found(client):
    draft = BaseFactory(
        slug="secret-base",
        name_zh=CANARY,
        state=State.DRAFT,
        division=DivisionFactory(code="431002"),
        park=ParkFactory(),
    )
    ProjectFactory(slug="one", base=draft)

    answers = [client.get(LIST), client.get(f"{LIST}one/"), client.get("/api/v1/statistics/")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not [answer for answer in answers if CANARY in answer.content.decode() or b"secret-base" in answer.content]
    assert answers[1].json()["base"] is None
    assert slugs(client, "?division=431002") == slugs(client, "?park=high-tech-zone") == []
    refusals = [client.get(f"{LIST}?base={slug}") for slug in ("secret-base", "no-such-one")]
    assert [answer.status_code for answer in refusals] == [400, 400]
    assert refusals[0].text.replace("secret-base", "no-such-one") == refusals[1].text


def filled_with_canaries(withheld):
    project = ProjectFactory(
        slug="one",
        summary_zh=f"{CANARY}简介",
        summary_en="CANARYSUMMARY",
        keywords=f"{CANARY}词",
        trl_in=3,
        trl_out=8,
        investment_yuan=Decimal("987654321.00"),
        withheld_fields=" ".join(withheld),
    )
    partner = OrganisationFactory(name_zh=f"{CANARY}公司", name_en="CANARYFIRM", slug="canaryfirm")
    ProjectPartner.objects.create(project=project, organisation=partner)
    ProjectOutcome.objects.create(
        project=project, kind="award", text_zh=f"{CANARY}奖", source=SourceFactory(title_zh=f"{CANARY}来源")
    )
    project.save()  # its words are found anew, the partner among them
    return project


@pytest.mark.parametrize("name", Withholdable.values)
def test_a_withheld_field_is_null_and_named_as_such(client, name):
    filled_with_canaries([name])
    hidden = HIDDEN_BY[Withholdable(name)]

    whole, row = client.get(f"{LIST}one/").json(), client.get(LIST).json()["results"][0]

    assert whole["withheld"] == row["withheld"] == list(hidden)
    assert [whole[field] for field in hidden] == [None] * len(hidden)
    assert [row[field] for field in hidden if field in row] == [None] * len([field for field in hidden if field in row])


def test_nothing_withheld_leaves_the_api_by_any_way(client):
    filled_with_canaries(Withholdable.values)
    addresses = [
        LIST,
        f"{LIST}one/",
        f"{LIST}?fields=trl_in,trl_out,investment_yuan",
        f"{LIST}one/?fields=summary_zh,organisations,outcomes,keywords,sources,trl_in,trl_out",
        "/api/v1/organisations/",
        "/api/v1/statistics/",
        "/api/v1/divisions/",
    ]

    contents = [client.get(address).content.decode() for address in addresses]

    for content in contents:
        assert CANARY not in content
        assert "canary" not in content.lower()
        assert "987654321" not in content
    assert client.get(addresses[2]).json()["results"] == [{"trl_in": None, "trl_out": None, "investment_yuan": None}]


@pytest.mark.parametrize(
    "words", [CANARY, "CANARYSUMMARY", f"{CANARY}公司", f"{CANARY}词", "CANARYFIRM", f"{CANARY}奖"]
)
def test_nobody_finds_a_project_by_what_it_withholds(client, words):
    filled_with_canaries(Withholdable.values)

    assert slugs(client, f"?q={words}") == []


def test_without_withholding_the_same_words_are_found_and_told(client):
    filled_with_canaries([])

    assert slugs(client, f"?q={CANARY}") == ["one"]
    assert client.get(f"{LIST}one/").json()["trl_out"] == 8


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_rows(client, django_assert_num_queries, rows):
    for _number in range(rows):
        project = ProjectFactory(industry=IndustryFactory())
        ProjectOutcome.objects.create(project=project, kind="award", text_zh="奖", source=SourceFactory())

    with django_assert_num_queries(3):
        client.get(LIST)
    with django_assert_num_queries(1):
        client.get(f"{LIST}?stage=&page_size=50")
    with django_assert_num_queries(5):
        client.get(f"{LIST}{project.slug}/")
    with django_assert_num_queries(1):
        client.get(f"{LIST}{project.slug}/")
