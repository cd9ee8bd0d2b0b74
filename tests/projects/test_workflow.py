from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from common.models import JournalEntry
from projects.enums import LINE, Stage
from projects.models import Project
from projects.workflow import MoveRefused, next_stages, record_stage
from tests.factories import ProjectFactory, SourceFactory
from tests.factories_accounts import user_of_kind

pytestmark = pytest.mark.django_db

# Written out by hand: from which stage a project may go where.
EXPECTED = {
    "": {
        "laboratory",
        "pilot",
        "passed",
        "ready_for_industrialisation",
        "small_scale_production",
        "industrialised",
        "stopped",
    },
    "laboratory": {
        "pilot",
        "passed",
        "ready_for_industrialisation",
        "small_scale_production",
        "industrialised",
        "stopped",
    },
    "pilot": {"passed", "ready_for_industrialisation", "small_scale_production", "industrialised", "stopped"},
    "passed": {"ready_for_industrialisation", "small_scale_production", "industrialised", "stopped"},
    "ready_for_industrialisation": {"small_scale_production", "industrialised", "stopped"},
    "small_scale_production": {"industrialised", "stopped"},
    "industrialised": {"stopped"},
    "stopped": set(),
}


@pytest.mark.parametrize("stage", ["", *Stage], ids=str)
def test_a_project_goes_on_or_stops_and_never_back(stage):
    assert set(next_stages(stage)) == EXPECTED[stage]


@pytest.mark.parametrize("before", list(Stage), ids=str)
def test_a_step_is_taken_exactly_where_the_table_allows_it(before):
    told = {"by": user_of_kind("bureau_clerk"), "source": SourceFactory()}
    for after in Stage:
        project = record_stage(ProjectFactory(), before, **told)
        if after in EXPECTED[before]:
            assert record_stage(project, after, **told).stage == after
        else:
            with pytest.raises(MoveRefused):
                record_stage(project, after, **told)
            assert Project.objects.get(pk=project.pk).stage == before


def test_a_step_keeps_its_date_its_precision_and_its_source():
    source = SourceFactory()

    project = record_stage(
        ProjectFactory(), Stage.PASSED, by=None, happened_on=date(2024, 6, 1), precision="month", source=source
    )

    step = project.steps.get()
    assert (step.stage, step.happened_on, step.precision, step.source) == ("passed", date(2024, 6, 1), "month", source)
    assert (project.stage_on, project.stage_precision, project.has_passed) == (date(2024, 6, 1), "month", True)


def test_a_date_without_its_precision_is_refused():
    with pytest.raises(ValidationError):
        record_stage(ProjectFactory(), Stage.PILOT, by=None, happened_on=date(2024, 6, 1))


@pytest.mark.parametrize(("stage", "has_passed"), [(stage, LINE.index(stage) >= 2) for stage in LINE])
def test_a_project_has_passed_from_that_stage_on(stage, has_passed):
    assert record_stage(ProjectFactory(), stage, by=None).has_passed is has_passed


def test_a_project_that_stops_after_it_passed_has_still_passed():
    project = record_stage(ProjectFactory(), Stage.READY, by=None)

    assert record_stage(project, Stage.STOPPED, by=None).has_passed is True


@pytest.mark.parametrize("kind", ["finance", "expert", "discipline", "administrator", "enterprise", "base_operator"])
def test_other_people_record_no_stage(kind):
    with pytest.raises(PermissionDenied):
        record_stage(ProjectFactory(), Stage.PILOT, by=user_of_kind(kind))


def test_an_officer_records_for_the_own_county_alone():
    project = ProjectFactory()

    with pytest.raises(PermissionDenied):
        record_stage(project, Stage.PILOT, by=user_of_kind("county_officer", division="431022"))

    officer = user_of_kind("county_officer")
    assert record_stage(project, Stage.PILOT, by=officer, source=SourceFactory()).stage == Stage.PILOT


def test_whoever_records_a_stage_names_its_source():
    project = ProjectFactory()

    with pytest.raises(MoveRefused, match="来源"):
        record_stage(project, Stage.PILOT, by=user_of_kind("bureau_clerk"))

    assert Project.objects.get().stage == ""


def test_each_step_is_in_the_journal():
    clerk = user_of_kind("bureau_clerk")

    project = record_stage(ProjectFactory(), Stage.PILOT, by=clerk, source=SourceFactory())

    entry = JournalEntry.objects.filter(object_type="projects.project", object_id=str(project.pk)).latest("id")
    assert (entry.action, entry.actor_id, entry.changes["stage"]) == ("stage_pilot", clerk.pk, ["", "pilot"])
