"""The public figures of a base: each with its value or its absence, and the mark of its source."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from bases.cards import readiness
from bases.models import Base, BaseFigure
from common.components import Figure, SourceNote
from common.models import Source
from common.models.names import in_reader_language
from common.templatetags.chenzhou import number, shanghai_date, wan_yuan


class Footnotes:
    """Numbers sources in the order they are met; the same source with the same note has one number."""

    def __init__(self) -> None:
        self._notes: dict[tuple[int, str], SourceNote] = {}

    def mark(self, source: Source | None, note: str = "") -> list[SourceNote]:
        if source is None:
            return []
        key = (source.pk, note)
        if key not in self._notes:
            self._notes[key] = SourceNote(
                number=len(self._notes) + 1,
                title=source.title,
                publisher=source.publisher,
                date_text=shanghai_date(source.published_on),
                href=source.url,
                note=note,
            )
        return [self._notes[key]]

    def all(self) -> list[SourceNote]:
        return list(self._notes.values())


def sourced_figure(label: str, value: str, sources: Sequence[SourceNote]) -> Figure:
    """A known value leads to its source or says that none was given."""
    if not value:
        return Figure(label)
    return Figure(label, value, sources=sources, note="" if sources else _("No source given"))


def figures(base: Base, footnotes: Footnotes) -> list[Figure]:
    """The rows of a profile. The record's source vouches for no figure: one without a source of its own says so."""
    own = {row.field: row for row in base.figures.all()}
    return [_figure(label, value, own.get(name), footnotes) for name, label, value in _values(base)]


def summary_marks(base: Base, footnotes: Footnotes) -> list[SourceNote]:
    """A summary may have a source of its own; else the record's stands for it."""
    for row in base.figures.all():
        if row.field == "summary_zh":
            return footnotes.mark(row.source, _note(row))
    return footnotes.mark(base.source)


def record_facts(base: Base) -> list[tuple[str, list[str]]]:
    """What else is known of a base, for which the record's source stands; nothing that is not known."""
    rows: Sequence[tuple[str, list[str]]] = (
        (_("Led by"), [str(base.get_lead_type_display())]),
        (_("Tenants"), [row.name for row in base.tenants.all()]),
        (_("Co-builders"), [row.name for row in base.co_builders.all()]),
        (_("Industry codes (GB/T 4754)"), [base.industry_codes]),
        (_("Industrial chains"), [base.chains]),
        (_("City alliance of bases"), [_member(base.alliance_member)]),
        (_("Fees"), [base.fee_policy]),
        (_("Intellectual property"), [base.ip_policy]),
        (_("Confidentiality"), [base.confidentiality_policy]),
    )
    return [(label, values) for label, values in rows if any(values)]


def _member(value: bool | None) -> str:
    return "" if value is None else (_("Member") if value else _("Not a member"))


def _values(base: Base) -> Sequence[tuple[str, str, str]]:
    return (
        ("host", _("Host organisation"), base.host.name if base.host else ""),
        ("operator", _("Operating organisation"), base.operator.name if base.operator else ""),
        ("area_m2", _("Pilot floor area"), _with_unit(base.area_m2, _("m²"))),
        ("equipment_value_yuan", _("Original value of equipment"), wan_yuan(base.equipment_value_yuan)),
        ("total_investment_yuan", _("Total investment"), wan_yuan(base.total_investment_yuan)),
        ("public_funding_yuan", _("Public funding"), wan_yuan(base.public_funding_yuan)),
        ("staff_total", _("Full-time staff"), _people(base.staff_total)),
        ("staff_technical", _("Technical staff"), _share(base.staff_technical, base.staff_total)),
        (
            "staff_qualified",
            _("Staff with a degree or mid-level title"),
            _share(base.staff_qualified, base.staff_total),
        ),
        ("trl_min", _("Readiness levels"), readiness(base.trl_min, base.trl_max)),
        ("openness", _("Outside work"), base.get_openness_display()),
        ("founded_on", _("Founded"), shanghai_date(base.founded_on)),
        ("public_contact", _("Contact"), base.public_contact),
    )


def _figure(label: str, value: str, own: BaseFigure | None, footnotes: Footnotes) -> Figure:
    if own is None or not value:
        return sourced_figure(label, value, ())
    return Figure(label, value, sources=footnotes.mark(own.source, _note(own)))


def _note(row: BaseFigure) -> str:
    """A figure as old as its source needs no second date."""
    is_dated_apart = row.dated_on is not None and row.dated_on != row.source.published_on
    dated = _("dated %(day)s") % {"day": shanghai_date(row.dated_on)} if is_dated_apart else ""
    parts = (in_reader_language(row.note_zh, row.note_en), dated, verification(row))
    return _(", ").join(filter(None, parts))


def verification(row: Any) -> str:
    """Of anything with `verified_on` and `verified_by`, the latter selected."""
    if row.verified_on is None:
        return ""
    day = shanghai_date(row.verified_on)
    if row.verified_by is None:
        return _("verified on %(day)s") % {"day": day}
    return _("verified on %(day)s by %(name)s") % {"day": day, "name": row.verified_by.name}


def _with_unit(value: Any, unit: str) -> str:
    return "" if value is None else f"{number(value)} {unit}"


def _people(count: int | None) -> str:
    return "" if count is None else _("%(number)s people") % {"number": number(count)}


def _share(count: int | None, total: int | None) -> str:
    """A share keeps its denominator: all full-time staff."""
    if count is None:
        return ""
    return _("%(number)s of %(total)s people") % {"number": number(count), "total": number(total)}
