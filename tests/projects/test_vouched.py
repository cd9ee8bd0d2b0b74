"""The source and the verification of a project, and the source of an outcome, go with the values they vouched for."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import gettext

from accounts.enums import OrganisationKind, PersonKind
from projects.enums import PartnerRole, Stage
from projects.models import Project, ProjectOutcome, ProjectPartner
from projects.workflow import record_stage
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.bases.test_import_bases import workbook
from tests.bases.test_vouched import lost_words, told, verified
from tests.factories import ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db
IMPORT = "/admin/projects/project/import/"
DAY, LATER = date(2026, 5, 4), date(2026, 6, 5)
KEPT, GONE = (True, (DAY, True)), (False, (None, False))


@pytest.fixture
def project():
    office = OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    project = ProjectFactory(
        investment_yuan="100.00", source=SourceFactory(title_en="List"), verified_on=DAY, verified_by=office
    )
    ProjectPartner.objects.create(project=project, organisation=OrganisationFactory(), role=PartnerRole.PARTNER)
    ProjectOutcome.objects.create(project=project, kind="award", text_zh="成果", source=project.source)
    project.verified_on, project.verified_by = DAY, office
    project.save()
    return Project.objects.get()


def vouched(project):
    day = verified(project)
    return (project.source_id is not None, day)


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"investment_yuan": "200.00"}, GONE),
        ({"trl_out": 6}, GONE),
        ({"summary_zh": "新文"}, (True, (None, False))),
        ({"investment_yuan": "100.0"}, KEPT),
        ({"withheld_fields": "summary"}, KEPT),
        ({"investment_yuan": "200.00", "verified_on": LATER}, (False, (LATER, True))),
    ],
)
def test_a_save_takes_what_vouched_for_the_old_value(project, values, left):
    for name, value in values.items():
        setattr(project, name, value)
    project.save()

    assert vouched(project) == left


def test_another_source_given_with_the_new_figure_stays(project):
    project.investment_yuan, project.source = "200.00", SourceFactory()
    project.save()

    assert vouched(project) == (True, (None, False))


def test_a_recorded_stage_takes_the_verification_and_leaves_the_source_of_the_figures(project):
    record_stage(project, Stage.PILOT, by=None, source=SourceFactory())

    assert vouched(project) == (True, (None, False))


def test_a_partner_that_comes_changes_or_goes_takes_the_verification(project):
    office, partner = project.verified_by, ProjectPartner.objects.get()
    seen = []
    for change in (lambda: None, lambda: setattr(partner, "role", PartnerRole.LEAD)):
        change()
        partner.save()
        seen.append(verified(project))
    project.verified_on, project.verified_by = DAY, office
    project.save()
    ProjectPartner.objects.get().delete()

    assert (seen, verified(project)) == ([(DAY, True), (None, False)], (None, False))


@pytest.mark.parametrize(
    ("values", "is_sourced"), [({"text_zh": "新成果"}, False), ({"text_zh": "成果"}, True), ({"kind": "patent"}, False)]
)
def test_a_changed_outcome_loses_its_source(project, values, is_sourced):
    outcome = ProjectOutcome.objects.get()
    for name, value in values.items():
        setattr(outcome, name, value)
    outcome.save()

    assert (ProjectOutcome.objects.get().source is not None) == is_sourced


def test_the_page_shows_no_old_source_beside_a_new_figure(project, client):
    project.investment_yuan = "200.00"
    project.save()

    answer = client.get(f"/en/projects/{project.slug}/")

    figures = {figure.label: (figure.value, list(figure.sources), figure.note) for figure in answer.context["figures"]}
    assert figures["Pilot investment"] == ("200 yuan", [], "No source given")


def test_an_officer_who_changes_a_figure_and_an_outcome_is_told(project):
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(project)

    client.post(url, filled(client, url, **{"investment_yuan": "200", "outcomes-0-text_zh": "新成果"}))

    assert (vouched(project), ProjectOutcome.objects.get().source) == (GONE, None)
    assert told(client) == [lost_words("the figures of the project", "the record as a whole", "新成果")]


def test_a_verification_said_with_changed_parts_in_one_form_stays(project):
    client = client_of(staff())
    url = change_url(project)
    values = {"verified_on": "2026-06-05", "outcomes-0-text_zh": "新成果", "partners-0-role": "lead"}

    client.post(url, filled(client, url, **values))

    assert (vouched(project), ProjectPartner.objects.get().role) == ((True, (LATER, True)), "lead")


def test_an_import_takes_them_and_its_preview_says_so(project):
    client = client_of(staff())
    table = [["code", "name_zh", "investment_yuan"], [project.code, project.name_zh, "200"]]

    preview = client.post(IMPORT, {"file": workbook(table)})
    client.post(f"{IMPORT}confirm/", {"preview": preview.context["sealed"]})

    labels = ["the figures of the project", "the record as a whole"]
    with translation.override("zh-hans"):
        assert preview.context["plan"].rows[0].lost == [gettext(label) for label in labels]
    assert vouched(project) == GONE
