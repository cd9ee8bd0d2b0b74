"""The registry's side of a demonstration application: its project, hosted by a demonstration base of the county."""

from datetime import date
from typing import Any

from django.db.models import Max

from accounts.models import Organisation
from bases.codes import compose
from bases.models import Base, Industry
from chenzhou_pilot.demo.bases import YEAR
from chenzhou_pilot.demo.vocabulary import MARK
from common.calendar import shanghai_today
from projects.codes import DEMO_PREFIX
from projects.enums import OutcomeKind, PartnerRole, Precision, Stage
from projects.models import Project
from projects.workflow import record_stage

PREFIX = "demo-applied-project-"
CODES_OF = YEAR - 1  # the codes of YEAR belong to what load_demo numbers
# Each stage, the answer that dates it, and what came of it.
REACHED = (
    (Stage.PILOT, "pilot_started_on", None, ""),
    (Stage.PASSED, "pilot_ended_on", OutcomeKind.PROCESS, "形成中试工艺包一套"),
    (Stage.INDUSTRIALISED, "industrialised_on", OutcomeKind.INDUSTRY, "建成年产{capacity}{capacity_unit}的生产线"),
)


def registered(name: str, answers: dict[str, Any], firm: Organisation) -> Project:
    """The firm's project of that name; made where it is missing, at no base where the county has none to show."""
    there = Project.objects.filter(is_demo=True, name_zh=name, partners__organisation=firm).first()
    return there or _made(name, answers, firm)


def base_answers(project: Project) -> dict[str, Any]:
    """What the application says of the base."""
    if project.base is None:
        return {"used_base": False}
    return {"used_base": True, "base_part": f"{MARK}：提供中试场地和公用工程，试验由本企业自主开展。"}


def _made(name: str, answers: dict[str, Any], firm: Organisation) -> Project:
    last = Project.objects.filter(slug__startswith=PREFIX).aggregate(last=Max("slug"))["last"]
    number = int(last.removeprefix(PREFIX)) + 1 if last else 1
    base = _base(firm, number)
    project = Project.objects.create(
        code=compose(DEMO_PREFIX, CODES_OF, number),
        slug=f"{PREFIX}{number:02d}",
        name_zh=name,
        name_en=f"Demo pilot project of an applicant {number:02d}",
        base=base,
        is_own_pilot=answers["own_pilot"],
        division=None if base else firm.registered_division,
        industry=Industry.objects.filter(name_zh=answers["industry"]).first(),
        technology_field=answers["technology_field"],
        trl_in=answers["trl_before"],
        trl_out=answers["trl_after"],
        investment_yuan=answers["investment_yuan"],
        started_on=answers["pilot_started_on"],
        ended_on=answers["pilot_ended_on"],
        summary_zh=answers["summary"],
        is_public=True,
        is_demo=True,
    )
    project.partners.create(organisation=firm, role=PartnerRole.LEAD)
    return _reached(project, answers)


def _base(firm: Organisation, number: int) -> Base | None:
    """Those of the firm's county in turn, so that one of them has several awards."""
    bases = Base.objects.filter(is_demo=True, division=firm.registered_division).on_public_site().order_by("slug")[:3]
    return bases[number % len(bases)] if bases else None


def _reached(project: Project, answers: dict[str, Any]) -> Project:
    """As far as the day has come on which the application is written."""
    for stage, field, kind, text in REACHED:
        day = date.fromisoformat(answers[field])
        if day <= shanghai_today():
            project = record_stage(project, stage, by=None, happened_on=day, precision=Precision.DAY)
            if kind:
                told = f"{MARK}：{text.format(**answers)}"
                project.outcomes.create(kind=kind, text_zh=told, happened_on=day)
    return project
