"""The applicant's appeal against a refusal or a deferral, once and in time; answered by who took no part in it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from subsidies import permissions
from subsidies.clocks import period_end
from subsidies.enums import UNDER_WAY, Action, AppealState, State
from subsidies.models import Appeal, Application, Decision
from subsidies.notices import tell_of_answer, tell_of_appeal
from subsidies.workflow import MoveRefused, given, locked, move

APPEALABLE = (State.NOT_APPROVED, State.DEFERRED)
LONGEST_GROUNDS = 4000


def decision_of(application: Application) -> Decision | None:
    """The released decision that stands, with its appeal; what is only recorded is nobody's but the bureau's."""
    rows = application.decisions.exclude(released_at=None).select_related("meeting", "appeal")
    found: Decision | None = rows.order_by("-pk").first()
    return found


def can_appeal(user: User, application: Application, decision: Decision | None) -> bool:
    """For the button; appeal() says why not."""
    if decision is None or application.state not in APPEALABLE or not permissions.is_lead(user, application):
        return False
    return _is_in_time(decision) and not hasattr(decision, "appeal")


@transaction.atomic
def appeal(application: Application, *, by: User, text: str) -> Appeal:
    """By an administrator or project lead of the firm, to the end of the last day; once for each decision."""
    current = locked(application)
    if not permissions.is_lead(by, current):
        raise PermissionDenied
    decision = decision_of(current)
    if decision is None or current.state not in APPEALABLE:
        raise MoveRefused(_("There is no decision to appeal against."), code="state")
    if hasattr(decision, "appeal"):
        raise MoveRefused(_("An appeal against this decision is made already."), code="state")
    if not _is_in_time(decision):
        raise MoveRefused(_("The time for an appeal is over."), code="late")
    due_on = period_end(current.call_version.parsed.period("appeal_answer"), shanghai_today()).on
    with journal.acting(by=by, action="appeal"):
        made: Appeal = Appeal.objects.create(
            decision=decision, text=given(text, LONGEST_GROUNDS), made_by=by, due_on=due_on
        )
    tell_of_appeal(current, made)
    return made


@transaction.atomic
def answer(appeal: Appeal, *, by: User, is_upheld: bool, answer: str) -> Appeal:
    """Upheld, a refusal goes back among what is to be decided; a deferral is in that queue already.

    What a later decision has replaced is not upheld: that one has an appeal of its own.
    """
    application = locked(appeal.decision.application)
    if not permissions.can_answer_appeal(by, application):
        raise PermissionDenied
    rows = Appeal.objects.select_for_update(of=("self",)).select_related("decision__meeting")
    current: Appeal = rows.get(pk=appeal.pk)
    if current.state != AppealState.OPEN:
        raise MoveRefused(_("This appeal is answered already."), code="state")
    if by.pk in took_part(current.decision):
        raise MoveRefused(_("You took part in the decision: somebody else answers the appeal."))
    if is_upheld and decision_of(application) != current.decision:
        words = _("A later decision has replaced the one appealed against: dismiss this appeal.")
        raise MoveRefused(words, code="later")
    current.state = AppealState.UPHELD if is_upheld else AppealState.DISMISSED
    current.answer, current.answered_by, current.answered_at = given(answer), by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="answer_appeal"):
        current.save()
    if is_upheld and application.state == State.NOT_APPROVED:
        _refuse_second(application)
        move(application, Action.REOPEN, by=by, reason=current.answer)
    else:
        tell_of_answer(application, current)
    return current


def took_part(decision: Decision) -> set[int]:
    """Whoever prepared the meeting, put the application before it, recorded or released the decision."""
    people = (decision.meeting.prepared_by_id, decision.put_by_id, decision.staged_by_id, decision.released_by_id)
    return {person for person in people if person}


def _is_in_time(decision: Decision) -> bool:
    return decision.appeal_until is not None and shanghai_today() <= decision.appeal_until


def _refuse_second(application: Application) -> None:
    """一次性; see also application_under_way_once."""
    others = Application.objects.filter(once_key=application.once_key, state__in=UNDER_WAY)
    if application.once_key and others.exclude(pk=application.pk).exists():
        raise MoveRefused(
            _("Another application for the same project is under way: that one has to end first."),
            code="once",
        )
