"""What still keeps an application from being submitted: one list of sentences for page, API and refusal."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from accounts.verifying import waiting_request
from common.models.files import ScanState
from subsidies.answers import shown
from subsidies.content import BY_FIRM, BY_RECOMMENDER, STAMPED_FORM, CallContent, FormField, Material, Section
from subsidies.editable import editable
from subsidies.enums import WRITING
from subsidies.held import answers_now
from subsidies.models import Application
from subsidies.permissions import is_signatory
from subsidies.rules import Verdict, judge

BEFORE, AFTER = "_before", "_after"  # how the ids of a pair of readiness levels end


@dataclass(frozen=True, slots=True)
class Missing:
    """`place` is the id of a field or the code of a material; empty for what concerns the whole."""

    code: str
    text: str
    section: str = ""
    place: str = ""
    page: str = ""  # of the site, for what an administrator of the firm mends elsewhere

    def href(self, application: Application, user: User) -> str:
        if self.page and is_signatory(user, application):
            return self.page
        if self.section:
            page = reverse("subsidies:application_section", args=[application.public_id, self.section])
            return f"{page}#field-{self.place}"
        page = reverse("subsidies:application_detail", args=[application.public_id])
        return f"{page}#material-{self.place}" if self.place else f"{page}#whole"


def missing_of(application: Application) -> list[Missing]:
    """In the order of the form: answers, materials, then what concerns the whole.

    One query for the files, one more for a firm that is not verified.
    """
    content = application.call_version.parsed
    answers = answers_now(application)
    return [*_of_answers(content, answers), *_of_materials(application, content), *_of_whole(application)]


def sentences(missing: list[Missing]) -> list[str]:
    return [each.text for each in missing]


class Hint(NamedTuple):
    """`anchor` is its place on the page of the application."""

    text: str
    anchor: str


def hints_of(application: Application) -> list[Hint]:
    """What keeps nobody from submitting, but should be looked at before. At most three queries."""
    hints = []
    if count := application.comments.filter(settled_at=None).count():
        words = ngettext("%(count)d comment is not settled.", "%(count)d comments are not settled.", count)
        hints.append(Hint(words % {"count": count}, "comments"))
    if _is_stamped_before_the_last_answers(application):
        words = _("Answers were changed after the stamped form was sent: print it anew, stamp it, replace the file.")
        hints.append(Hint(words, f"material-{STAMPED_FORM}"))
    return hints


def _is_stamped_before_the_last_answers(application: Application) -> bool:
    if application.call_version.parsed.material(STAMPED_FORM) is None:
        return False
    rows = application.files.in_force().filter(material=STAMPED_FORM).exclude(answers_version=None)
    versions = list(rows.values_list("answers_version", flat=True))
    last = max(application.touched.values(), default=0)
    return bool(versions) and max(versions) < last and editable(application).has_material(STAMPED_FORM)


def is_due(item: FormField | Material, answers: dict[str, Any]) -> bool:
    """Whether this must be given, with the answers so far."""
    always = item.is_required if isinstance(item, FormField) else item.must == BY_FIRM
    return always or (item.required_when is not None and judge(item.required_when, answers) == Verdict.MET)


# ---------------------------------------------------------------- answers
class Names(dict[str, str]):
    """What fields are called in sentences; read when there is one to say."""

    def __init__(self, content: CallContent) -> None:
        super().__init__()
        self.content = content

    def __missing__(self, field_id: str) -> str:
        self.update(self.content.names())
        return self[field_id]


def _of_answers(content: CallContent, answers: dict[str, Any]) -> Iterator[Missing]:
    names = Names(content)
    for section in content.sections:
        for field in section.fields:
            yield from _of_field(section, field, answers, names)
        yield from _of_levels(section, answers, names)


def _of_field(section: Section, field: FormField, answers: dict[str, Any], names: Names) -> Iterator[Missing]:
    value = answers.get(field.id)
    if value in (None, "", []):
        if is_due(field, answers):
            message = _lacking(field) % {"label": names[field.id]}
            yield Missing("required", message, section.id, field.id)
    elif field.type == "table":
        for text in _of_rows(field, value, names):
            yield Missing("row", text, section.id, field.id)
    elif problem := _outside(field, value, names):
        yield Missing("bounds", problem, section.id, field.id)


def _lacking(field: FormField) -> str:
    return (
        _("“%(label)s” is missing in the record of the firm.") if field.is_held else _("“%(label)s” is not filled in.")
    )


def _of_rows(field: FormField, rows: list[dict[str, Any]], names: Names) -> Iterator[str]:
    for position, row in enumerate(rows, 1):
        for column in field.columns:
            if problem := _of_cell(column, row):
                words = _("“%(table)s”, row %(row)d: %(problem)s")
                yield words % {"table": names[field.id], "row": position, "problem": problem}


def _of_cell(column: FormField, row: dict[str, Any]) -> str:
    value = row.get(column.id)
    if value not in (None, ""):
        return _outside(column, value, {column.id: column.label})
    return _("“%(label)s” is not filled in.") % {"label": column.label} if is_due(column, row) else ""


def _outside(field: FormField, value: Any, names: Mapping[str, str]) -> str:
    """The sentence for a value out of its bounds, else empty."""
    read = ORDERED.get(field.type)
    if read is None:
        return ""
    for bound, is_outside, words in (
        (field.minimum, lambda given, limit: given < limit, _("“%(label)s” must be %(bound)s or more.")),
        (field.maximum, lambda given, limit: given > limit, _("“%(label)s” must be %(bound)s or less.")),
    ):
        if bound not in (None, "") and is_outside(read(str(value)), read(str(bound))):
            return words % {"label": names[field.id], "bound": shown(field, bound)}
    return ""


ORDERED: dict[str, Callable[[str], Any]] = {
    "integer": Decimal,
    "decimal": Decimal,
    "money": Decimal,
    "year": Decimal,
    "trl": Decimal,
    "date": date.fromisoformat,
}


def _of_levels(section: Section, answers: dict[str, Any], names: Names) -> Iterator[Missing]:
    """GB/T 22900: what went through a pilot is not less ready after it than before."""
    levels = {field.id: field for field in section.fields if field.type == "trl"}
    for name in levels:
        before = levels.get(name.removesuffix(AFTER) + BEFORE) if name.endswith(AFTER) else None
        if before is None or answers.get(name) is None or answers.get(before.id) is None:
            continue
        if answers[name] < answers[before.id]:
            labels = {"after": names[name], "before": names[before.id]}
            yield Missing("trl", _("“%(after)s” is below “%(before)s”.") % labels, section.id, name)


# ---------------------------------------------------------------- materials
def _of_materials(application: Application, content: CallContent) -> Iterator[Missing]:
    """Files that a scanner found infected count for nothing, and must go."""
    files = application.files.filter(removed_at=None).values_list("material", "file__scan_state", "file__name")
    found = list(files)
    usable = {code for code, scan, _name in found if scan != ScanState.INFECTED}
    for material in content.materials:
        infected = [name for code, scan, name in found if code == material.code and scan == ScanState.INFECTED]
        for name in infected:
            message = _("“%(file)s” was found infected: take it out and put a clean file in its place.")
            yield Missing("infected", message % {"file": name}, place=material.code)
        if material.code not in usable and material.must != BY_RECOMMENDER and is_due(material, application.data):
            message = _("The material %(code)s “%(name)s” is not there.")
            yield Missing("material", message % {"code": material.code, "name": material.name}, place=material.code)


# ---------------------------------------------------------------- the whole
def _of_whole(application: Application) -> Iterator[Missing]:
    if not application.organisation.is_verified:
        yield _unverified(application.organisation)
    if application.recommender_id is None and application.organisation.recommender_id is None:
        message = _(
            "No recommending unit is set for the firm: the bureau sets it when it verifies the firm. "
            "Where that is done already, ask by the hotline of the call."
        )
        yield Missing("recommender", message)
    if application.state in WRITING and not application.call.is_open_at(timezone.now()):
        yield Missing("closed", _("The call is not open now: nothing can be submitted."))


def _unverified(organisation: Organisation) -> Missing:
    """One query."""
    if waiting_request(organisation):
        return Missing("unverified", _("The bureau has not verified the firm yet: it is comparing the licence."))
    page = reverse("accounts:organisation_verification", args=[organisation.slug])
    message = _("The firm is not verified: its administrator sends the licence to the bureau first.")
    return Missing("unverified", message, page=page)
