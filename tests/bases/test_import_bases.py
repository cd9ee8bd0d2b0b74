import io
import zipfile

import pytest
import xlsxwriter
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import PersonKind
from bases.codes import compose
from bases.enums import State
from bases.importing import columns
from bases.models import Base
from common.models import JournalEntry
from common.spreadsheet import XLSX_TYPE, read_xlsx
from tests.bases.admin_pages import client_of, staff
from tests.factories import BaseFactory, DivisionFactory, IndustryFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db
IMPORT = "/admin/bases/base/import/"
CONFIRM = f"{IMPORT}confirm/"
EXPORT = "/admin/bases/base/export/"
TITLES = {column.name: column.title for column in columns()}
RIGHT_CODE = "91350100M000100Y43"  # the sample of GB 32100-2015
WRONG_CODE = "91350100M000100Y44"


def sheet(*rows, titles=None, name="bases.xlsx"):
    """A workbook of rows given by field name; the titles are those of all fields named."""
    names = titles or list(dict.fromkeys(name for row in rows for name in ("code", "name_zh", "kind", *row)))
    table = [[TITLES.get(title, title) for title in names], *([row.get(title, "") for title in names] for row in rows)]
    return workbook(table, name=name)


def workbook(table, *, name="bases.xlsx"):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(table):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("FORMULA:"):
                    page.write_formula(number, place, cell.removeprefix("FORMULA:"), value=7)
                else:
                    page.write(number, place, cell)
    return SimpleUploadedFile(name, file.getvalue(), content_type=XLSX_TYPE)


def upload(client, file):
    return client.post(IMPORT, {"file": file})


def confirm(client, preview):
    return client.post(CONFIRM, {"preview": preview.context["sealed"]}, follow=True)


def sentences(answer):
    return [problem.sentence for row in answer.context["plan"].rows for problem in row.problems]


def draft(**values):
    return BaseFactory(state=State.DRAFT, **values)


def row_of(base, **values):
    return {"code": base.code, "name_zh": base.name_zh, "kind": base.kind, **values}


NEW = {"name_zh": "新建中试基地", "kind": "公共类"}


# ---------------------------------------------------------------- preview and confirmation
def test_a_preview_changes_nothing_and_says_what_each_row_would_do():
    DivisionFactory()
    changed, same = draft(area_m2=100), draft()
    rows = [row_of(changed, area_m2=250.5), row_of(same), {**NEW, "kind": "public"}]

    answer = upload(client_of(staff()), sheet(*rows))

    plan = answer.context["plan"]
    assert [(row.number, row.status) for row in plan.rows] == [(2, "changed"), (3, "unchanged"), (4, "new")]
    assert [(d.before, d.after) for d in plan.rows[0].differences] == [("100.00", "250.50")]
    assert (Base.objects.count(), Base.objects.get(pk=changed.pk).area_m2) == (2, 100)


def test_the_confirmation_saves_every_row_with_person_and_file_in_the_journal():
    DivisionFactory()
    IndustryFactory(name_zh="有色金属")
    host = OrganisationFactory(name_zh="依托单位", credit_code=RIGHT_CODE)
    existing, user = draft(), staff()
    client = client_of(user)
    new = {**NEW, "kind": "public", "division": "临武县", "industries": "有色金属", "host": f"依托单位[{RIGHT_CODE}]"}
    preview = upload(client, sheet(new, titles=None, name="新基地.xlsx"))

    confirm(client, preview)

    base = Base.objects.exclude(pk=existing.pk).get()
    entry = JournalEntry.objects.get(object_type="bases.base", object_id=str(base.pk), action="create")
    assert (base.state, base.division_id, base.host) == (State.DRAFT, "431025", host)
    assert ([row.name_zh for row in base.industries.all()], base.code[:5]) == (["有色金属"], "CZZS-")
    assert (entry.actor, entry.source, entry.reason) == (user, "admin", "新基地.xlsx")


def test_a_changed_row_gets_a_new_version_and_only_the_columns_of_the_sheet():
    base = draft(keywords="旧词", summary_zh="简介")
    client = client_of(staff())

    confirm(client, upload(client, sheet(row_of(base, keywords="新词"))))

    saved = Base.objects.get()
    assert (saved.keywords, saved.summary_zh, saved.version) == ("新词", "简介", 2)


@pytest.mark.parametrize("state", [State.COUNTY_REVIEW, State.SITE_CHECK, State.LISTED])
def test_a_name_changes_by_import_in_a_draft_alone(state):
    base = BaseFactory(state=state)

    answer = upload(client_of(staff()), sheet(row_of(base, name_zh="新名称", keywords="新词")))

    assert (answer.status_code, len(sentences(answer))) == (400, 1)


def test_a_county_officer_states_no_verification_by_import():
    user = staff(PersonKind.COUNTY_OFFICER)
    user.user_permissions.set(Permission.objects.filter(codename="import_base"))
    base = draft()

    answer = upload(client_of(user), sheet(row_of(base, verified_on="2026-11-02")))

    assert (answer.status_code, len(sentences(answer))) == (400, 1)


@pytest.mark.parametrize("rows", [1, 5])
def test_the_addresses_of_the_register_are_read_once_for_any_number_of_new_rows(rows):
    client = client_of(staff())
    file = sheet(
        *({"name_zh": f"新建中试基地{number}", "name_en": "New Base", "kind": "public"} for number in range(rows))
    )

    with CaptureQueriesContext(connection) as asked:
        answer = upload(client, file)

    assert answer.context["plan"].counts["new"] == rows
    assert len([query for query in asked if query["sql"].startswith('SELECT "bases_base"."slug"')]) == 1


def test_an_empty_cell_empties_the_field():
    base = draft(keywords="旧词")
    client = client_of(staff())

    confirm(client, upload(client, sheet(row_of(base, keywords=""))))

    assert Base.objects.get().keywords == ""


def test_what_changed_since_the_preview_stops_the_import():
    base, other = draft(keywords="旧词"), draft()
    client = client_of(staff())
    preview = upload(client, sheet(row_of(base, keywords="新词"), row_of(other, keywords="也改")))
    base.keywords, base.version = "别人的词", 2
    base.save()

    answer = confirm(client, preview)

    assert [str(message) for message in answer.context["messages"]] != []
    assert list(Base.objects.order_by("pk").values_list("keywords", flat=True)) == ["别人的词", ""]


def test_a_preview_is_imported_once():
    client = client_of(staff())
    preview = upload(client, sheet({**NEW, "kind": "public"}))

    confirm(client, preview)
    confirm(client, preview)

    assert Base.objects.count() == 1


def test_a_preview_belongs_to_whoever_made_it():
    preview = upload(client_of(staff()), sheet({**NEW, "kind": "public"}))

    confirm(client_of(staff()), preview)

    assert not Base.objects.exists()


@pytest.mark.parametrize("forged", ["", "x", "eyJhIjoxfQ:1x:AAAA"])
def test_a_forged_preview_is_refused(forged):
    answer = client_of(staff()).post(CONFIRM, {"preview": forged}, follow=True)

    assert (answer.status_code, len(answer.context["messages"]), Base.objects.count()) == (200, 1, 0)


def test_one_wrong_row_holds_back_the_whole_sheet():
    good, bad = draft(), draft()

    answer = upload(client_of(staff()), sheet(row_of(good, trl_min=3, trl_max=5), row_of(bad, trl_min=12, trl_max=5)))

    assert (answer.status_code, answer.context["sealed"]) == (400, "")
    assert [row.status for row in answer.context["plan"].rows] == ["changed", "wrong"]
    assert list(Base.objects.values_list("trl_min", flat=True)) == [None, None]


# ---------------------------------------------------------------- wrong rows
@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"division": "长沙市"}, "division"),
        ({"division": "439999"}, "division"),
        ({"park": "无此园区"}, "park"),
        ({"kind": "其他"}, "kind"),
        ({"host": WRONG_CODE}, "host"),
        ({"host": f"依托单位[{WRONG_CODE}]"}, "host"),
        ({"host": RIGHT_CODE}, "host"),
        ({"host": "没有登记的单位"}, "host"),
        ({"industries": "有色金属；没有的行业"}, "industries"),
        ({"area_m2": "很大"}, "area_m2"),
        ({"area_m2": "-5"}, ""),
        ({"area_m2": "1.234"}, "area_m2"),
        ({"staff_total": "3.5"}, "staff_total"),
        ({"founded_on": "2024年13月1日"}, "founded_on"),
        ({"alliance_member": "也许"}, "alliance_member"),
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "长" * 121}, "name_zh"),
        ({"slug": "不 行"}, "slug"),
        ({"longitude": "113.01"}, ""),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_and_sentence(values, column):
    IndustryFactory(name_zh="有色金属")

    answer = upload(client_of(staff()), sheet({**NEW, "kind": "public", **values}))

    (row,) = answer.context["plan"].rows
    assert (answer.status_code, row.number, row.status) == (400, 2, "wrong")
    assert [problem.column for problem in row.problems] == [TITLES.get(column, "")]
    assert all(problem.sentence for problem in row.problems)


@pytest.mark.parametrize("code", ["CZZS-2024-0001-9", "CZZS-24-1", compose("CZZS", 2024, 999)])
def test_a_wrong_base_code_is_refused_with_its_own_sentence(code):
    answer = upload(client_of(staff()), sheet({**NEW, "kind": "public", "code": code}))

    assert (answer.status_code, len(sentences(answer))) == (400, 1)


def test_the_same_code_or_new_name_twice_is_refused():
    base = draft()

    codes = upload(client_of(staff()), sheet(row_of(base), row_of(base)))
    names = upload(client_of(staff()), sheet({**NEW, "kind": "public"}, {**NEW, "kind": "public"}))
    known = upload(client_of(staff()), sheet({"name_zh": base.name_zh, "kind": "public"}))

    assert [len(sentences(answer)) for answer in (codes, names, known)] == [2, 2, 1]


def test_an_import_cannot_change_the_reviewed_fields_of_a_listed_base():
    base = BaseFactory(name_zh="旧名")

    answer = upload(client_of(staff()), sheet(row_of(base, name_zh="新名", keywords="词")))

    assert [problem.column for problem in answer.context["plan"].rows[0].problems] == [TITLES["name_zh"]]
    assert Base.objects.get().name_zh == "旧名"


def test_an_import_may_change_the_other_fields_of_a_listed_base():
    base = BaseFactory()
    client = client_of(staff())

    confirm(client, upload(client, sheet(row_of(base, area_m2=1200))))

    assert Base.objects.get().area_m2 == 1200


def test_a_formula_is_refused_with_its_cell():
    table = [
        [TITLES["code"], TITLES["name_zh"], TITLES["kind"], TITLES["area_m2"]],
        ["", "甲", "public", "FORMULA:=3+4"],
    ]

    answer = upload(client_of(staff()), workbook(table))

    assert (answer.status_code, "D2" in answer.content.decode()) == (400, True)


def test_text_that_looks_like_a_formula_stays_text():
    client = client_of(staff())

    confirm(client, upload(client, sheet({**NEW, "kind": "public", "keywords": "=1+1"})))

    assert Base.objects.get().keywords == "=1+1"


# ---------------------------------------------------------------- wrong files
@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("empty.xlsx", b""),
        SimpleUploadedFile("text.xlsx", b"code,name\n"),
        SimpleUploadedFile("zip.xlsx", b"PK\x03\x04 broken"),
        SimpleUploadedFile("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ],
    ids=lambda file: file.name,
)
def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(file):
    file.seek(0)

    answer = upload(client_of(staff()), file)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["file"])


def test_a_zip_without_a_sheet_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../settings.py", "x")

    assert upload(client_of(staff()), SimpleUploadedFile("a.xlsx", file.getvalue())).status_code == 400


@pytest.mark.parametrize(
    "table",
    [
        [],
        [[TITLES["code"], TITLES["name_zh"], TITLES["kind"]]],
        [["项目代码", "金额"], ["1", "2"]],
        [[TITLES["code"], TITLES["kind"]], ["", "public"]],
        [[TITLES["code"], TITLES["name_zh"], TITLES["kind"], TITLES["kind"]], ["", "甲", "public", "public"]],
        [[TITLES["code"], TITLES["name_zh"], TITLES["kind"], "state"], ["", "甲", "public", "listed"]],
    ],
    ids=["empty", "titles only", "wrong sheet", "column missing", "column twice", "state"],
)
def test_a_sheet_of_another_form_is_refused_with_a_sentence(table):
    answer = upload(client_of(staff()), workbook(table))

    assert (answer.status_code, answer.context["sealed"], Base.objects.count()) == (400, "", 0)
    assert answer.context["plan"].problems


def test_hostile_text_is_shown_as_text():
    client = client_of(staff())
    hostile = "<script>alert(1)</script>"

    page = upload(
        client, sheet({**NEW, "kind": "public", "keywords": hostile}, name="<img src=x>.xlsx")
    ).content.decode()

    assert (hostile in page, "<img src=x>" in page, "&lt;script&gt;alert(1)" in page) == (False, False, True)


# ---------------------------------------------------------------- who may
@pytest.mark.parametrize(
    "kind", [PersonKind.COUNTY_OFFICER, PersonKind.FINANCE, PersonKind.DISCIPLINE, PersonKind.ADMINISTRATOR]
)
def test_without_the_right_nothing_is_imported_or_exported(kind):
    client = client_of(staff(kind))

    answers = [
        client.get(IMPORT),
        upload(client, sheet(NEW)),
        client.post(CONFIRM),
        client.get(f"{IMPORT}template/"),
        client.post(EXPORT),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5


@pytest.mark.parametrize(("address", "sent_to"), [(EXPORT, "/admin/bases/base/"), (CONFIRM, IMPORT)])
def test_what_is_done_by_post_alone_leads_back_when_it_is_opened(address, sent_to):
    answer = client_of(staff()).get(address)

    assert (answer.status_code, answer.headers["Location"]) == (302, sent_to)
    assert not JournalEntry.objects.filter(action="export").exists()


# ---------------------------------------------------------------- out, and back in
def exported(client, query=""):
    return read_xlsx(io.BytesIO(client.post(f"{EXPORT}{query}").content))


def full_base():
    organisation = OrganisationFactory(name_zh="依托单位", credit_code=RIGHT_CODE)
    base = BaseFactory(
        industries=[IndustryFactory(), IndustryFactory()],
        host=organisation,
        area_m2="1200.50",
        equipment_value_yuan="12600000.01",
        founded_on="2024-12-06",
        alliance_member=False,
        trl_min=4,
        trl_max=7,
        openness="open",
        summary_zh="第一行\n第二行",
        keywords="=HYPERLINK(1)",
    )
    base.co_builders.set([organisation, OrganisationFactory(name_zh="共建单位")])
    return base


def test_an_export_goes_back_in_without_a_change():
    full_base()
    BaseFactory()
    client = client_of(staff())

    plan = upload(client, workbook(exported(client))).context["plan"]

    assert [(row.status, row.differences) for row in plan.rows] == [("unchanged", [])] * 2


def test_the_file_itself_goes_back_in_without_a_change():
    full_base()
    client = client_of(staff())
    file = SimpleUploadedFile("out.xlsx", client.post(EXPORT).content)

    assert [row.status for row in upload(client, file).context["plan"].rows] == ["unchanged"]


def test_an_export_holds_no_formula():
    full_base()

    with zipfile.ZipFile(io.BytesIO(client_of(staff()).post(EXPORT).content)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")

    assert b"<f" not in page


def test_an_export_is_the_list_as_filtered_and_stands_in_the_journal():
    BaseFactory(name_zh="在册")
    draft(name_zh="草稿")
    user = staff()

    table = exported(client_of(user), "?state__exact=draft")

    entry = JournalEntry.objects.get(action="export")
    assert [row[1] for row in table[1:]] == ["草稿"]
    assert (entry.actor, entry.changes) == (user, {"count": [None, 1]})


def test_the_template_holds_the_titles_and_lists():
    DivisionFactory()

    content = client_of(staff()).get(f"{IMPORT}template/").content

    assert read_xlsx(io.BytesIO(content)) == [list(TITLES.values())]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<dataValidation ") == 7


@pytest.mark.parametrize("rows", [1, 3])
def test_an_unchanged_sheet_takes_the_same_queries_for_any_number_of_rows(rows, django_assert_num_queries):
    full_base()
    BaseFactory.create_batch(rows - 1)
    client = client_of(staff())
    file = SimpleUploadedFile("out.xlsx", client.post(EXPORT).content)

    with django_assert_num_queries(15):
        upload(client, file)
