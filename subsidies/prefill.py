"""What the registry knows already, as answers; a form says by `prefill` where its fields may take theirs from."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Organisation
from common.models.names import field_label
from projects.models import Project
from subsidies.answers import clean_answer
from subsidies.content import CallContent, FormField
from subsidies.models import Application

Reader = Callable[[Any], Any]

ORGANISATION: dict[str, Reader] = {
    "name_zh": lambda row: row.name_zh,
    "name_en": lambda row: row.name_en,
    "credit_code": lambda row: row.credit_code,
    "kind": lambda row: row.get_kind_display(),
    "registered_division": lambda row: row.registered_division and row.registered_division.name_zh,
    "registered_address": lambda row: row.registered_address,
    "operating_division": lambda row: row.operating_division and row.operating_division.name_zh,
    "operating_address": lambda row: row.operating_address,
    "park": lambda row: row.park and row.park.name_zh,
    "established_on": lambda row: row.established_on and row.established_on.isoformat(),
    "legal_representative": lambda row: row.legal_representative,
    "registered_capital_yuan": lambda row: row.registered_capital_yuan,
}
PROJECT: dict[str, Reader] = {
    "code": lambda row: row.code,
    "name_zh": lambda row: row.name_zh,
    "name_en": lambda row: row.name_en,
    "is_own_pilot": lambda row: row.is_own_pilot,
    "base": lambda row: row.base and row.base.name_zh,
    "division": lambda row: row.division and row.division.name_zh,
    "industry": lambda row: row.industry and row.industry.name_zh,
    "technology_field": lambda row: row.technology_field,
    "trl_in": lambda row: row.trl_in,
    "trl_out": lambda row: row.trl_out,
    "investment_yuan": lambda row: row.investment_yuan,
    "started_on": lambda row: row.started_on and row.started_on.isoformat(),
    "ended_on": lambda row: row.ended_on and row.ended_on.isoformat(),
    "summary_zh": lambda row: row.summary_zh,
}
KNOWN: Mapping[str, Mapping[str, Reader]] = {"organisation": ORGANISATION, "project": PROJECT}
MODELS: Mapping[str, type[Model]] = {"organisation": Organisation, "project": Project}
SOURCES = tuple(f"{source}.{name}" for source, readers in KNOWN.items() for name in readers)


def source_label(source: str) -> str:
    """One of SOURCES in the words of the registry's own forms."""
    kind, _dot, name = source.partition(".")
    model = MODELS[kind]
    return _("%(name)s: %(words)s") % {
        "name": capfirst(str(model._meta.verbose_name)),
        "words": field_label(model, name),
    }


def prefilled(content: CallContent, organisation: Organisation, project: Project | None = None) -> dict[str, Any]:
    """Answers by field id, of the fields that the registry can fill; what does not fit a field is left out."""
    found = {field.id: from_record(field, organisation, project) for field in content.fields() if field.prefill}
    return {field_id: answer for field_id, answer in found.items() if answer is not None}


def from_record(field: FormField, organisation: Organisation, project: Project | None = None) -> Any:
    """None where the registry says nothing, or nothing that fits the field."""
    if field.prefill not in SOURCES:
        return None
    return _answer(field, {"organisation": organisation, "project": project})


def from_registry(application: Application, content: CallContent) -> frozenset[str]:
    """The fields whose answers are still what the registry says."""
    known = prefilled(content, application.organisation, application.project)
    return frozenset(field_id for field_id, answer in known.items() if application.data.get(field_id) == answer)


def _answer(field: FormField, rows: Mapping[str, Any]) -> Any:
    source, _, name = field.prefill.partition(".")
    row = rows[source]
    if row is None:
        return None
    value = KNOWN[source][name](row)
    if field.type == "credit_code":  # of the record: the bureau lets in what was issued with a wrong check digit
        return value or None
    try:
        return clean_answer(field, value, typed=False)
    except ValidationError:
        return None
