"""What every page of an application shows around its own matter: sections, what is missing, what may be done."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.components import Step
from subsidies import permissions
from subsidies.answers import shown, shown_rows
from subsidies.content import BY_RECOMMENDER, CallContent, FormField
from subsidies.editable import NOTHING, Editable, editable
from subsidies.enums import WRITING, State
from subsidies.missing import Missing, is_due
from subsidies.models import Application, ApplicationFile, Correction

DONE, HERE, OPEN = "done", "here", "open"


class Part(NamedTuple):
    """A section on the way through the form, or the materials."""

    label: str
    href: str
    mark: str
    note: str = ""


class Wanted(NamedTuple):
    """An item of a correction, for who mends it."""

    label: str
    href: str
    reason: str
    is_changed: bool


def open_for(user: User, application: Application) -> Editable:
    return editable(application) if permissions.can_write(user, application) else NOTHING


def is_with_firm(application: Application) -> bool:
    return application.state in (*WRITING, State.CORRECTION)


def section_href(application: Application, section_id: str) -> str:
    return reverse("subsidies:application_section", args=[application.public_id, section_id])


def detail_href(application: Application) -> str:
    return reverse("subsidies:application_detail", args=[application.public_id])


def steps_of(application: Application, missing: Iterable[Missing], user: User) -> list[Step]:
    """With links that the person can follow."""
    return [Step(each.text, each.href(application, user)) for each in missing]


# ---------------------------------------------------------------- the way through the form
def parts_of(application: Application, content: CallContent, missing: list[Missing], here: str = "") -> list[Part]:
    unfinished = {each.section for each in missing}
    parts = []
    for section in content.sections:
        mark = HERE if section.id == here else OPEN if section.id in unfinished else DONE
        parts.append(Part(section.title, section_href(application, section.id), mark))
    if not content.materials:
        return parts
    lacking = {each.place for each in missing if each.code in ("material", "infected")}
    due = {each.code for each in content.materials if each.must != BY_RECOMMENDER and is_due(each, application.data)}
    note = f"{len(due - lacking)} / {len(due)}" if due else ""
    mark = OPEN if lacking else DONE
    return [*parts, Part(_("Materials"), f"{detail_href(application)}#materials", mark, note)]


def share_answered(content: CallContent, answers: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the required answers are there, and of how many; no query."""
    due = [each for each in content.fields() if is_due(each, dict(answers))]
    return sum(answers.get(each.id) not in (None, "", []) for each in due), len(due)


def next_href(application: Application, content: CallContent, section_id: str) -> str:
    """The section after this one; after the last one the materials."""
    ids = [section.id for section in content.sections]
    after = ids[ids.index(section_id) + 1 :]
    return section_href(application, after[0]) if after else f"{detail_href(application)}#materials"


# ---------------------------------------------------------------- what the bureau wants mended
def wanted_of(application: Application, content: CallContent, correction: Correction) -> list[Wanted]:
    """Its items, then what they make due, with links; whether each differs from what was signed last. Four queries."""
    signed = _last_signed(application)
    files = _files_by_material(application)
    asked = reasons_of(correction) | opened_because(content, editable(application))
    return [
        _wanted_field(application, content, place, reason, signed)
        if content.field(place)
        else _wanted_material(application, content, place, reason, signed, files)
        for place, reason in asked.items()
    ]


def opened_because(content: CallContent, open_now: Editable) -> dict[str, str]:
    """A sentence by place for what is open though the bureau has not listed it."""
    words = _("Open because of “%(label)s”: with the answer there this is needed too.")
    causes = {place: content.field(cause) for place, cause in open_now.through.items()}
    return {place: words % {"label": cause.label} for place, cause in causes.items() if cause}


def reasons_of(correction: Correction | None) -> dict[str, str]:
    """By id of the field or code of the material."""
    return {item.field or item.material: item.reason for item in correction.items.all()} if correction else {}


def _last_signed(application: Application) -> Mapping[str, Any]:
    last = application.submissions.order_by("-round").first()
    return last.snapshot if last else {}


def _files_by_material(application: Application) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = ApplicationFile.objects.in_force().filter(application=application).values_list("material", "file__sha256")
    for material, sha256 in rows:
        found.setdefault(material, set()).add(sha256)
    return found


def _wanted_field(
    application: Application, content: CallContent, name: str, reason: str, signed: Mapping[str, Any]
) -> Wanted:
    section = content.section_of(name)
    href = f"{section_href(application, section.id)}#field-{name}" if section else detail_href(application)
    is_changed = signed.get("data", {}).get(name) != application.data.get(name)
    return Wanted(content.names().get(name, name), href, reason, is_changed)


def _wanted_material(
    application: Application,
    content: CallContent,
    code: str,
    reason: str,
    signed: Mapping[str, Any],
    files: Mapping[str, set[str]],
) -> Wanted:
    material = content.material(code)
    before = {row["sha256"] for row in signed.get("files", ()) if row["material"] == code}
    label = f"{code} {material.name}" if material else code
    href = f"{detail_href(application)}#material-{code}"
    return Wanted(label, href, reason, before != files.get(code, set()))


# ---------------------------------------------------------------- reading the whole
class Answer(NamedTuple):
    id: str
    label: str
    text: str
    columns: tuple[str, ...]
    rows: list[list[str]]


def answers_of(content: CallContent, data: Mapping[str, Any]) -> list[tuple[str, list[Answer]]]:
    """Titles of the sections with all answers for reading, given or not."""
    return [
        (section.title, [_answer(each, data.get(each.id)) for each in section.fields]) for section in content.sections
    ]


def _answer(field: FormField, value: Any) -> Answer:
    if field.type != "table":
        return Answer(field.id, field.label, shown(field, value), (), [])
    return Answer(field.id, field.label, "", tuple(column.label for column in field.columns), shown_rows(field, value))
