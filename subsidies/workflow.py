"""The way of an application: one table of moves, and the one function that makes a move.

The table alone decides the buttons, the API's list of actions and the triggers of the database (pairs_of_states()).
The verbs stand by subject: drafting, submitting, recommending, redirecting, accepting, checking, correcting,
withdrawing, then drawing, reviewing, meetings, deciding, appealing; what follows the decision has a folder for each
subject: publicity, awarding, follow_up.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.texts import clean_text
from subsidies import permissions
from subsidies.clocks import STAGES, due_day
from subsidies.enums import BEFORE_AWARD, BEFORE_DECISION, WRITING, Action, State
from subsidies.models import Application, ApplicationStep
from subsidies.notices import tell_of_move

LONGEST_REASON = 1000


class MoveRefused(ValidationError):
    """The application cannot make this move now; the messages are meant for the user."""


class Move(NamedTuple):
    sources: tuple[State, ...]
    target: State
    allows: Callable[[User, Application], bool]


MOVES = {
    Action.HAND_OVER: Move((State.DRAFT,), State.UNIT_REVIEW, permissions.is_writer_of_firm),
    Action.TAKE_BACK: Move((State.UNIT_REVIEW,), State.DRAFT, permissions.is_lead),
    Action.SUBMIT: Move((State.DRAFT, State.UNIT_REVIEW), State.RECOMMENDATION, permissions.is_signatory),
    Action.RETURN: Move((State.RECOMMENDATION,), State.DRAFT, permissions.is_recommender),
    Action.REDIRECT: Move((State.RECOMMENDATION,), State.RECOMMENDATION, permissions.can_redirect),
    Action.RECOMMEND: Move((State.RECOMMENDATION,), State.ACCEPTANCE, permissions.is_recommending_leader),
    Action.DECLINE: Move((State.RECOMMENDATION,), State.NOT_RECOMMENDED, permissions.is_recommending_leader),
    Action.ACCEPT: Move((State.ACCEPTANCE,), State.FORM_CHECK, permissions.is_checker),
    Action.REFUSE: Move((State.ACCEPTANCE,), State.NOT_ACCEPTED, permissions.is_confirmer),
    Action.ASK_CORRECTION: Move((State.FORM_CHECK,), State.CORRECTION, permissions.is_checker),
    Action.RESUBMIT: Move((State.CORRECTION,), State.FORM_CHECK, permissions.is_signatory),
    Action.PASS_CHECK: Move((State.FORM_CHECK,), State.CHECKED, permissions.is_confirmer),
    Action.FAIL_CHECK: Move((State.FORM_CHECK,), State.FORM_REJECTED, permissions.is_confirmer),
    Action.LAPSE: Move((State.CORRECTION,), State.LAPSED, permissions.nobody),
    Action.BEGIN_REVIEW: Move((State.CHECKED,), State.REVIEW, permissions.can_run_review),
    Action.FINISH_REVIEW: Move((State.REVIEW,), State.REVIEWED, permissions.nobody),
    Action.PROPOSE: Move((State.REVIEWED, State.DEFERRED), State.MEETING, permissions.can_propose),
    Action.TAKE_OFF: Move((State.MEETING,), State.REVIEWED, permissions.can_propose),
    Action.APPROVE: Move((State.MEETING,), State.PUBLICITY_READY, permissions.can_release),
    Action.DEFER: Move((State.MEETING,), State.DEFERRED, permissions.can_release),
    Action.REJECT: Move((State.MEETING,), State.NOT_APPROVED, permissions.can_release),
    Action.REOPEN: Move((State.NOT_APPROVED,), State.REVIEWED, permissions.can_answer_appeal),
    Action.PUBLISH: Move((State.PUBLICITY_READY,), State.PUBLICITY, permissions.can_publish_notice),
    Action.TAKE_DOWN: Move((State.PUBLICITY,), State.PUBLICITY_READY, permissions.can_answer_objection),
    Action.CLEAR: Move((State.PUBLICITY,), State.CLEARED, permissions.nobody),
    Action.RECONSIDER: Move(BEFORE_AWARD, State.REVIEWED, permissions.can_answer_objection),
    Action.ANNUL: Move(BEFORE_AWARD, State.ANNULLED, permissions.can_answer_objection),
    Action.AWARD: Move((State.CLEARED,), State.AWARDED, permissions.can_issue_award),
    Action.REVOKE: Move((State.AWARDED, State.PAYING), State.ANNULLED, permissions.can_issue_award),
    Action.CONFIRM_ACCOUNT: Move((State.AWARDED,), State.PAYING, permissions.can_confirm_account),
    Action.SETTLE: Move((State.PAYING,), State.PAID, permissions.can_execute_payment),
    Action.RETURN_PAYMENT: Move((State.PAID,), State.PAYING, permissions.can_execute_payment),
    Action.CLOSE: Move((State.PAID,), State.CLOSED, permissions.can_close),
    Action.RECOVER: Move((State.PAID, State.CLOSED), State.RECOVERY, permissions.can_decide_recovery),
    Action.REPAY: Move((State.RECOVERY,), State.RECOVERED, permissions.can_register_repayment),
    Action.WITHDRAW: Move((*WRITING, *BEFORE_DECISION), State.WITHDRAWN, permissions.is_lead),
}
# Also those that come of themselves with the last signature.
OF_THE_CLOCK = tuple(action for action, move in MOVES.items() if move.allows is permissions.nobody)


def available_actions(application: Application, user: User) -> list[Action]:
    return [
        action for action, move in MOVES.items() if application.state in move.sources and move.allows(user, application)
    ]


def pairs_of_states() -> list[tuple[str, str]]:
    """Every change of state in the table, for the triggers; see also the migration that holds the database to them."""
    pairs = {(source.value, move.target.value) for move in MOVES.values() for source in move.sources}
    return sorted(pair for pair in pairs if pair[0] != pair[1])


def locked(application: Application) -> Application:
    """The row as it is now, locked until the transaction ends."""
    return Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)


def refuse_unless_possible(application: Application, action: Action, by: User) -> None:
    """PermissionDenied, or MoveRefused with code "state"."""
    move = MOVES[action]
    if not move.allows(by, application):
        raise PermissionDenied
    refuse_unless_in(application, action)


def refuse_unless_in(application: Application, action: Action) -> None:
    if application.state not in MOVES[action].sources:
        raise MoveRefused(
            _("The application is now “%(state)s”: “%(action)s” is not possible.")
            % {"state": application.get_state_display(), "action": action.label},
            code="state",
        )


@transaction.atomic
def move(application: Application, action: Action, *, by: User | None, reason: str = "", **facts: Any) -> Application:
    """Make one move on a freshly locked row, with its step and its journal entry, and return that row.

    `by` is None for the moves of the clock, which nobody else may make; it makes no others. The database holds both.
    """
    current = locked(application)
    if by is None and action not in OF_THE_CLOCK:
        raise PermissionDenied
    if by is None:
        refuse_unless_in(current, action)
    else:
        refuse_unless_possible(current, action, by)
    before, current.state = current.state, MOVES[action].target
    current.state_since, current.state_reason = timezone.now(), reason
    for name, value in facts.items():
        setattr(current, name, value)
    current.version += 1
    current.due_on = _due_on(current, action, before)
    current.validate_constraints()
    step = record_step(current, action, before, by=by, reason=reason)
    with journal.acting(by=by, action=action.value, reason=reason):
        current.save()
    tell_of_move(step)
    return current


def _due_on(application: Application, action: Action, before: str) -> date | None:
    """Counted with the step that is about to be recorded."""
    if application.state not in STAGES:
        return None
    new = ApplicationStep(action=action, from_state=before, to_state=application.state, at=application.state_since)
    return due_day(application.call_version.parsed, [*application.steps.all(), new])


def record_step(
    application: Application, action: Action, before: str, *, by: User | None, reason: str = ""
) -> ApplicationStep:
    """The trace of a move, before the move itself and in its transaction: without it the database refuses the move."""
    step: ApplicationStep = ApplicationStep.objects.create(
        application=application,
        action=action,
        from_state=before,
        to_state=MOVES[action].target,
        by=by,
        reason=reason,
        at=application.state_since,
        version=application.version,
    )
    return step


def given(reason: str, longest: int = LONGEST_REASON) -> str:
    """The reason without what nobody sees; MoveRefused when there is none, or more than the record holds."""
    told = clean_text(reason, multiline=True).strip()
    if not told:
        raise MoveRefused(_("Give the reason; it is kept with the record."))
    if len(told) > longest:
        raise MoveRefused(_("Say it in at most %(longest)d characters.") % {"longest": longest})
    return told
