"""What changed between two signed snapshots, field by field and file by file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from subsidies.answers import shown
from subsidies.content import CallContent, FormField
from subsidies.models import Submission
from subsidies.snapshots import Snapshot

ABSENT: tuple[Any, ...] = (None, "", [])


class RowChange(NamedTuple):
    """Rows of a table are told by their place, from 1; None where there was, or is, no such row."""

    position: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class FieldChange(NamedTuple):
    """`before` and `after` are stored values; `rows` those that differ in a table."""

    id: str
    before: Any
    after: Any
    rows: tuple[RowChange, ...] = ()


class FileChange(NamedTuple):
    material: str
    name: str
    sha256: str
    is_added: bool


class Differences(NamedTuple):
    """`facts` are the names of firm, unit and project, under "organisation.name" and the like."""

    facts: tuple[FieldChange, ...]
    fields: tuple[FieldChange, ...]
    files: tuple[FileChange, ...]

    def __bool__(self) -> bool:
        return any(self)


class Line(NamedTuple):
    """A change in words, in the reader's language."""

    place: str
    label: str
    before: str
    after: str


def differences(before: Snapshot, after: Snapshot) -> Differences:
    return Differences(
        tuple(_changed(_facts(before), _facts(after))),
        tuple(_changed(before["data"], after["data"])),
        tuple(_files(before["files"], after["files"])),
    )


def since_last(submission: Submission) -> Differences | None:
    """What this signature changed; None for the first one. One query."""
    earlier = submission.application.submissions.filter(round__lt=submission.round).order_by("-round").first()
    return differences(earlier.snapshot, submission.snapshot) if earlier else None


def lines_of(found: Differences, content: CallContent) -> list[Line]:
    """For people: facts, then fields and materials in the order of the form, what it no longer has at the end."""
    fields, names = {field.id: field for field in content.fields()}, content.names()
    places = {name: place for place, name in enumerate([*fields, *(each.code for each in content.materials)])}
    lines = [_line_of_field(change, fields.get(change.id), names) for change in found.fields]
    lines += [_line_of_file(change, content) for change in found.files]
    lines.sort(key=lambda line: places.get(line.place, len(places)))
    return [Line(each.id, _name_of(each.id), each.before or "", each.after or "") for each in found.facts] + lines


# ---------------------------------------------------------------- comparing
def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """No answer, an empty one and an empty table are the same."""
    for name in dict.fromkeys([*before, *after]):
        old, new = (None if value in ABSENT else value for value in (before.get(name), after.get(name)))
        if old != new:
            yield FieldChange(name, old, new, tuple(_rows(old or [], new or [])) if _is_table(old, new) else ())


def _is_table(old: Any, new: Any) -> bool:
    return isinstance(old or new, list) and isinstance(old or [], list) and isinstance(new or [], list)


def _rows(before: list[Any], after: list[Any]) -> Iterator[RowChange]:
    for position, (old, new) in enumerate(zip_longest(before, after), 1):
        if old != new:
            yield RowChange(position, old, new)


def _facts(snapshot: Snapshot) -> dict[str, Any]:
    organisation = {f"organisation.{name}": value for name, value in snapshot["organisation"].items()}
    return {"project_name": snapshot["project_name"], **organisation}


def _files(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[FileChange]:
    """By material and content: the same bytes under another name are the same file."""
    old, new = (Counter((each["material"], each["sha256"]) for each in side) for side in (before, after))
    for side, gone, is_added in ((before, old - new, False), (after, new - old, True)):
        for each in side:
            if gone[each["material"], each["sha256"]]:
                gone[each["material"], each["sha256"]] -= 1
                yield FileChange(each["material"], each["name"], each["sha256"], is_added)


# ---------------------------------------------------------------- in words
def _line_of_field(change: FieldChange, field: FormField | None, names: Mapping[str, str]) -> Line:
    if field is None:
        return Line(change.id, change.id, str(change.before or ""), str(change.after or ""))
    return Line(change.id, names[field.id], shown(field, change.before), shown(field, change.after))


def _line_of_file(change: FileChange, content: CallContent) -> Line:
    material = content.material(change.material)
    label = f"{change.material} {material.name}" if material else change.material
    return Line(change.material, label, *(("", change.name) if change.is_added else (change.name, "")))


def _name_of(fact: str) -> str:
    return {
        "project_name": _("name of the project"),
        "organisation.name": _("applicant"),
        "organisation.credit_code": _("unified social credit code"),
        "organisation.recommender": _("recommending unit"),
    }.get(fact, fact)
