"""The stages of a project, from laboratory to industry: one table of steps, one verb."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.models import Source
from projects.enums import LINE, PASSED_OR_LATER, Precision, Stage
from projects.models import Project, ProjectStep
from projects.permissions import can_edit


class MoveRefused(ValidationError):
    """The project cannot take this step now; the messages are meant for the user."""


def next_stages(stage: str) -> tuple[Stage, ...]:
    """Stages that may follow: any later one on the line, or a stop; an industrialised project may stop too."""
    if stage == Stage.STOPPED:
        return ()
    later = LINE[LINE.index(Stage(stage)) + 1 :] if stage else LINE
    return (*later, Stage.STOPPED)


def record_stage(
    project: Project,
    stage: Stage,
    *,
    by: User | None,
    happened_on: datetime.date | None = None,
    precision: Precision | str = "",
    source: Source | None = None,
    note_zh: str = "",
    note_en: str = "",
) -> Project:
    """Write one step; `by` is None for a command that loads published facts. Whoever else records one names its source.

    Raises PermissionDenied where `by` may not edit, MoveRefused where the step goes backwards or stands already.
    """
    with transaction.atomic():
        current = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        if by is not None and not can_edit(by, current):
            raise PermissionDenied
        if by is not None and source is None:
            raise MoveRefused(_("Name the source of the stage: where it was published or recorded."), code="source")
        if stage not in next_stages(current.stage):
            raise MoveRefused(_refusal(current, stage), code="state")
        step = ProjectStep(
            project=current,
            stage=stage,
            happened_on=happened_on,
            precision=precision,
            source=source,
            note_zh=note_zh,
            note_en=note_en,
        )
        step.full_clean()
        with journal.acting(by=by, action=f"stage_{stage}"):
            step.save()
            _apply(current, step)
        return current


def _apply(project: Project, step: ProjectStep) -> None:
    project.stage = step.stage
    project.stage_on, project.stage_precision = step.happened_on, step.precision
    if step.stage in PASSED_OR_LATER:
        project.has_passed = True
    elif step.stage != Stage.STOPPED:
        project.has_passed = False
    project.version += 1
    project.save()


def _refusal(project: Project, stage: Stage) -> str:
    now = project.get_stage_display() or _("not yet published")
    return _("The project is at “%(now)s”: it cannot go to “%(stage)s” from there.") % {
        "now": now,
        "stage": stage.label,
    }
