"""What of an application may change now: everything in a draft, during a correction the listed items and what an
answer opened there makes due, else nothing."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from subsidies.content import BY_RECOMMENDER, CallContent, FormField, Material
from subsidies.enums import State
from subsidies.models import Application, CorrectionItem
from subsidies.rules import Verdict, fields_of, judge

NONE: Mapping[str, str] = MappingProxyType({})


class Editable(NamedTuple):
    """None stands for all there are. `through`: what is not listed itself, with the open field that makes it due."""

    fields: frozenset[str] | None
    materials: frozenset[str] | None
    through: Mapping[str, str] = NONE

    def has_field(self, field_id: str) -> bool:
        return self.fields is None or field_id in self.fields

    def has_material(self, code: str) -> bool:
        return self.materials is None or code in self.materials


EVERYTHING = Editable(None, None)
NOTHING = Editable(frozenset(), frozenset())


def editable(application: Application, answers: Mapping[str, Any] | None = None) -> Editable:
    """By the stored answers, or by `answers` that are about to take their place.

    No query in a draft, one during a correction.
    """
    if application.state == State.DRAFT:
        return EVERYTHING
    if application.state != State.CORRECTION:
        return NOTHING
    items = CorrectionItem.objects.filter(
        correction__application=application, correction__answered_at=None, correction__lapsed_at=None
    ).values_list("field", "material")
    found = list(items)
    fields, materials = {field for field, _ in found if field}, {code for _, code in found if code}
    through = _through(application.call_version.parsed, fields, application.data if answers is None else answers)
    through = {place: cause for place, cause in through.items() if place not in materials}
    codes = {each.code for each in application.call_version.parsed.materials}
    opened = frozenset(through) - codes, frozenset(through) & codes
    return Editable(opened[0] | fields, opened[1] | materials, through)


def may_open(content: CallContent, field_id: str) -> list[str]:
    """Ids of the fields and codes of the materials that open with this field, where its new answer makes them due."""
    return list(_through(content, {field_id}, None))


def _through(content: CallContent, listed: set[str], answers: Mapping[str, Any] | None) -> dict[str, str]:
    """What is due by a condition on an open field, and what is due by that in turn; None for whatever the answers."""
    found: dict[str, str] = {}
    waiting = list(listed)
    while waiting:
        cause = waiting.pop()
        for place, item in _places(content):
            if place in listed or place in found or cause not in fields_of(item.required_when):
                continue
            if answers is None or judge(item.required_when, answers) == Verdict.MET:
                found[place] = cause
                waiting.append(place)
    return found


def _places(content: CallContent) -> Iterator[tuple[str, FormField | Material]]:
    for field in content.fields():
        yield field.id, field
    for material in content.materials:
        if material.must != BY_RECOMMENDER:
            yield material.code, material
