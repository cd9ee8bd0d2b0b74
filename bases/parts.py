"""The parts of a base: what is known of each beside what its own columns show, and the marks of its source."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bases.cards import readiness
from bases.figures import Footnotes, verification
from bases.models import BaseFigure, BaseMedia, BaseTitle, Equipment, PilotLine, SafetyPermit, Service
from common.components import SourceNote
from common.templatetags.chenzhou import number, shanghai_date, wan_yuan

Facts = list[tuple[str, str]]
WITH_SOURCES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "figures": (BaseFigure, ("source", "verified_by")),
    "lines": (PilotLine, ("source", "verified_by")),
    "equipment": (Equipment, ("source", "verified_by")),
    "services": (Service, ("source", "verified_by")),
    "titles": (BaseTitle, ("source", "verified_by")),
    "permits": (SafetyPermit, ("source", "verified_by")),
    "media": (BaseMedia, ("source", "line")),
}


class Part(NamedTuple):
    row: Any
    facts: Facts
    marks: Sequence[SourceNote]
    note: str


class Parts(NamedTuple):
    """The rows of one table or list. Where none of them has a source, `note` says so once."""

    rows: list[Part]
    note: str


def prefetched_parts() -> list[Prefetch]:
    """Of a base; one query a kind, whatever the rows point to."""
    return [
        Prefetch(name, model._default_manager.select_related(*related))
        for name, (model, related) in WITH_SOURCES.items()
    ]


def no_facts(row: Any) -> Facts:
    return []


def sourced_parts(rows: Iterable[Any], footnotes: Footnotes, facts: Callable[[Any], Facts] = no_facts) -> Parts:
    told = [(row, footnotes.mark(row.source, _verified(row))) for row in rows]
    is_silent = not any(marks or _verified(row) for row, marks in told)
    parts = [Part(row, facts(row), marks, "" if marks or is_silent else _unsourced(row)) for row, marks in told]
    return Parts(parts, _("No source given") if parts and is_silent else "")


def _verified(row: Any) -> str:
    return verification(row) if hasattr(row, "verified_on") else ""


def _unsourced(row: Any) -> str:
    return _(", ").join(filter(None, [_("No source given"), _verified(row)]))


def line_facts(row: PilotLine) -> Facts:
    capacity = f"{number(row.capacity)} {row.capacity_unit}" if row.capacity is not None else ""
    return _known(
        (_("Process"), row.process),
        (_("Capacity"), capacity),
        (_("Batch size"), row.batch_size),
        (_("Readiness levels"), readiness(row.trl_min, row.trl_max)),
        (_("Hazard class"), row.hazard_class),
        (pgettext("of a pilot line", "Started"), shanghai_date(row.started_on)),
    )


def equipment_facts(row: Equipment) -> Facts:
    """The specifications last, each under its own name."""
    return _known(
        (_("Maker"), row.maker),
        (_("Origin"), row.origin),
        (_("Bought"), shanghai_date(row.bought_on)),
        (_("Original value"), wan_yuan(row.original_value_yuan)),
        (_("Location"), row.location),
        (_("Fee"), row.fee),
        *((each["name"], f"{each['value']} {each.get('unit', '')}".strip()) for each in row.specifications),
    )


def service_facts(row: Service) -> Facts:
    return _known(
        (_("Deliverables"), row.deliverables),
        (_("What to bring"), row.prerequisites),
        (_("Qualification"), row.qualification),
    )


def _known(*facts: tuple[str, str]) -> Facts:
    return [(label, value) for label, value in facts if value]
