"""Everything the public page of one project shows; what is withheld is named as such and never read."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from bases.figures import Footnotes, sourced_figure
from common.components import Crumb, Figure
from common.models.names import in_reader_language
from common.qr import qr_data_uri
from common.templatetags.chenzhou import shanghai_date, wan_yuan
from projects.enums import Stage, Withholdable
from projects.line import dated, process_stops
from projects.models import Project


def profile(project: Project) -> dict[str, Any]:
    """The context of the page; expects base, industry and source selected, steps, partners and outcomes prefetched."""
    footnotes = Footnotes()
    footnotes.mark(project.source)
    steps = list(project.steps.all())
    address = settings.SITE_URL + project.get_absolute_url()
    return {
        "project": project,
        "crumbs": _crumbs(project),
        "stops": process_stops(project, steps),
        "history": [_step_row(step, footnotes) for step in steps],
        "is_stopped": project.stage == Stage.STOPPED,
        "figures": _figures(project, footnotes),
        "summary": "" if project.withholds(Withholdable.SUMMARY) else _summary(project),
        "partners": _partners(project),
        "outcomes": _outcomes(project, footnotes),
        "withheld": [choice.label for choice in Withholdable if project.withholds(choice)],
        "sources": footnotes.all(),
        "address": address,
        "qr": qr_data_uri(address),
    }


def _crumbs(project: Project) -> list[Crumb]:
    return [Crumb(_("Pilot projects"), reverse("projects:project_list")), Crumb(project.name)]


def _summary(project: Project) -> str:
    return in_reader_language(project.summary_zh, project.summary_en)


def _partners(project: Project) -> list[Any]:
    return [] if project.withholds(Withholdable.ORGANISATIONS) else list(project.partners.all())


def _outcomes(project: Project, footnotes: Footnotes) -> list[tuple[str, str, Any]]:
    if project.withholds(Withholdable.OUTCOMES):
        return []
    rows = project.outcomes.all()
    return [
        (row.get_kind_display(), in_reader_language(row.text_zh, row.text_en), footnotes.mark(row.source))
        for row in rows
    ]


def _step_row(step: Any, footnotes: Footnotes) -> tuple[str, str, str, Any]:
    note = in_reader_language(step.note_zh, step.note_en)
    return step.get_stage_display(), dated(step.happened_on, step.precision), note, footnotes.mark(step.source)


def _figures(project: Project, footnotes: Footnotes) -> list[Figure]:
    rows = [
        (_("Technology field"), project.technology_field, None),
        (_("Readiness level before → after"), _readiness(project), Withholdable.READINESS),
        (_("Pilot investment"), wan_yuan(project.investment_yuan), Withholdable.INVESTMENT),
        (_("Pilot started"), shanghai_date(project.started_on), None),
        (_("Pilot ended"), shanghai_date(project.ended_on), None),
        (_("Run by the enterprise itself"), _yes_or_no(project.is_own_pilot), None),
    ]
    shown = [(label, value) for label, value, withheld in rows if withheld is None or not project.withholds(withheld)]
    figures = [sourced_figure(label, value, footnotes.mark(project.source)) for label, value in shown]
    return [*_industry(project, footnotes), *figures]


def _industry(project: Project, footnotes: Footnotes) -> list[Figure]:
    """No source gives it: the portal classifies, and says so beside the source of what it goes by."""
    if project.industry is None:
        return []
    note = _("classified by the portal after the host base or the description")
    marks = footnotes.mark(project.source, note)
    return [Figure(_("Industry"), project.industry.name, sources=marks, note="" if marks else note)]


def _readiness(project: Project) -> str:
    levels = [str(level) for level in (project.trl_in, project.trl_out) if level is not None]
    return " → ".join(levels)


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else (_("Yes") if value else _("No"))
