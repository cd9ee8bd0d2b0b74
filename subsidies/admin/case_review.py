"""What the experts said and what was seen on the spot, for the page of an application on the desk."""

from decimal import Decimal
from typing import Any, NamedTuple

from subsidies.content import ScoreItem
from subsidies.enums import SheetState
from subsidies.models import Application, Assignment, ChairNote, ScoreSheet, SiteVisit


class SeatShown(NamedTuple):
    seat: Assignment
    sheet: ScoreSheet | None  # the latest that is signed
    marks: list[tuple[ScoreItem, dict[str, str]]]
    earlier: list[ScoreSheet]


class PanelShown(NamedTuple):
    seats: list[SeatShown]
    signed: int
    needed: int
    score: Decimal | None
    notes: list[ChairNote]


def panel_of(application: Application) -> PanelShown | None:
    """Members first, then reserves, with the names of all; None before a draw. Three queries."""
    rows = application.assignments.select_related("expert__user").prefetch_related("sheets")
    items = application.call_version.parsed.score_items
    seats = [_seat(row, items) for row in rows.order_by("seat", "position", "pk")]
    if not seats:
        return None
    notes = ChairNote.objects.filter(assignment__application=application).select_related("assignment__expert__user")
    signed = sum(each.sheet is not None for each in seats)
    return PanelShown(seats, signed, application.sheets_needed, application.score, list(notes))


def _seat(row: Assignment, items: tuple[ScoreItem, ...]) -> SeatShown:
    signed = [sheet for sheet in row.sheets.all() if sheet.state == SheetState.SIGNED]
    latest = signed[-1] if signed else None
    marks: list[tuple[ScoreItem, dict[str, Any]]] = [(item, latest.scores.get(item.id, {})) for item in items if latest]
    return SeatShown(row, latest, marks, signed[:-1])


def visits_of(application: Application) -> list[SiteVisit]:
    """The latest first; two queries."""
    return list(application.visits.prefetch_related("officers__user"))
