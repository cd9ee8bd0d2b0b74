"""The column of sources, of bases and of projects, and the offices that verify."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import OrganisationKind, PersonKind
from bases.models import Base, BaseFigure
from bases.workflow import submit
from common.models import JournalEntry, Source
from projects.models import Project
from tests.bases.admin_pages import client_of, staff
from tests.bases.test_import_bases import EXPORT, NEW, confirm, draft, row_of, sentences, sheet, upload, workbook
from tests.factories import BaseFactory, DivisionFactory, ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 1)
ADDRESS = "https://kjj.example.cn/a?b=1"
UNKNOWN = "未登记来源“%s”：请更正；如需新登记，请写明标题，并注明日期或网址，如：标题[2024-12-06]。"


def source(title_zh="郴州日报报道", **values):
    return SourceFactory(title_zh=title_zh, title_en="", **values)


def shown(answer):
    return [[(change.column, change.before, change.after) for change in row.differences] for row in plan(answer).rows]


def plan(answer):
    return answer.context["plan"]


@pytest.mark.parametrize(
    "cell",
    [
        "郴州日报报道",
        "郴州日报报道[2025-03-01]",
        "郴州日报报道【2025年3月1日】",
        f"郴州日报报道[{ADDRESS}]",
        f"郴州日报报道[2025-03-01 {ADDRESS}]",
        f"郴州日报报道 [{ADDRESS}，2025/3/1]",
        ADDRESS,
        "Chenzhou Daily",
    ],
)
def test_a_source_on_record_is_found_by_what_the_cell_tells_of_it(cell):
    known = SourceFactory(title_zh="郴州日报报道", title_en="Chenzhou Daily", published_on=DAY, url=ADDRESS)
    base = draft(source=None)

    answer = upload(client_of(staff()), sheet(row_of(base, source=cell)))

    assert shown(answer) == [[("来源", "", f"郴州日报报道[2025-03-01 {ADDRESS}]")]]
    confirm(client_of(plan_owner(answer)), answer)
    base.refresh_from_db()
    assert base.source == known
    assert Source.objects.count() == 1


def test_a_source_without_a_day_is_told_from_one_of_the_same_title_by_its_bare_title():
    bare, dated = source(), source(published_on=DAY)
    base = draft(source=bare)

    unchanged = upload(client_of(staff()), sheet(row_of(base, source="郴州日报报道")))
    changed = upload(client_of(staff()), sheet(row_of(base, source="郴州日报报道[2025-03-01]")))

    assert (sentences(unchanged), shown(unchanged)) == ([], [[]])
    assert shown(changed) == [[("来源", "郴州日报报道", "郴州日报报道[2025-03-01]")]]
    confirm(client_of(plan_owner(changed)), changed)
    assert (bare.title_zh, Base.objects.get().source) == (dated.title_zh, dated)


def plan_owner(answer):
    return answer.wsgi_request.user


def test_a_source_that_is_not_on_record_is_shown_as_new_and_entered_once_with_its_day_and_address():
    client = client_of(staff())
    DivisionFactory()
    rows = [{**NEW, "name_zh": name, "source": f"新区公告[2025-03-01 {ADDRESS}]"} for name in ("甲基地", "乙基地")]

    answer = upload(client, sheet(*rows, titles=["code", "name_zh", "kind", "source"]))

    assert [change for change in shown(answer)[0] if change[0] == "来源"] == [
        ("来源", "", f"新来源：新区公告[2025-03-01 {ADDRESS}]")
    ]
    assert "新来源：新区公告" in answer.content.decode()
    assert not Source.objects.exists()
    confirm(client, answer)
    made = Source.objects.get()
    assert (made.title_zh, made.published_on, made.url) == ("新区公告", DAY, ADDRESS)
    assert [base.source for base in Base.objects.all()] == [made, made]
    entry = JournalEntry.objects.get(object_type="common.source", action="create")
    assert (entry.actor, entry.source, entry.reason) == (plan_owner(answer), "admin", "bases.xlsx")


def test_a_draft_imported_with_its_source_can_be_submitted_without_being_opened():
    known, place, user = source(), DivisionFactory(), staff()
    client = client_of(user)
    row = {**NEW, "division": place.name_zh, "summary_zh": "简介", "source": known.title_zh}

    confirm(client, upload(client, sheet(row, titles=["code", "name_zh", "kind", "division", "summary_zh", "source"])))

    base = Base.objects.get()
    assert base.missing_for_submission() == []
    submit(base, by=user)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (
            "没有的来源",
            UNKNOWN % "没有的来源",
        ),
        (
            "https://kjj.example.cn/other",
            UNKNOWN % "https://kjj.example.cn/other",
        ),
        ("年度报告", "名为“年度报告”的来源不止一个，请注明日期或网址，如：标题[2024-12-06]。"),
        (f"另一个标题[{ADDRESS}]", "该网址属于已登记的来源“郴州日报报道”，请核对标题或网址。"),
        (
            "公告[2025-02-30]",
            UNKNOWN % "公告[2025-02-30]",
        ),
    ],
)
def test_a_source_that_cannot_be_told_is_refused_with_a_sentence(cell, sentence):
    source(url=ADDRESS)
    source("年度报告", published_on=date(2024, 1, 1))
    source("年度报告", published_on=date(2025, 1, 1))

    answer = upload(client_of(staff()), sheet(row_of(draft(), source=cell)))

    assert answer.status_code == 400
    assert sentences(answer) == [sentence]
    assert Source.objects.filter(title_zh__in=["没有的来源", "另一个标题", "公告"]).count() == 0


def test_of_sources_with_one_title_the_day_decides():
    source("年度报告", published_on=date(2024, 1, 1))
    later = source("年度报告", published_on=date(2025, 1, 1))
    base, client = draft(source=None), client_of(staff())

    confirm(client, upload(client, sheet(row_of(base, source="年度报告[2025-01-01]"))))

    base.refresh_from_db()
    assert base.source == later


def test_whoever_may_enter_no_source_names_one_on_record():
    officer = staff(PersonKind.COUNTY_OFFICER)
    officer.user_permissions.add(Permission.objects.get(codename="import_base"))
    known = source()
    base = draft(source=None, division_id="431025")
    client = client_of(officer)

    refused = upload(client, sheet(row_of(base, source="新公告[2025-03-01]")))
    confirm(client, upload(client, sheet(row_of(base, source=known.title_zh))))

    assert sentences(refused) == ["未登记来源“新公告”，请先由市科技局登记。"]
    base.refresh_from_db()
    assert base.source == known


def exported(client, address):
    return SimpleUploadedFile("out.xlsx", client.post(address).content)


@pytest.mark.parametrize(
    "values",
    [
        {"published_on": None, "url": ""},
        {"published_on": DAY, "url": ""},
        {"published_on": None, "url": ADDRESS},
        {"published_on": DAY, "url": ADDRESS},
        {"published_on": DAY, "url": "https://kjj.example.cn/a[1],b;c"},
        {"title_zh": "通知（第 3 号）【附件】", "published_on": DAY},
        {"title_zh": "年报[2025-03-01]", "published_on": None},
    ],
)
def test_an_exported_source_goes_back_in_without_a_change(values):
    for _ in range(2):  # recorded twice alike: each base keeps its own
        BaseFactory(source=SourceFactory(**{"title_zh": "郴州日报报道", **values}))
        ProjectFactory(source=SourceFactory(**{"title_zh": "郴州日报报道", **values}))
    client, count = client_of(staff()), Source.objects.count()

    bases = upload(client, exported(client, EXPORT))
    projects = client.post(
        "/admin/projects/project/import/", {"file": exported(client, "/admin/projects/project/export/")}
    )

    assert [(row.status, row.problems) for row in plan(bases).rows] == [("unchanged", [])] * Base.objects.count()
    assert [(row.status, row.problems) for row in plan(projects).rows] == [("unchanged", [])] * 2
    assert Source.objects.count() == count


def test_another_change_leaves_a_row_the_source_it_has_among_those_recorded_alike():
    source(published_on=DAY)
    own = source(published_on=DAY)
    base, client = draft(source=own), client_of(staff())

    confirm(client, upload(client, sheet(row_of(base, area_m2=7, source="郴州日报报道[2025-03-01]"))))

    base.refresh_from_db()
    assert (base.source, base.area_m2) == (own, 7)


def test_an_empty_cell_takes_the_source_away():
    base, client = draft(source=source()), client_of(staff())

    answer = upload(client, sheet(row_of(base, source="")))
    confirm(client, answer)

    assert shown(answer) == [[("来源", "郴州日报报道", "")]]
    base.refresh_from_db()
    assert base.source is None


def test_a_project_gets_its_source_by_import_too():
    project, client = ProjectFactory(source=None), client_of(staff())
    row = [project.code, project.name_zh, "新区公告[2025-03-01]"]
    file = workbook([["code", "name_zh", "source"], row], name="projects.xlsx")

    answer = client.post("/admin/projects/project/import/", {"file": file})
    client.post("/admin/projects/project/import/confirm/", {"preview": answer.context["sealed"]})

    project.refresh_from_db()
    assert (project.source.title_zh, project.source.published_on) == ("新区公告", DAY)


def test_the_page_says_how_a_source_is_written():
    answer = client_of(staff()).get("/admin/bases/base/import/")

    assert "“来源”列：填写来源标题" in answer.content.decode()


# ---------------------------------------------------------------- who verifies
def test_an_office_alone_verifies_by_sheet_model_and_desk():
    firm = OrganisationFactory(name_zh="某企业")
    office = OrganisationFactory(name_zh="某科技局", kind=OrganisationKind.GOVERNMENT)
    base, clerk = draft(), client_of(staff())
    said = {"verified_on": "2025-03-01"}

    refused = upload(clerk, sheet(row_of(base, **said, verified_by="某企业")))
    taken = upload(clerk, sheet(row_of(base, **said, verified_by="某科技局")))

    assert sentences(refused) == ["“某企业”不是已登记的核实单位：核实单位应为政府部门或园区管委会。"]
    assert plan(taken).counts["changed"] == 1
    for row in (base, BaseFigure(base=base, field="area_m2", source=source()), ProjectFactory()):
        row.verified_on, row.verified_by = DAY, firm
        with pytest.raises(ValidationError) as refusal:
            row.clean_fields()
        assert list(refusal.value.error_dict) == ["verified_by"]
        row.verified_by = office
        row.clean_fields()


def test_the_desk_offers_offices_alone_to_verify():
    OrganisationFactory(name_zh="某企业")
    OrganisationFactory(name_zh="某管委会", kind=OrganisationKind.PARK_COMMITTEE)
    client = client_of(staff())

    for model, name in ((Base, "base"), (Project, "project")):
        asked = {"app_label": model._meta.app_label, "model_name": name, "field_name": "verified_by", "term": "某"}
        answer = client.get("/admin/autocomplete/", asked).json()
        assert [row["text"] for row in answer["results"]] == ["某管委会"]
    page = client.get(f"/admin/bases/base/{draft().pk}/change/").content.decode()
    choices = page.split('name="figures-__prefix__-verified_by"')[1].split("</select>")[0]
    assert ("某管委会" in choices, "某企业" in choices) == (True, False)
