"""The process line of a project: the six stops from laboratory to industry, with what is known of each."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from common.components import Stop, StopState
from common.models.names import in_reader_language
from common.templatetags.chenzhou import shanghai_date
from projects.enums import LINE, Precision, Stage
from projects.models import Project, ProjectStep


def dated(day: date | None, precision: str) -> str:
    """The date as exactly as it is known, "" for none."""
    if day is None:
        return ""
    if precision == Precision.BY_MONTH:
        return _("by %(month)s") % {"month": shanghai_date(day, "month")}
    return shanghai_date(day, precision)


def process_stops(project: Project, steps: Sequence[ProjectStep]) -> list[Stop]:
    """Six stops, a seventh where the project stopped; all ahead while no stage is published. No query."""
    known = {step.stage: step for step in steps}
    stopped = known.get(Stage.STOPPED) if project.stage == Stage.STOPPED else None
    reached = _furthest(known) if stopped else (LINE.index(Stage(project.stage)) if project.stage else -1)
    stops = [_stop(stage, position, reached, known, is_broken=bool(stopped)) for position, stage in enumerate(LINE)]
    if stopped:
        stops.insert(reached + 1, _written(Stage.STOPPED, StopState.STOPPED, stopped))
    return stops


def _furthest(known: dict[str, ProjectStep]) -> int:
    return max((LINE.index(Stage(stage)) for stage in known if stage != Stage.STOPPED), default=-1)


def _stop(stage: Stage, position: int, reached: int, known: dict[str, ProjectStep], *, is_broken: bool) -> Stop:
    if position > reached:
        state = StopState.AHEAD
    elif position == reached and not is_broken:
        state = StopState.CURRENT
    else:
        state = StopState.DONE if stage in known else StopState.PASSED
    return _written(stage, state, known.get(stage))


def _written(stage: Stage, state: StopState, step: ProjectStep | None) -> Stop:
    label = str(stage.label)
    if step is None:
        return Stop(label, state)
    return Stop(label, state, dated(step.happened_on, step.precision), in_reader_language(step.note_zh, step.note_en))
