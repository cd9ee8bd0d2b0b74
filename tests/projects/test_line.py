from datetime import date

import pytest
from django.utils.translation import override

from common.components import StopState
from projects.enums import Precision, Stage
from projects.line import dated, process_stops
from projects.workflow import record_stage
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db

DONE, PASSED, CURRENT = StopState.DONE, StopState.PASSED, StopState.CURRENT
AHEAD, STOPPED = StopState.AHEAD, StopState.STOPPED


def states(project):
    return [stop.state for stop in process_stops(project, list(project.steps.all()))]


def test_all_stops_are_ahead_while_no_stage_is_published():
    assert states(ProjectFactory()) == [AHEAD] * 6


def test_stops_that_were_passed_but_never_recorded_are_told_apart_from_recorded_ones():
    project = record_stage(record_stage(ProjectFactory(), Stage.PILOT, by=None), Stage.READY, by=None)

    assert states(project) == [PASSED, DONE, PASSED, CURRENT, AHEAD, AHEAD]


def test_an_industrialised_project_stands_at_the_last_stop():
    assert states(record_stage(ProjectFactory(), Stage.INDUSTRIALISED, by=None)) == [PASSED] * 5 + [CURRENT]


def test_a_stop_breaks_the_line_after_the_furthest_stage_reached():
    project = record_stage(record_stage(ProjectFactory(), Stage.PILOT, by=None), Stage.STOPPED, by=None)

    assert states(project) == [PASSED, DONE, STOPPED, AHEAD, AHEAD, AHEAD, AHEAD]


def test_a_project_stopped_before_any_known_stage_shows_only_the_stop():
    assert states(record_stage(ProjectFactory(), Stage.STOPPED, by=None)) == [STOPPED] + [AHEAD] * 6


@pytest.mark.parametrize(
    ("precision", "chinese", "english"),
    [
        (Precision.DAY, "2024 年 12 月 6 日", "6 December 2024"),
        (Precision.MONTH, "2024 年 12 月", "December 2024"),
        (Precision.YEAR, "2024 年", "2024"),
        (Precision.BY_MONTH, "不晚于 2024 年 12 月", "by December 2024"),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(precision, chinese, english):
    day = date(2024, 12, 6)

    with override("zh-hans"):
        assert dated(day, precision) == chinese
    with override("en"):
        assert dated(day, precision) == english
    assert dated(None, "") == ""
