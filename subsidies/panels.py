"""Seats of a panel after the draw: accepted, declined, taken over by a reserve, drawn anew."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common import journal
from common.texts import clean_text, language_of_record
from subsidies import permissions
from subsidies.availability import declare_interest
from subsidies.conflict_facts import facts_of
from subsidies.conflicts import lasting_reasons, reasons_for
from subsidies.draw_inputs import Wanted
from subsidies.drawing import draw_seats, numbers_in_open_draws
from subsidies.enums import (
    SITTING,
    Action,
    AssignmentState,
    DeclineReason,
    ExclusionReason,
    InterestKind,
    Seat,
    SheetState,
)
from subsidies.models import Application, Assignment, Draw, Expert
from subsidies.notices import tell_of_invitation, tell_of_released_seat, tell_of_short_panel
from subsidies.seats import fill_chair, sheet_due_on, sitting, still_needed, vacated, waiting
from subsidies.workflow import MoveRefused, given, locked, refuse_unless_in

LONGEST_NOTE = 500
# A decline for one of these says that the expert is bound to an organisation, and as what it is recorded.
BONDS = {
    DeclineReason.EMPLOYED: InterestKind.OTHER,
    DeclineReason.INTEREST: InterestKind.OTHER,
    DeclineReason.KIN: InterestKind.KIN,
    DeclineReason.COOPERATED: InterestKind.CO_APPLICANT,
}


# ---------------------------------------------------------------- the expert's own
@transaction.atomic
def accept(assignment: Assignment, *, by: User) -> Assignment:
    """Declares to be impartial. A conflict that has come up since the draw is looked for once more."""
    current = _own(assignment, by)
    if current.state != AssignmentState.INVITED:
        raise MoveRefused(_not_possible(current), code="state")
    if found := lasting_reasons(current.expert_id, current.application_id):
        raise MoveRefused(_cannot_sit(found[0]), code="conflict")
    current.declared_at = timezone.now()
    return _put(current, AssignmentState.ACCEPTED, action="accept_seat", by=by)


@transaction.atomic
def decline(
    assignment: Assignment, *, by: User, reason: str, note: str = "", bound_to: Organisation | None = None
) -> Assignment:
    """With a coded reason, also after accepting, as long as the sheet is not signed; a reserve takes the seat.

    `bound_to` is an organisation concerned: the bond is kept with the expert, for later draws.
    """
    current = _own(assignment, by)
    if current.state not in SITTING:
        raise MoveRefused(_not_possible(current), code="state")
    _refuse_signed(current)
    if reason not in DeclineReason.values:
        raise MoveRefused(_("Choose the reason for declining."))
    told = clean_text(note, multiline=True).strip()
    if len(told) > LONGEST_NOTE:
        raise MoveRefused(_("Say it in at most %(longest)d characters.") % {"longest": LONGEST_NOTE})
    current.decline_reason, current.decline_note = reason, told
    left = _put(current, AssignmentState.DECLINED, action="decline_seat", by=by)
    if bound_to is not None and reason in BONDS:
        _keep_bond(left, bound_to, BONDS[DeclineReason(reason)], by)
    _fill(left)
    return left


def _keep_bond(left: Assignment, organisation: Organisation, kind: str, by: User) -> None:
    concerned = facts_of([], [left.application_id]).applications[left.application_id].concerned
    if organisation.pk not in concerned:
        raise MoveRefused(_("Choose one of the organisations concerned."))
    with language_of_record():
        note = _("From a decline: %(reason)s") % {"reason": left.get_decline_reason_display()}
    declare_interest(left.expert, organisation, kind, by=by, note=note)


def _own(assignment: Assignment, by: User) -> Assignment:
    current = _locked(assignment)
    if current.expert.user_id != by.pk:
        raise PermissionDenied
    refuse_unless_in(current.application, Action.FINISH_REVIEW)
    return current


def _not_possible(current: Assignment) -> str:
    return _("This seat is now “%(state)s”: that is not possible.") % {"state": current.get_state_display()}


def _cannot_sit(reason: ExclusionReason) -> str:
    """Whom an applicant has named is not told to the one who was named."""
    if reason == ExclusionReason.AVOIDED:
        return _("You cannot take this seat. Decline it; the bureau knows the reason.")
    words = _("You cannot take this seat: %(reason)s. Decline it and give the reason.")
    return words % {"reason": reason.label}


# ---------------------------------------------------------------- the bureau's
@transaction.atomic
def release(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """Take the seat of an expert who does not answer or must not sit any more; nothing signed is taken away."""
    current = _locked(assignment)
    if not permissions.can_run_review(by, current.application) or current.expert.user_id == by.pk:
        raise PermissionDenied
    refuse_unless_in(current.application, Action.FINISH_REVIEW)
    if current.state not in SITTING:
        raise MoveRefused(_not_possible(current), code="state")
    _refuse_signed(current)
    left = _put(current, AssignmentState.RELEASED, action="release_seat", by=by, reason=given(reason))
    tell_of_released_seat(left)
    _fill(left)
    return left


@transaction.atomic
def redraw_seat(application: Application, *, by: User) -> Draw:
    """A further draw, for the empty seats alone, among those who never had one; another person confirms it."""
    current = locked(application)
    if not permissions.can_draw(by, current):
        raise PermissionDenied
    refuse_unless_in(current, Action.FINISH_REVIEW)
    if current.number in numbers_in_open_draws(current.call):
        words = _("%(application)s is in a draw that waits for its confirmation.")
        raise MoveRefused(words % {"application": current.number})
    empty = vacated(current).count()
    if not empty:
        raise MoveRefused(_("No seat of this panel is empty."))
    wanted = Wanted(
        current,
        empty,
        still_needed(current, sitting(current)),
        max(current.call_version.parsed.panel.reserves - len(waiting(current)), 0),
        frozenset(current.assignments.values_list("expert_id", flat=True)),
    )
    return draw_seats(current.call, [wanted], by=by)


# ---------------------------------------------------------------- an empty seat
def _fill(left: Assignment) -> None:
    """The first reserve who fits takes the seat; else those who can draw are told."""
    application = left.application
    heir = _first_fitting(application)
    if heir is None:
        tell_of_short_panel(application)
    else:
        heir.seat, heir.position, heir.replaces = Seat.MEMBER, left.position, left
        heir.due_on = sheet_due_on(application)
        _put(heir, AssignmentState.INVITED, action="call_reserve")
        tell_of_invitation(heir)
    fill_chair(application)


def _first_fitting(application: Application) -> Assignment | None:
    """Free of every conflict now, and leaving enough empty seats for the kinds that the call wants.

    The experts are locked before their open reviews are counted: seats given up at once count each other.
    """
    reserves, members = waiting(application), sitting(application)
    keys = [row.expert_id for row in reserves]
    list(Expert.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    reasons = reasons_for(keys, [application.pk])
    empty_after = vacated(application).count() - 1
    for row in reserves:
        is_free = not reasons[row.expert_id, application.pk]
        if is_free and sum(still_needed(application, [*members, row]).values()) <= empty_after:
            return row
    return None


def _refuse_signed(current: Assignment) -> None:
    if current.sheets.filter(state=SheetState.SIGNED).exists():
        raise MoveRefused(_("The sheet of this seat is signed: it stays."))


def _locked(assignment: Assignment) -> Assignment:
    """The application before the seat, always in this order."""
    application = locked(assignment.application)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("expert__user")
    current: Assignment = rows.get(pk=assignment.pk)
    current.application = application
    return current


def _put(current: Assignment, state: str, *, action: str, by: User | None = None, reason: str = "") -> Assignment:
    current.state, current.state_since = state, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action=action, reason=reason):
        current.save()
    return current
