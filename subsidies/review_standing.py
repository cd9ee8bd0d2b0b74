"""How far the review of an application is: the sheets that are signed, how far their totals lie apart."""

from decimal import Decimal
from typing import NamedTuple

from subsidies.enums import AssignmentState, SheetState
from subsidies.models import Application, ScoreSheet
from subsidies.scoring import is_too_wide, spread


def signed_sheets(application: Application) -> list[ScoreSheet]:
    """The latest signed sheet of every seat that is accepted; one query, with the names of the experts."""
    rows = ScoreSheet.objects.filter(
        assignment__application=application, assignment__state=AssignmentState.ACCEPTED, state=SheetState.SIGNED
    )
    latest = {
        sheet.assignment_id: sheet for sheet in rows.order_by("number").select_related("assignment__expert__user")
    }
    return sorted(latest.values(), key=lambda sheet: sheet.assignment.position)


class Standing(NamedTuple):
    """Of a panel now. `is_waiting` says that a revision is being written, which the review waits for."""

    needed: int
    sheets: list[ScoreSheet]
    is_waiting: bool
    is_wide: bool

    @property
    def totals(self) -> list[Decimal]:
        return [total_of(sheet) for sheet in self.sheets]

    @property
    def spread(self) -> Decimal:
        return spread(self.totals)

    @property
    def is_whole(self) -> bool:
        return 0 < self.needed <= len(self.sheets) and not self.is_waiting

    @property
    def wants_note(self) -> bool:
        return self.is_whole and self.is_wide


def standing_of(application: Application) -> Standing:
    """Two queries."""
    signed = signed_sheets(application)
    panel = application.call_version.parsed.panel
    drafts = ScoreSheet.objects.filter(
        assignment__application=application, assignment__state=AssignmentState.ACCEPTED, state=SheetState.DRAFT
    )
    is_waiting = drafts.filter(number__gt=1).exists()
    is_wide = is_too_wide([total_of(sheet) for sheet in signed], panel)
    return Standing(application.sheets_needed, signed, is_waiting, is_wide)


def total_of(sheet: ScoreSheet) -> Decimal:
    assert sheet.total is not None, "a signed sheet has its total"
    return sheet.total
