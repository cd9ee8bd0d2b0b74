"""An expert's seats and score sheets as plain values; see also subsidies/views/score_sheets.py."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from common.references import picked
from subsidies import permissions, review_reading, review_standing
from subsidies.api.shapes import NAMES
from subsidies.enums import SheetState
from subsidies.models import Assignment, ScoreSheet
from subsidies.scoring import problems_of, sheet_total

Address = Callable[[str], str]


def review_row(seat: Assignment, absolute: Address) -> dict[str, Any]:
    """No query; expects application, call and organisation selected."""
    application = seat.application
    return {
        "id": seat.pk,
        "application": {
            **picked(application, "number", "project_name", "state"),
            "organisation": picked(application.organisation, *NAMES),
            "call": picked(application.call, *NAMES),
        },
        **picked(seat, "kind", "is_chair", "due_on"),
        "sheet_url": absolute(reverse("api:review_sheet", args=[seat.pk])),
    }


def sheet_whole(seat: Assignment, user: Any, absolute: Address) -> dict[str, Any]:
    """The draft where one is being written, else what was signed last; others' sheets once the review is closed."""
    sheets = review_reading.sheets_of(seat)
    sheet = sheets[-1] if sheets else None
    content = seat.application.call_version.parsed
    marks = review_reading.marks_of(sheet)
    is_signed = sheet is not None and sheet.state == SheetState.SIGNED
    problems = [] if is_signed else problems_of(content, marks, sheet.comment if sheet else "")
    others = review_reading.others_of(seat)
    return {
        "review": review_row(seat, absolute),
        "items": [_item(item, marks.get(item.id, {})) for item in content.score_items],
        "comment": (sheet.comment if sheet else "") or None,
        "total": f"{sheet_total(content, marks):.2f}",
        **_signature(sheet),
        "is_open": permissions.can_review(user, seat) and not is_signed,
        "wants_note": seat.is_chair and is_signed and _wants_note(user, seat),
        "missing": [{"item": each.item or None, "part": each.part, "text": each.text} for each in problems],
        "others": None if others is None else [_other(each) for each in others],
    }


def _wants_note(user: Any, seat: Assignment) -> bool:
    return permissions.can_review(user, seat) and review_standing.standing_of(seat.application).wants_note


def _signature(sheet: ScoreSheet | None) -> dict[str, Any]:
    if sheet is None:
        return {
            "state": SheetState.DRAFT.value,
            "number": 1,
            "revision_reason": None,
            "signed_at": None,
            "digest": None,
        }
    same = picked(sheet, "state", "number", "signed_at")
    return {**same, "revision_reason": sheet.revision_reason or None, "digest": sheet.digest or None}


def _item(item: Any, mark: Any) -> dict[str, Any]:
    bands = [picked(band, "at_least", "text_zh", "text_en") for band in item.bands]
    return {
        **picked(item, "id", "name_zh", "name_en", "most"),
        "bands": bands,
        "points": mark.get("points") or None,
        "comment": mark.get("comment") or None,
    }


def _other(other: review_reading.OtherSheet) -> dict[str, Any]:
    comments = [{"item": name, "comment": said} for name, said in other.comments]
    return {"total": f"{other.total:.2f}", "comment": other.comment, "comments": comments}
