"""What experts do with the applications they are drawn for: write a sheet, sign it, revise it; the chair's note.

The last signature that is needed closes the review, by itself or after the note of the chair.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.texts import clean_text
from subsidies import permissions
from subsidies.conflicts import lasting_reasons
from subsidies.content import CallContent
from subsidies.enums import Action, AssignmentState, SheetState, State
from subsidies.models import Application, Assignment, ChairNote, ScoreSheet
from subsidies.notices import tell_of_spread
from subsidies.review_reading import sheets_of
from subsidies.review_standing import Standing, standing_of
from subsidies.scoring import (
    LONGEST_OPINION,
    Marks,
    SheetProblem,
    as_signed,
    as_typed,
    panel_total,
    problems_of,
    sheet_total,
)
from subsidies.seats import let_reserves_go
from subsidies.snapshots import digest_of
from subsidies.workflow import MoveRefused, given, locked, move

FORM = 1  # of what is signed; a new form gets a new number
LONGEST_REVISION_REASON = 500
LONGEST_NOTE = 2000


class SheetRefused(MoveRefused):
    """Why the sheet cannot be signed, place by place."""

    def __init__(self, problems: list[SheetProblem]) -> None:
        super().__init__([problem.text for problem in problems])
        self.problems = problems


# ---------------------------------------------------------------- writing
@transaction.atomic
def keep(assignment: Assignment, *, by: User, marks: Marks, opinion: str) -> ScoreSheet:
    """The draft as it was typed, whole or not; the first one begins with it."""
    current = _for_expert(assignment, by)
    draft = _draft(current) or _first(current)
    draft.scores = as_typed(_content(current), marks)
    draft.comment = clean_text(opinion, multiline=True).strip()[:LONGEST_OPINION]
    with journal.acting(by=by, action="write_sheet"):
        draft.save()
    return draft


@transaction.atomic
def sign(assignment: Assignment, *, by: User) -> ScoreSheet:
    """The draft becomes a signed sheet for good; SheetRefused names everything that is missing."""
    current = _for_expert(assignment, by)
    _refuse_bound(current)
    sheet, content = _draft(current) or _first(current), _content(current)
    if problems := problems_of(content, sheet.scores, sheet.comment):
        raise SheetRefused(problems)
    sheet.scores = as_signed(content, sheet.scores)
    sheet.total, sheet.state, sheet.signed_at = sheet_total(content, sheet.scores), SheetState.SIGNED, timezone.now()
    sheet.digest = digest_of(signed_content(sheet))
    with journal.acting(by=by, action="sign_sheet"):
        sheet.save()
    go_on(current.application)
    return sheet


@transaction.atomic
def revise(assignment: Assignment, *, by: User, reason: str) -> ScoreSheet:
    """A new draft that begins with what was signed; the signed sheet counts until the new one is signed."""
    current = _for_expert(assignment, by)
    last = sheets_of(current)[-1:]
    if not last or last[0].state != SheetState.SIGNED:
        raise MoveRefused(_("Only a signed sheet is revised; this one can still be written in."), code="state")
    sheet = ScoreSheet(
        assignment=current,
        number=last[0].number + 1,
        scores=last[0].scores,
        comment=last[0].comment,
        revision_reason=given(reason, LONGEST_REVISION_REASON),
    )
    with journal.acting(by=by, action="revise_sheet", reason=sheet.revision_reason):
        sheet.save()
    return sheet


@transaction.atomic
def drop_revision(assignment: Assignment, *, by: User) -> None:
    """The signed sheet stands after all, and the review goes on."""
    current = _for_expert(assignment, by)
    draft = _draft(current)
    if draft is None or draft.number == 1:
        raise MoveRefused(_("There is no revision to drop."), code="state")
    with journal.acting(by=by):
        draft.delete()
    go_on(current.application)


@transaction.atomic
def chair_note(assignment: Assignment, *, by: User, text: str) -> ChairNote:
    """Why the totals lie so far apart; with it the review closes."""
    current = _for_expert(assignment, by)
    standing = standing_of(current.application)
    if not current.is_chair or not standing.wants_note:
        raise MoveRefused(
            _("No note of yours is needed: the chair says why where totals lie too far apart."), code="state"
        )
    told = given(text, LONGEST_NOTE)
    note: ChairNote = ChairNote.objects.create(assignment=current, spread=standing.spread, text=told)
    with journal.acting(by=by, reason=told):
        journal.record("chair_note", current, {"spread": [None, str(standing.spread)]})
    _close(current.application, standing)
    return note


# ---------------------------------------------------------------- going on
def go_on(application: Application) -> None:
    """The review closes with what is signed, or the chair is asked for the note."""
    standing = standing_of(application)
    if not standing.is_whole:
        return
    if not standing.wants_note:
        _close(application, standing)
        return
    chairs = application.assignments.filter(is_chair=True, state=AssignmentState.ACCEPTED)
    if chair := chairs.select_related("expert__user").first():
        tell_of_spread(chair, standing.spread)


def _close(application: Application, standing: Standing) -> None:
    total = panel_total(standing.totals, application.call_version.parsed.panel)
    move(application, Action.FINISH_REVIEW, by=None, score=total)
    let_reserves_go(application)


# ---------------------------------------------------------------- what is signed
def signed_content(sheet: ScoreSheet) -> dict[str, Any]:
    """What the digest of a sheet stands over, as canonical JSON. Two queries."""
    assignment = sheet.assignment
    application = assignment.application
    submission = application.submissions.order_by("-round").values_list("digest", flat=True).first()
    return {
        "form": FORM,
        "application": application.number,
        "submission": submission,
        "expert": assignment.expert.code,
        "number": sheet.number,
        "revision_reason": sheet.revision_reason,
        "scores": sheet.scores,
        "comment": sheet.comment,
        "total": f"{sheet.total:.2f}",
    }


def is_intact(sheet: ScoreSheet) -> bool:
    return digest_of(signed_content(sheet)) == sheet.digest


# ---------------------------------------------------------------- rows
def _for_expert(assignment: Assignment, by: User) -> Assignment:
    """Application, then seat, as they are now and locked in this order."""
    application = locked(assignment.application)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("expert__user")
    current: Assignment = rows.get(pk=assignment.pk)
    current.application = application
    if not permissions.is_reviewer(by, current):
        raise PermissionDenied
    if application.state != State.REVIEW:
        raise MoveRefused(
            _("The review of this application is not under way: its sheets stay as they are."), code="state"
        )
    return current


def _refuse_bound(assignment: Assignment) -> None:
    """What binds an expert may have come, or come to light, after the draw; whom the firm has named is not told."""
    if lasting_reasons(assignment.expert_id, assignment.application_id):
        words = _("You cannot sign this sheet: something keeps you from this review. The bureau knows it; turn to it.")
        raise MoveRefused(words, code="bound")


def _content(assignment: Assignment) -> CallContent:
    return assignment.application.call_version.parsed


def _draft(assignment: Assignment) -> ScoreSheet | None:
    found: ScoreSheet | None = assignment.sheets.filter(state=SheetState.DRAFT).first()
    return found


def _first(assignment: Assignment) -> ScoreSheet:
    if assignment.sheets.exists():
        raise MoveRefused(
            _("The sheet is signed and stays as it is; a change is a revision with its reason."), code="state"
        )
    return ScoreSheet(assignment=assignment, scores={})
