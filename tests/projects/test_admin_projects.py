import datetime
import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import OrganisationKind, PersonKind
from common.spreadsheet import read_xlsx
from projects.enums import Stage
from projects.models import Project, ProjectPartner, ProjectStep
from projects.workflow import record_stage
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.bases.test_import_bases import workbook
from tests.factories import BaseFactory, DivisionFactory, ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/projects/project/"

# Who sees a project hosted in Linwu and who may save it.
ROWS = [
    (PersonKind.BUREAU_CLERK, {}, 200, True),
    (PersonKind.SECTION_HEAD, {}, 200, True),
    (PersonKind.COUNTY_OFFICER, {"division": "431025"}, 200, True),
    (PersonKind.COUNTY_OFFICER, {"division": "431023"}, 404, False),
    (PersonKind.FINANCE, {}, 200, False),
    (PersonKind.ADMINISTRATOR, {}, 403, False),
]


@pytest.mark.parametrize(("kind", "place", "status", "may_save"), ROWS)
def test_each_kind_of_staff_reaches_the_projects_of_its_own_place(kind, place, status, may_save):
    project = ProjectFactory(keywords="旧词")
    client = client_of(staff(kind, **place))
    url = change_url(project)

    answer = client.get(url)
    client.post(url, filled(client, url, keywords="新词") if may_save else {"keywords": "新词", "seen_version": "1"})

    assert answer.status_code == status
    assert Project.objects.get().keywords == ("新词" if may_save else "旧词")


YONGXING = {"code": "431023", "name_zh": "永兴县"}


def away(**values):
    return BaseFactory(division=DivisionFactory(**YONGXING), **values)


@pytest.mark.parametrize("state", ["listed", "draft"])
def test_a_county_officer_hangs_no_project_on_a_base_of_another_county(state):
    project, other = ProjectFactory(), away(state=state)
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(project)

    answer = client.post(url, filled(client, url, base=str(other.pk)))

    assert (answer.status_code, Project.objects.get().base_id) == (200, project.base_id)


@pytest.mark.parametrize("division", ["431023", ""])
def test_a_county_officer_keeps_a_project_without_base_in_the_own_county(division):
    DivisionFactory(**YONGXING)
    project = ProjectFactory(base=None, division=DivisionFactory())
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(project)

    answer = client.post(url, filled(client, url, division=division))

    assert (answer.status_code, Project.objects.get().division_id) == (200, "431025")


# Who may say what of a project the public reads.
@pytest.mark.parametrize(
    ("kind", "after"), [(PersonKind.COUNTY_OFFICER, (False, "summary")), (PersonKind.BUREAU_CLERK, (True, "outcomes"))]
)
def test_the_bureau_alone_publishes_and_withholds(kind, after):
    project = ProjectFactory(is_public=False, withheld_fields="summary")
    client = client_of(staff(kind))
    url = change_url(project)

    answer = client.post(url, filled(client, url, is_public="on", withheld_fields=["outcomes"], keywords="新词"))

    saved = Project.objects.get()
    assert (answer.status_code, saved.keywords) == (302, "新词")
    assert (saved.is_public, saved.withheld_fields) == after


# Who may say that a project was verified.
@pytest.mark.parametrize(
    ("kind", "verified"), [(PersonKind.COUNTY_OFFICER, None), (PersonKind.BUREAU_CLERK, datetime.date(2026, 11, 2))]
)
def test_the_bureau_alone_says_that_it_has_verified(kind, verified):
    project, office = ProjectFactory(), OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    client = client_of(staff(kind))
    url = change_url(project)
    said = {"verified_on": "2026-11-02", "verified_by": str(office.pk)}

    answer = client.post(url, filled(client, url, **said, keywords="新词"))

    saved = Project.objects.get()
    assert (answer.status_code, saved.keywords) == (302, "新词")
    assert (saved.verified_on, saved.verified_by) == (verified, office if verified else None)


@pytest.mark.parametrize("said", [{"verified_on": "2026-11-02"}, {"verified_on": "2999-01-01"}])
def test_a_verification_has_an_office_and_no_day_to_come(said):
    project = ProjectFactory()
    client = client_of(staff())
    url = change_url(project)

    answer = client.post(url, filled(client, url, **said))

    assert (answer.status_code, Project.objects.get().verified_on) == (200, None)


def test_an_import_of_a_county_verifies_nothing():
    DivisionFactory()
    office = OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    cells = {"division": "431025", "verified_on": "2026-11-02", "verified_by": office.name_zh}
    table = [["code", "name_zh", *cells], ["", "新项目", *cells.values()]]

    answer = client_of(importer_of_a_county()).post(f"{LIST}import/", {"file": workbook(table)})

    sentences = {problem.sentence for problem in answer.context["plan"].rows[0].problems}
    assert sentences == {"核实信息只能由市局填写：请恢复为现有登记内容；原为空的，请清空单元格。"}


def test_a_date_shows_in_the_desk_only_as_far_as_it_is_known():
    project = ProjectFactory(name_zh="旧名")
    record_stage(project, Stage.READY, by=None, happened_on=datetime.date(2024, 12, 1), precision="by_month")
    client = client_of(staff())

    pages = [client.get(address).content.decode() for address in (LIST, change_url(project))]

    assert [page.count("不晚于 2024 年 12 月") for page in pages] == [1, 2]
    assert [page.count("2024-12-01") for page in pages] == [0, 0]


def importer_of_a_county():
    """Nobody holds these rights by a group; whoever is given them by hand is bound all the same."""
    user = staff(PersonKind.COUNTY_OFFICER)
    user.user_permissions.set(Permission.objects.filter(codename="import_project"))
    return user


@pytest.mark.parametrize(
    "cells",
    [{"base": "away"}, {"division": "431023"}, {"division": "431025", "is_public": "是"}, {}],
    ids=["base", "county", "public", "nowhere"],
)
def test_an_import_keeps_to_the_own_place_and_publishes_nothing(cells):
    cells = {name: away().code if value == "away" else value for name, value in cells.items()}
    DivisionFactory(), DivisionFactory(**YONGXING)
    table = [["code", "name_zh", *cells], ["", "新项目", *cells.values()]]

    answer = client_of(importer_of_a_county()).post(f"{LIST}import/", {"file": workbook(table)})

    assert (answer.status_code, len(answer.context["plan"].rows[0].problems)) == (400, 1)


def test_an_import_adds_a_project_of_the_own_county():
    DivisionFactory()
    table = [["code", "name_zh", "division"], ["", "新项目", "431025"]]

    answer = client_of(importer_of_a_county()).post(f"{LIST}import/", {"file": workbook(table)})

    assert [row.status for row in answer.context["plan"].rows] == ["new"]


def test_confidential_fields_are_chosen_one_by_one_and_kept_as_words():
    project = ProjectFactory(withheld_fields="summary")
    client = client_of(staff())
    url = change_url(project)

    client.post(url, filled(client, url, withheld_fields=["outcomes", "summary"]))

    assert Project.objects.get().withheld_fields == "summary outcomes"


@pytest.mark.parametrize("forged", ["password", "summary outcomes", "<b>"])
def test_an_unknown_confidential_field_is_refused(forged):
    project = ProjectFactory()
    client = client_of(staff())
    url = change_url(project)

    client.post(url, filled(client, url, withheld_fields=[forged]))

    assert Project.objects.get().withheld_fields == ""


def test_a_page_sent_back_unchanged_changes_nothing():
    project = ProjectFactory(withheld_fields="summary outcomes")
    client = client_of(staff())
    url = change_url(project)

    client.post(url, filled(client, url))

    assert (Project.objects.get().version, Project.objects.get().withheld_fields) == (1, "summary outcomes")


def test_the_stage_ignores_a_forged_post():
    project = ProjectFactory()
    client = client_of(staff())
    url = change_url(project)
    forged = {"stage": "industrialised", "has_passed": "on", "steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0"}
    forged |= {"steps-0-stage": "passed"}

    client.post(url, filled(client, url, **forged))

    assert (Project.objects.get().stage, ProjectStep.objects.count()) == ("", 0)


def test_a_stage_is_recorded_by_its_own_form():
    project = ProjectFactory()
    data = {"stage": "pilot", "happened_on": "2026-03-01", "precision": "month", "source": str(SourceFactory().pk)}

    answer = client_of(staff()).post(change_url(project, "stage"), data)

    saved = Project.objects.get()
    assert (answer.status_code, saved.stage, saved.stage_on) == (302, Stage.PILOT, datetime.date(2026, 3, 1))


@pytest.mark.parametrize(
    "data",
    [
        {"stage": "laboratory"},
        {"stage": "pilot"},
        {"stage": "launched"},
        {"stage": "passed", "happened_on": "2026-03-01"},
        {"stage": "passed", "precision": "day"},
        {"source": ""},
        {},
    ],
)
def test_a_stage_that_goes_back_or_half_a_date_or_no_source_is_refused(data):
    project = ProjectFactory()
    record_stage(project, Stage.PILOT, by=None)
    given = {"stage": "passed", "source": str(SourceFactory().pk)} | data if "source" in data else data
    given |= {} if "source" in given else {"source": str(SourceFactory().pk)}

    answer = client_of(staff()).post(change_url(project, "stage"), given)

    assert (answer.status_code, Project.objects.get().stage) == (400, Stage.PILOT)


@pytest.mark.parametrize(
    ("kind", "place", "status"),
    [
        (PersonKind.FINANCE, {}, 403),
        (PersonKind.DISCIPLINE, {}, 403),
        (PersonKind.COUNTY_OFFICER, {"division": "431023"}, 404),
    ],
)
def test_whoever_may_not_edit_records_no_stage(kind, place, status):
    project = ProjectFactory()

    answer = client_of(staff(kind, **place)).post(change_url(project, "stage"), {"stage": "pilot"})

    assert (answer.status_code, Project.objects.get().stage) == (status, "")


def test_partners_are_edited_on_the_page_of_their_project():
    project, organisation = ProjectFactory(), OrganisationFactory()
    client = client_of(staff())
    url = change_url(project)
    row = {
        "partners-0-organisation": str(organisation.pk),
        "partners-0-role": "lead",
        "partners-0-project": str(project.pk),
    }

    client.post(url, filled(client, url) | row | {"partners-TOTAL_FORMS": "1"})

    assert [(part.organisation, part.role) for part in ProjectPartner.objects.all()] == [(organisation, "lead")]


def test_a_new_project_gets_code_and_address():
    client = client_of(staff())

    client.post(f"{LIST}add/", filled(client, f"{LIST}add/", name_zh="新项目", name_en="New Project"))

    project = Project.objects.get()
    assert (project.code[:5], project.slug, project.is_public) == ("CZXM-", "new-project", False)


def test_a_project_the_public_has_read_is_never_deleted():
    project = ProjectFactory()
    root = staff(PersonKind.SECTION_HEAD)
    root.is_superuser = True
    root.save()

    assert client_of(root).post(change_url(project, "delete"), {"post": "yes"}).status_code == 403


def test_the_list_finds_by_name_and_first_letters_of_pinyin():
    project = ProjectFactory(name_zh="固态电池中试")
    ProjectFactory(name_zh="别的")
    client = client_of(staff())

    found = [[row.pk for row in client.get(LIST, {"q": query}).context["cl"].result_list] for query in ("电池", "gtdc")]

    assert found == [[project.pk], [project.pk]]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(rows, django_assert_num_queries):
    ProjectFactory.create_batch(rows)
    client = client_of(staff())
    client.get(LIST)

    with django_assert_num_queries(7):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_project_takes_the_same_queries_for_any_number_of_parts(rows, django_assert_num_queries):
    project = ProjectFactory()
    for _ in range(rows):
        ProjectPartner.objects.create(project=project, organisation=OrganisationFactory())
    client = client_of(staff())
    client.get(change_url(project))

    with django_assert_num_queries(15):
        client.get(change_url(project))


def test_an_export_goes_back_in_without_a_change():
    base = BaseFactory(division=DivisionFactory())
    ProjectFactory(
        base=base, trl_in=3, trl_out=6, investment_yuan="100.50", withheld_fields="summary outcomes", is_own_pilot=True
    )
    ProjectFactory(base=None, is_public=False)
    client = client_of(staff())
    content = client.post(f"{LIST}export/").content

    answers = [
        client.post(f"{LIST}import/", {"file": file})
        for file in (workbook(read_xlsx(io.BytesIO(content))), SimpleUploadedFile("out.xlsx", content))
    ]

    assert [[row.status for row in answer.context["plan"].rows] for answer in answers] == [["unchanged"] * 2] * 2


def test_an_import_adds_a_project_at_its_base():
    base = BaseFactory()
    client = client_of(staff())
    table = [["code", "name_zh", "base", "withheld_fields"], ["", "新项目", base.code, "summary；outcomes"]]
    preview = client.post(f"{LIST}import/", {"file": workbook(table)})

    client.post(f"{LIST}import/confirm/", {"preview": preview.context["sealed"]})

    project = Project.objects.get()
    assert (project.base, project.withheld_fields, project.slug) == (base, "summary outcomes", "xin-xiang-mu")


@pytest.mark.parametrize("code", ["CZZS-2024-0001-9", "没有的基地"])
def test_an_import_names_a_wrong_base(code):
    table = [["code", "name_zh", "base"], ["", "新项目", code]]

    answer = client_of(staff()).post(f"{LIST}import/", {"file": workbook(table)})

    assert (answer.status_code, len(answer.context["plan"].rows[0].problems)) == (400, 1)
