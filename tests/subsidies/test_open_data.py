"""Yearly figures, and the files that hold everything public: what is in them, and that no cell can run."""

import csv
import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from bases.enums import State as BaseState
from common.sheet_writing import FORMULA_STARTS
from subsidies.enums import DocumentState, Payer
from subsidies.open_data.datasets import AWARDS, DATASETS
from subsidies.open_data.figures import YearRow
from tests.factories import BaseFactory, IndustryFactory, ProjectFactory
from tests.factories_awards import AwardFactory, awarded, on_document, paid, recovered
from tests.factories_subsidies import SchemeFactory, firm

pytestmark = pytest.mark.django_db


def content(client, name):
    answer = client.get(f"/open-data/{name}")
    assert answer.status_code == 200
    return answer.getvalue()


def csv_rows(client, name="awards.csv"):
    return list(csv.DictReader(io.StringIO(content(client, name).decode().removeprefix("\ufeff"), newline="")))


def sheets(client, name="awards.xlsx"):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(client, name)))
    return [book.get_sheet_by_index(at).to_python() for at in range(len(book.sheet_names))]


@pytest.fixture
def award():
    base = BaseFactory(slug="battery", name_zh="固态电池基地", state=BaseState.LISTED)
    project = ProjectFactory(slug="cells", base=base, industry=IndustryFactory(name_zh="储能"))
    own = firm(name_zh="某公司", slug="a-firm")
    award = awarded(organisation=own, project=project, project_name="固态电芯", awarded_on=date(2026, 5, 1))
    paid(award, "1500000.00", date(2026, 6, 1))
    return award


# ---------------------------------------------------------------- figures
def test_money_counts_in_the_year_it_was_awarded_paid_or_came_back(client, award):
    paid(award, "500000.00", date(2027, 1, 5), Payer.COUNTY)
    recovered(award, "800000.00", date(2028, 1, 8))
    AwardFactory(awarded_on=date(2026, 2, 1), amount_yuan="100.00", revoked_on=date(2026, 3, 1))
    AwardFactory(awarded_on=date(2026, 2, 1), organisation=firm(is_demo=True))
    on_document(DocumentState.COUNTERSIGNED)

    answer = client.get("/awards/figures/")

    assert answer.context["years"] == [
        YearRow(2028, 0, 0, Decimal(0), Decimal(0), Decimal(800_000)),
        YearRow(2027, 0, 0, Decimal(0), Decimal(500_000), Decimal(0)),
        YearRow(2026, 2, 1, Decimal(2_000_000), Decimal(1_500_000), Decimal(0)),
    ]
    assert answer.context["overall"] == YearRow(0, 2, 1, Decimal(2_000_000), Decimal(2_000_000), Decimal(800_000))


def test_each_group_adds_up_to_the_whole_with_what_is_not_known(client, award):
    AwardFactory(amount_yuan="100.00", organisation=firm(registered_division=None), scheme=SchemeFactory(slug="z"))

    groups = {group.name: group.rows for group in client.get("/en/awards/figures/").context["groups"]}

    assert {name: sum(row.number for row in rows) for name, rows in groups.items()} == dict.fromkeys(groups, 2)
    assert [(row.key, row.awarded_yuan) for row in groups["base"]] == [
        ("battery", Decimal(2_000_000)),
        ("", Decimal(100)),
    ]
    assert groups["division"][-1].label == "Not known"


def test_a_year_can_be_chosen(client, award):
    AwardFactory(awarded_on=date(2025, 1, 1))

    def numbers(query):
        groups = client.get(f"/awards/figures/{query}").context["groups"]
        return sum(row.number for row in groups[0].rows)

    assert [numbers(query) for query in ("", "?year=2026", "?year=2025")] == [2, 1, 1]


def test_few_awards_are_said_to_be_few_and_none_is_said_kindly(client):
    assert "No award has been published yet" in client.get("/en/awards/figures/").content.decode()

    AwardFactory()

    assert "There is 1 award so far: too few" in client.get("/en/awards/figures/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_figures_cost_the_same_queries_for_any_number_of_awards(client, award, django_assert_num_queries, rows):
    for _ in range(rows):
        AwardFactory(scheme=award.scheme)

    with django_assert_num_queries(12):
        client.get("/awards/figures/")


# ---------------------------------------------------------------- files
def test_every_format_holds_the_same_awards(client, award):
    [row] = csv_rows(client)
    [told] = json.loads(content(client, "awards.json"))["rows"]
    names, values = sheets(client)[0]

    assert row == {
        "award_id": str(award.pk),
        "project_name": "固态电芯",
        "firm": "某公司",
        "scheme": award.scheme.slug,
        "scheme_name": award.scheme.name_zh,
        "amount_yuan": "2000000.00",
        "document_number": award.document.number,
        "awarded_on": "2026-05-01",
        "standing": "part_paid",
        "paid_yuan": "1500000.00",
        "paid_on": "2026-06-01",
        "recovered_yuan": "",
        "revoked_on": "",
        "project_code": award.project.code,
        "base_code": award.project.base.code,
        "base_name": "固态电池基地",
        "division_code": "431025",
        "division_name": "临武县",
        "park_name": "",
        "industry": "储能",
        "url": row["url"],
    }
    assert row["url"].endswith(f"/awards/{award.pk}/")
    assert {name: "" if value is None else str(value) for name, value in told.items()} == row
    read = dict(zip(names, values, strict=True))
    assert (read["firm"], read["amount_yuan"], read["awarded_on"]) == ("某公司", 2_000_000.0, date(2026, 5, 1))


def test_nothing_that_is_not_public_and_no_demo_is_in_any_file(client, award):
    on_document(DocumentState.COUNTERSIGNED, project_name="金丝雀未下达")
    AwardFactory(project_name="金丝雀演示", organisation=firm(is_demo=True))
    draft = BaseFactory(name_zh="金丝雀基地", state=BaseState.DRAFT)
    hidden = ProjectFactory(name_zh="金丝雀内部", is_public=False, base=draft)
    AwardFactory(project=hidden, project_name="公开名称")

    for name in ("awards.csv", "awards.json", "bases.csv", "projects.csv", "awards-360giving.json"):
        assert "金丝雀" not in content(client, name).decode(), name
    assert all("金丝雀" not in str(row) for sheet in sheets(client) for row in sheet)
    assert [row["project_name"] for row in csv_rows(client)] == ["公开名称", "固态电芯"]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_of_a_file_can_run(client, start):
    text = f"{start}1+1".replace("\x00", "")
    award = AwardFactory(project_name=text, organisation=firm(name_zh=text))
    award.refresh_from_db()

    cells = [cell for row in csv_rows(client) for cell in row.values()]
    assert [cell for cell in cells if cell.lstrip(" \u3000").startswith(FORMULA_STARTS)] == []
    with zipfile.ZipFile(io.BytesIO(content(client, "awards.xlsx"))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert [row[1:3] for row in sheets(client)[0][1:]] == [[award.project_name, award.organisation.name_zh]]


@pytest.mark.parametrize("name", DATASETS)
def test_every_field_of_a_dataset_is_described_and_every_row_has_them_all(client, award, name):
    told = json.loads(content(client, f"{name}.json"))

    names = [field["name"] for field in told["fields"]]
    assert all(field["description"] and field["type"] for field in told["fields"])
    assert told["rows"]
    assert all(list(row) == names for row in told["rows"])
    assert told["licence"]["name"] == "CC BY 4.0"
    assert len(told["as_of"]) == 10
    assert all(len(row) == len(names) for row in sheets(client, f"{name}.xlsx")[0])


def test_an_excel_file_says_what_it_is_on_its_second_sheet(client, award):
    answer = client.get("/en/open-data/awards.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))

    about = book.get_sheet_by_name("About the data").to_python()

    assert answer["Content-Disposition"].startswith('attachment; filename="chenzhou-pilot-')
    assert ["Licence", "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"] in about
    assert {row[0] for row in about} >= {field.name for field in AWARDS.fields}


def test_the_package_describes_every_dataset(client):
    told = client.get("/en/open-data/datapackage.json").json()

    assert [row["name"] for row in told["resources"]] == ["awards", "bases", "projects"]
    assert [field["name"] for field in told["resources"][0]["schema"]["fields"]] == [
        field.name for field in AWARDS.fields
    ]
    assert told["licenses"] == [{"name": "CC BY 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}]


def test_awards_come_in_the_shape_of_360giving(client, award):
    [grant] = json.loads(content(client, "awards-360giving.json"))["grants"]

    assert (grant["id"], grant["title"]) == (f"chenzhou-pilot:award:{award.pk}", "固态电芯")
    assert (grant["currency"], grant["amountAwarded"], grant["awardDate"]) == ("CNY", 2_000_000.0, "2026-05-01")
    assert grant["recipientOrganization"] == [{"id": "chenzhou-pilot:organisation:a-firm", "name": "某公司"}]


def test_an_unchanged_file_is_a_304_and_head_reads_no_row(client, award, django_assert_num_queries):
    etag = client.get("/open-data/awards.csv")["ETag"]

    with django_assert_num_queries(1):
        assert client.get("/open-data/awards.csv", headers={"if-none-match": etag}).status_code == 304
    with django_assert_num_queries(1):
        assert client.head("/open-data/awards.csv")["ETag"] == etag
    for form in ("json", "xlsx"):
        with django_assert_num_queries(1):
            assert client.head(f"/open-data/awards.{form}").status_code == 200
    AwardFactory()
    assert client.get("/open-data/awards.csv", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("name", ["awards.exe", "people.csv", "awards.html"])
def test_what_is_not_offered_is_not_found(client, name):
    assert client.get(f"/open-data/{name}").status_code == 404


def test_an_empty_dataset_is_a_whole_file(client):
    assert json.loads(content(client, "awards.json"))["rows"] == []
    assert csv_rows(client) == []
    assert len(sheets(client)[0]) == 1
