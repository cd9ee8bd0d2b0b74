"""A review that an expert has left: the section head drops the revision nobody finishes, or passes on the chair."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from subsidies import permissions
from subsidies.conflicts import lasting_reasons
from subsidies.enums import Action, AssignmentState, SheetState
from subsidies.models import Assignment
from subsidies.notices import tell_of_dropped_revision
from subsidies.reviewing import go_on
from subsidies.workflow import MoveRefused, given, locked, refuse_unless_in


@transaction.atomic
def drop_revision(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """What was signed before stands, and the review goes on; the expert is told."""
    current = _for_head(assignment, by)
    draft = current.sheets.filter(state=SheetState.DRAFT, number__gt=1).first()
    if draft is None:
        raise MoveRefused(_("There is no revision to drop."), code="state")
    _refuse_present(current)
    with journal.acting(by=by, reason=given(reason)):
        draft.delete()
    tell_of_dropped_revision(current)
    go_on(current.application)
    return current


@transaction.atomic
def pass_chair(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """To this member, who has signed, from a chair who has signed and left: nobody else may write the note."""
    heir = _for_head(assignment, by)
    if not _has_signed(heir) or not heir.expert.user.is_active or _is_bound(heir):
        raise MoveRefused(_("The chair is passed to a member who has signed and can still write the note."))
    rows = heir.application.assignments.filter(is_chair=True).select_related("expert__user")
    chair = rows.first()
    if chair is None or chair.pk == heir.pk or not _has_signed(chair):
        raise MoveRefused(
            _("The chair has not signed: free the seat, and the chair passes on by itself."), code="state"
        )
    _refuse_present(chair)
    with journal.acting(by=by, action="pass_chair", reason=given(reason)):
        for row, is_chair in ((chair, False), (heir, True)):
            row.is_chair = is_chair
            row.save(update_fields=["is_chair"])
    go_on(heir.application)
    return heir


def _for_head(assignment: Assignment, by: User) -> Assignment:
    """The application before the seat, always in this order."""
    application = locked(assignment.application)
    if not permissions.can_run_review(by, application):
        raise PermissionDenied
    refuse_unless_in(application, Action.FINISH_REVIEW)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("expert__user")
    current: Assignment = rows.get(pk=assignment.pk)
    current.application = application
    return current


def _refuse_present(seat: Assignment) -> None:
    """Nobody takes the word from an expert who can still say it in time."""
    is_late = seat.due_on is not None and seat.due_on < shanghai_today()
    if seat.expert.user.is_active and not is_late and not _is_bound(seat):
        raise MoveRefused(_("The expert can still do it, until the end of the day the sheet is due."), code="state")


def _has_signed(seat: Assignment) -> bool:
    return seat.state == AssignmentState.ACCEPTED and seat.sheets.filter(state=SheetState.SIGNED).exists()


def _is_bound(seat: Assignment) -> bool:
    return bool(lasting_reasons(seat.expert_id, seat.application_id))
