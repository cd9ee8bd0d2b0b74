import re
from datetime import date

import pytest

from bases.enums import State
from projects.enums import Stage, Withholdable
from projects.models import ProjectOutcome, ProjectPartner
from projects.workflow import record_stage
from tests.factories import BaseFactory, DivisionFactory, IndustryFactory, ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db

FIGURE = re.compile(r'<div class="figure-row"><dt>([^<]*)</dt><dd>(.*?)\n?</dd></div>', re.DOTALL)
CANARIES = {
    Withholdable.SUMMARY: {"summary_zh": "金丝雀简介", "summary_en": "canary summary"},
    Withholdable.READINESS: {"trl_in": 3, "trl_out": 8},
    Withholdable.INVESTMENT: {"investment_yuan": "87654321.00"},
    Withholdable.KEYWORDS: {"keywords": "金丝雀词"},
}


def test_a_project_that_is_not_public_is_not_found(client):
    project = ProjectFactory(is_public=False, name_zh="内部项目")

    assert client.get(f"/projects/{project.slug}/").status_code == 404
    assert "内部项目" not in client.get("/projects/").content.decode()
    assert "内部项目" not in client.get("/search/?q=内部项目").context["project_cards"]


def test_a_withheld_field_shows_on_no_page_and_is_found_by_no_search(client):
    values = {name: value for fields in CANARIES.values() for name, value in fields.items()}
    project = ProjectFactory(withheld_fields=" ".join(Withholdable.values), **values)
    ProjectPartner.objects.create(project=project, organisation=OrganisationFactory(name_zh="金丝雀公司"))
    ProjectOutcome.objects.create(project=project, kind="award", text_zh="金丝雀成果")

    pages = [
        f"/projects/{project.slug}/",
        f"/en/projects/{project.slug}/",
        "/projects/",
        "/",
        f"/bases/{project.base.slug}/",
    ]
    for address in pages:
        html = client.get(address).content.decode()
        for secret in ("金丝雀", "canary", "87654321", "87,654,321", "8,765.4321", "3 → 8"):
            assert secret not in html, (address, secret)
    for query in ("金丝雀", "canary", "金丝雀公司"):
        assert client.get(f"/projects/?q={query}").context["cards"] == []


def test_a_project_does_not_tell_of_a_base_that_is_not_in_the_registry_yet(client):
    hidden = BaseFactory(state=State.BUREAU_REVIEW, name_zh="未入库基地", slug="hidden")
    project = ProjectFactory(base=hidden)

    for address in (f"/projects/{project.slug}/", "/projects/", "/statistics/", "/search/?q=测试项目"):
        html = client.get(address).content.decode()
        assert "未入库基地" not in html, address
        assert "临武" not in html, address
    assert client.get("/projects/?base=hidden").status_code == 400
    assert client.get("/projects/?division=431025").context["cards"] == []


def test_what_is_withheld_is_named_as_such(client):
    project = ProjectFactory(withheld_fields="summary investment", summary_zh="简介", investment_yuan="1.00")

    answer = client.get(f"/en/projects/{project.slug}/")

    assert [str(label) for label in answer.context["withheld"]] == ["Summary", "Pilot investment"]
    assert answer.context["summary"] == ""


def test_the_line_is_an_ordered_list_with_words_for_a_screen_reader(client):
    project = record_stage(ProjectFactory(), Stage.PASSED, by=None)

    html = client.get(f"/en/projects/{project.slug}/").content.decode()

    assert html.count('class="stop stop-') == 6
    assert html.count('aria-current="step"') == 1


def rows_of(client, project):
    html = client.get(f"/en/projects/{project.slug}/").content.decode()
    return dict(FIGURE.findall(html)), re.findall(r'<th scope="row">(.*?)</th>', html)


def test_the_code_of_a_project_leads_to_its_address(client):
    project, hidden = ProjectFactory(slug="one"), ProjectFactory(is_public=False)

    answer = client.get(f"/en/projects/{project.code}/")

    assert (answer.status_code, answer.url) == (301, "/en/projects/one/")
    assert client.get(f"/projects/{hidden.code}/").status_code == 404


def test_a_step_and_a_figure_without_a_source_say_so(client):
    project = record_stage(ProjectFactory(technology_field="Flotation"), Stage.PASSED, by=None)

    figures, steps = rows_of(client, project)

    assert figures["Technology field"] == 'Flotation<span class="note">No source given</span>'
    assert steps == ['Passed the pilot <span class="note">No source given</span>']


def test_a_step_and_a_figure_with_a_source_lead_to_it(client):
    source = SourceFactory(title_en="Annual list")
    project = record_stage(ProjectFactory(technology_field="浮选", source=source), Stage.PASSED, by=None, source=source)

    figures, steps = rows_of(client, project)

    for told in (figures["Technology field"], *steps):
        assert ("No source given" in told, "Source 1: Annual list" in told) == (False, True)


def test_the_page_says_when_and_by_which_office_a_project_was_verified(client):
    office = OrganisationFactory(name_en="Science Bureau")
    verified = ProjectFactory(verified_on=date(2026, 11, 2), verified_by=office)

    assert rows_of(client, verified)[0]["Last verified"] == '2 November 2026<span class="note">Science Bureau</span>'
    assert "Not yet verified by the bureau" in rows_of(client, ProjectFactory())[0]["Last verified"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("stage=passed", 1), ("stage=pilot", 0), ("base=host", 1), ("industry=battery", 1), ("division=431025", 1)],
)
def test_each_filter_narrows_the_list(client, query, found):
    project = record_stage(
        ProjectFactory(industry=IndustryFactory(slug="battery"), base__slug="host"), Stage.PASSED, by=None
    )
    ProjectFactory(base=None)

    cards = client.get(f"/projects/?{query}").context["cards"]

    assert [card.code for card in cards] == [project.code] * found


def test_a_project_without_a_base_is_found_in_its_own_county_and_a_hidden_base_tells_of_none(client):
    linwu, yongxing = DivisionFactory(), DivisionFactory(code="431023", name_zh="永兴县")
    own = ProjectFactory(base=None, division=linwu)
    hosted = ProjectFactory(base__division=linwu, division=yongxing)
    ProjectFactory(base=BaseFactory(state=State.DRAFT, division=linwu), division=linwu)
    ProjectFactory(base=None)

    def found(query):
        return {card.code for card in client.get(f"/projects/?{query}").context["cards"]}

    facet = client.get("/projects/").context["listing"].counts.facets["division"]
    api = client.get("/api/v1/projects/?division=431025").json()["results"]

    assert found("division=431025") == {row["code"] for row in api} == {own.code, hosted.code}
    assert found("division=431023") == set()
    assert [(choice.value, choice.number) for choice in facet] == [("431025", 2)]


@pytest.mark.parametrize("query", ["stage=finished", "base=%20%27", "cursor=x"])
def test_a_filter_that_does_not_parse_gets_a_sentence(client, query):
    assert client.get(f"/projects/?{query}").status_code == 400


@pytest.mark.parametrize("projects", [1, 3])
def test_list_and_detail_cost_the_same_queries_for_one_and_for_three(client, django_assert_num_queries, projects):
    for _number in range(projects):
        project = record_stage(ProjectFactory(source=SourceFactory()), Stage.PASSED, by=None, source=SourceFactory())

    with django_assert_num_queries(12):
        assert client.get("/projects/").status_code == 200
    with django_assert_num_queries(7):
        assert client.get(f"/projects/{project.slug}/").status_code == 200
