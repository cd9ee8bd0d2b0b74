"""The application as an expert reads it: as signed, without the contacts of the firm, files as pictures alone."""

import dataclasses
import re
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from common.calendar import SHANGHAI
from common.file_previews import can_preview
from subsidies.content import STAMPED_FORM, CallContent, FormField
from subsidies.models import Application, ApplicationFile, Assignment
from subsidies.overview import Answer, answers_of

CONTACT_TYPES = ("phone", "email")
CONTACT_SOURCES = ("organisation.legal_representative",)
CONTACT_WORDS = re.compile(
    r"联系人|联系电话|联系方式|法定代表人|法人代表|手机|邮箱|微信|contact|legal representative|phone|e-?mail",
    re.IGNORECASE,
)


class ShownFile(NamedTuple):
    """`is_drawn` is False for what has no pages to draw: the bureau shows it to the panel where it is needed."""

    row: ApplicationFile
    is_drawn: bool


class ShownMaterial(NamedTuple):
    code: str
    name: str
    files: list[ShownFile]


# ---------------------------------------------------------------- answers
def is_contact(field: FormField) -> bool:
    """Whether the field says whom to turn to in the firm. The one place where this is decided."""
    labels = f"{field.label_zh}\n{field.label_en}"
    return field.type in CONTACT_TYPES or field.prefill in CONTACT_SOURCES or CONTACT_WORDS.search(labels) is not None


def without_contacts(content: CallContent) -> CallContent:
    sections = tuple(
        dataclasses.replace(section, fields=tuple(_reduced(field) for field in section.fields if not is_contact(field)))
        for section in content.sections
    )
    return dataclasses.replace(content, sections=tuple(section for section in sections if section.fields))


def _reduced(field: FormField) -> FormField:
    return dataclasses.replace(field, columns=tuple(column for column in field.columns if not is_contact(column)))


def signed_snapshot(application: Application) -> dict[str, Any]:
    """Of the last signature; one query."""
    found: dict[str, Any] | None = application.submissions.order_by("-round").values_list("snapshot", flat=True).first()
    return found or {"data": {}, "files": []}


def answers_for_experts(content: CallContent, snapshot: dict[str, Any]) -> list[tuple[str, list[Answer]]]:
    return answers_of(without_contacts(content), snapshot["data"])


# ---------------------------------------------------------------- files
def materials_for_experts(application: Application, snapshot: dict[str, Any]) -> list[ShownMaterial]:
    """What was signed, but for the stamped form, which repeats the answers with the contacts. One query."""
    signed = {(each["material"], each["sha256"]) for each in snapshot["files"]}
    rows = [row for row in application.files.select_related("file") if (row.material, row.file.sha256) in signed]
    materials = [each for each in application.call_version.parsed.materials if each.code != STAMPED_FORM]
    return [
        ShownMaterial(
            each.code,
            each.name,
            [ShownFile(row, can_preview(row.file)) for row in rows if row.material == each.code],
        )
        for each in materials
        if any(row.material == each.code for row in rows)
    ]


def file_for_experts(application: Application, file_id: UUID) -> ApplicationFile | None:
    """One of those that are drawn; two queries."""
    shown = materials_for_experts(application, signed_snapshot(application))
    drawn = (each.row for material in shown for each in material.files if each.is_drawn)
    return next((row for row in drawn if row.file.public_id == file_id), None)


def watermark(assignment: Assignment, moment: datetime) -> str:
    """Who looks, when and at what; ASCII, for common.file_drawing."""
    at = moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return f"{assignment.expert.code}  {at}  {assignment.application.number}"
