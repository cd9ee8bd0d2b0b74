"""Applications that have passed the form check, each moved by the verbs, as its people would have moved it."""

import json
import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

from accounts.demo import demo_enterprise
from accounts.models import Organisation, User
from chenzhou_pilot.demo.decision import People
from chenzhou_pilot.demo.registered import base_answers, registered
from common.files import received
from common.models import Delivery, DeliveryState
from common.pdf import PdfDocument
from projects.models import Project
from subsidies import accepting, checking, drafting, recommending
from subsidies.attachments import add, rules_of
from subsidies.checking import Finding
from subsidies.content import BY_RECOMMENDER, CallContent, Material
from subsidies.cross_checks import blocking, judge
from subsidies.enums import Judgement, Opinion, Outcome
from subsidies.missing import is_due
from subsidies.models import Application, Call
from subsidies.submitting import submit


class Applicant(NamedTuple):
    """A firm, who writes for it, and who signs."""

    firm: Organisation
    writer: User
    signatory: User


DATA = Path(__file__).resolve().parents[1] / "data" / "demo_applications.json"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
OTHER_PROJECT = "演示：与该项目不是同一项目"
OPINION = "演示：材料齐全，项目属实，同意推荐。"


@transaction.atomic
def demo_applications(call: Call, people: People) -> list[Application]:
    """Those that are not there yet. Their people find it all in the inbox; nothing of it is mailed."""
    own = Applicant(demo_enterprise(), people["lead"], people["enterprise"])
    there = set(call.applications.filter(organisation=own.firm).values_list("project_name", flat=True))
    wanted = [told for told in told_of("projects") if told["project_name"] not in there]
    with nothing_mailed():
        return [checked(submitted(call, told, own), people) for told in wanted]


@contextmanager
def nothing_mailed() -> Iterator[None]:
    before = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    Delivery.objects.filter(pk__gt=before, state=DeliveryState.WAITING).delete()


@transaction.atomic
def demo_draft(call: Call, people: People) -> Application | None:
    """One that its lead has nearly finished, for whoever tries the way of an applicant; None where it is there."""
    own, told = Applicant(demo_enterprise(), people["lead"], people["enterprise"]), told_of("draft")
    if call.applications.filter(organisation=own.firm, project_name=told["project_name"]).exists():
        return None
    return _written(call, told, own, without=told["materials_left"])


@cache
def told_of(part: str) -> Any:
    return json.loads(DATA.read_text("utf-8"))[part]


def submitted(call: Call, told: dict[str, Any], own: Applicant) -> Application:
    """Written by one of the firm for its project of the registry, signed by its administrator."""
    project = registered(told["project_name"], _answers(call, told), own.firm)
    written = _written(call, told, own, project)
    return submit(drafting.hand_over(written, own.writer), own.signatory).application


def _answers(call: Call, told: dict[str, Any]) -> dict[str, Any]:
    """Their days lie so many years back that the product was made before the year of the call."""
    answers: dict[str, Any] = {**told_of("answers"), **told["answers"]}
    made_in = date.fromisoformat(answers["industrialised_on"]).year
    earlier: dict[str, Any] = _back(answers, max(0, made_in - call.year + 1))
    return earlier


def _back(told: Any, years: int) -> Any:
    if isinstance(told, dict):
        return {name: told[name] - years if name == "year" else _back(told[name], years) for name in told}
    if isinstance(told, list):
        return [_back(each, years) for each in told]
    if isinstance(told, str) and DAY.fullmatch(told):
        return f"{int(told[:4]) - years}{told[4:]}"
    return told


def _written(
    call: Call, told: dict[str, Any], own: Applicant, project: Project | None = None, without: Container[str] = ()
) -> Application:
    """With every file that is due but those of the materials in `without`."""
    answers = _answers(call, told) | (base_answers(project) if project else {})
    name = told["project_name"]
    application = drafting.start(call, own.firm, own.writer, project, name, answers)
    for material in application.call_version.parsed.materials:
        is_left = material.must == BY_RECOMMENDER or material.code in without
        if not is_left and is_due(material, application.data):
            add(application, material.code, _paper(material, name), f"演示-{material.code}.pdf", own.writer)
    return application


def checked(application: Application, people: People) -> Application:
    """Recommended by the county, accepted and checked by a clerk, confirmed by the section head."""
    county, clerk = people["county"], people["clerk"]
    content = application.call_version.parsed
    letter = next(material for material in content.materials if material.must == BY_RECOMMENDER)
    paper = _paper(letter, application.project_name)
    with received(paper, f"演示-{letter.code}.pdf", county, rules_of(letter)) as stored:
        recommending.prepare(application, by=county, opinion=Opinion.RECOMMEND, text=OPINION, letter=stored)
    recommending.recommend(application, by=people["leader"])
    accepting.accept(application, by=clerk)
    checking.begin(application, by=clerk)
    checking.record(application, by=clerk, findings=_all_pass(content))
    for hit in blocking(application):
        judge(hit, by=clerk, judgement=Judgement.HARMLESS, reason=OTHER_PROJECT)
    checking.propose(application, by=clerk, outcome=Outcome.PASS)
    return checking.confirm(application, by=people["head"])


def _all_pass(content: CallContent) -> dict[str, Finding]:
    return {item.id: Finding(Outcome.PASS) for item in content.check_items}


def _paper(material: Material, project_name: str) -> bytes:
    """One page that says what it stands for; no two are alike."""
    paper = PdfDocument(material.name, foot="演示数据")
    paper.heading(material.name, f"演示材料：{project_name}")
    paper.text("本页仅供演示，不是正式材料。实际申报时，此处为企业上传的文件。")
    return paper.render()
