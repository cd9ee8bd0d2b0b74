"""The score sheet of an expert: written, signed, read, printed, revised; and the note of the chair."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import signed_in
from common.components import Crumb
from subsidies import permissions, review_reading, reviewing
from subsidies.content import Band, CallContent, ScoreItem
from subsidies.enums import SheetState
from subsidies.models import Assignment, ScoreSheet
from subsidies.scoring import (
    LONGEST_COMMENT,
    LONGEST_OPINION,
    LONGEST_POINTS,
    Marks,
    SheetProblem,
    band_of,
    points_of,
    sheet_total,
)
from subsidies.views.review_files import crumbs_of, own_seat


class ItemShown(NamedTuple):
    item: ScoreItem
    bands: list[tuple[str, Band]]  # “16–20.99” and what it means
    points: str
    comment: str
    band: Band | None
    problems: Mapping[str, str]  # by part: "points", "comment"


# ---------------------------------------------------------------- writing and reading
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def score_sheet(request: HttpRequest, seat_id: int) -> HttpResponse:
    seat, user = own_seat(request, seat_id), signed_in(request)
    if not permissions.is_reviewer(user, seat):
        raise PermissionDenied
    problems: list[SheetProblem] = []
    if request.method == "POST":
        try:
            _kept(request, seat, user)
        except reviewing.SheetRefused as refusal:
            problems = refusal.problems
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("subsidies:score_sheet", seat_id)
        else:
            return redirect("subsidies:score_sheet", seat_id)
    sheets = review_reading.sheets_of(seat)
    draft = next((sheet for sheet in sheets if sheet.state == SheetState.DRAFT), None)
    may_write = permissions.can_review(user, seat)
    if may_write and (draft or not sheets):
        return _form(request, seat, draft, problems)
    return _signed(request, seat, sheets)


def _kept(request: HttpRequest, seat: Assignment, user: User) -> None:
    """Kept first and by itself: what is refused at the signature is not lost."""
    marks = typed_marks(seat.application.call_version.parsed, request.POST)
    reviewing.keep(seat, by=user, marks=marks, opinion=request.POST.get("opinion", ""))
    if "sign" not in request.POST:
        messages.success(request, _("The sheet is kept; it can be written in until you sign it."))
        return
    reviewing.sign(seat, by=user)
    messages.success(request, _("The sheet is signed. Thank you."))


def typed_marks(content: CallContent, post: QueryDict) -> Marks:
    return {
        item.id: {"points": post.get(f"points-{item.id}", ""), "comment": post.get(f"comment-{item.id}", "")}
        for item in content.score_items
    }


def _form(
    request: HttpRequest, seat: Assignment, draft: ScoreSheet | None, problems: list[SheetProblem]
) -> HttpResponse:
    content = seat.application.call_version.parsed
    marks = review_reading.marks_of(draft)
    context = {
        "seat": seat,
        "application": seat.application,
        "sheet": draft,
        "items": shown_items(content, marks, problems),
        "problems": problems,
        "opinion_problem": next((each.text for each in problems if not each.item), ""),
        "total": sheet_total(content, marks),
        "most": sum(item.most for item in content.score_items),
        "longest": {"points": LONGEST_POINTS, "comment": LONGEST_COMMENT, "opinion": LONGEST_OPINION},
        "crumbs": crumbs_of(seat, Crumb(_("Score sheet"))),
    }
    return render(request, "subsidies/score_sheet.html", context, status=400 if problems else 200)


def _signed(request: HttpRequest, seat: Assignment, sheets: list[ScoreSheet]) -> HttpResponse:
    """What was signed last; nothing where the review has ended without this expert's signature."""
    signed = [sheet for sheet in sheets if sheet.state == SheetState.SIGNED]
    may_write = permissions.can_review(signed_in(request), seat)
    is_asked = review_reading.is_asked_for_note(seat)
    context = _read(seat, signed[-1] if signed else None) | {
        "earlier": signed[:-1],
        "others": review_reading.others_told(seat, is_asked),
        "may_revise": may_write and bool(signed),
        "wants_note": may_write and is_asked,
        "notes": list(seat.chair_notes.all()) if seat.is_chair else [],
        "crumbs": crumbs_of(seat, Crumb(_("Score sheet"))),
    }
    return render(request, "subsidies/score_sheet_signed.html", context)


@require_safe
@never_cache
def score_sheet_print(request: HttpRequest, seat_id: int) -> HttpResponse:
    seat = own_seat(request, seat_id)
    if not permissions.is_reviewer(signed_in(request), seat):
        raise PermissionDenied
    signed = [sheet for sheet in review_reading.sheets_of(seat) if sheet.state == SheetState.SIGNED]
    if not signed:
        return redirect("subsidies:score_sheet", seat_id)
    context = _read(seat, signed[-1]) | {"printed_at": timezone.now()}
    return render(request, "subsidies/score_sheet_print.html", context)


def _read(seat: Assignment, sheet: ScoreSheet | None) -> dict[str, Any]:
    content = seat.application.call_version.parsed
    return {
        "seat": seat,
        "application": seat.application,
        "sheet": sheet,
        "items": shown_items(content, review_reading.marks_of(sheet)) if sheet else [],
        "most": sum(item.most for item in content.score_items),
    }


# ---------------------------------------------------------------- items
def shown_items(content: CallContent, marks: Marks, problems: list[SheetProblem] | None = None) -> list[ItemShown]:
    shown = []
    for item in content.score_items:
        mark = marks.get(item.id, {})
        points = points_of(item, mark.get("points", ""))
        shown.append(
            ItemShown(
                item,
                _ranges(item),
                mark.get("points", ""),
                mark.get("comment", ""),
                band_of(item, points) if points is not None else None,
                {each.part: each.text for each in problems or [] if each.item == item.id},
            )
        )
    return shown


def _ranges(item: ScoreItem) -> list[tuple[str, Band]]:
    """“21–25”, “16 or more, below 21” and so on, from the highest band down."""
    ranges, above = [], ""
    for band in item.bands:
        words = _("%(least)s to below %(above)s") if above else "%(least)s–%(most)s"
        ranges.append((words % {"least": band.at_least, "above": above, "most": item.most}, band))
        above = band.at_least
    return ranges


# ---------------------------------------------------------------- after the signature
@require_POST
def score_sheet_revise(request: HttpRequest, seat_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _do(
        request, seat_id, lambda seat, user: reviewing.revise(seat, by=user, reason=reason), _("Revise the sheet.")
    )


@require_POST
def score_sheet_drop(request: HttpRequest, seat_id: int) -> HttpResponse:
    done = _("The revision is dropped; the signed sheet stands.")
    return _do(request, seat_id, lambda seat, user: reviewing.drop_revision(seat, by=user), done)


@require_POST
def review_note(request: HttpRequest, seat_id: int) -> HttpResponse:
    text = request.POST.get("text", "")
    done = _("Your note is kept, and the review is closed.")
    return _do(request, seat_id, lambda seat, user: reviewing.chair_note(seat, by=user, text=text), done)


def _do(request: HttpRequest, seat_id: int, verb: Callable[[Assignment, User], object], done: str) -> HttpResponse:
    seat = own_seat(request, seat_id)
    try:
        verb(seat, signed_in(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    return redirect("subsidies:score_sheet", seat_id)
