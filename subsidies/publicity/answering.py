"""The answer to an objection, by somebody who took no part in the decision and neither wrote nor published the notice.

See docs/decisions/ for what an upheld objection does to the notice.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal, versions
from common.texts import language_of_record
from subsidies import budgets, permissions
from subsidies.enums import Action, Consequence, NoticeState, ObjectionState
from subsidies.models import Application, NoticeEntry, Objection
from subsidies.publicity.clearing import conclude_if_settled, is_over
from subsidies.publicity.reading import LIVE, locked_notice, open_entries
from subsidies.publicity.replacing import replace
from subsidies.publicity.telling import tell_objector_of_answer, tell_of_dismissed_objection
from subsidies.publicity.writing import back_to_draft, writers_of
from subsidies.workflow import MoveRefused, given, locked, move

LONGEST_ANSWER = 1000
ACTIONS = {Consequence.RECONSIDER: Action.RECONSIDER, Consequence.ANNUL: Action.ANNUL}


@transaction.atomic
def dismiss(objection: Objection, *, by: User, answer: str) -> Objection:
    """The award goes on, and clears by the clock when the days are over."""
    current = _locked(objection, by)
    _answered(current, ObjectionState.DISMISSED, by, answer)
    tell_of_dismissed_objection(current)
    tell_objector_of_answer(current)
    return current


@versions.at_the_end()
def uphold(objection: Objection, *, by: User, answer: str, consequence: str) -> Objection:
    """The award goes back or ends, its reserved money is free again; a notice that still runs is replaced."""
    if consequence not in Consequence.values:
        raise MoveRefused(_("Say what becomes of the application: decided anew, or no support."))
    current = _locked(objection, by)
    application = locked(current.entry.application)
    current.consequence = consequence
    _answered(current, ObjectionState.UPHELD, by, answer)
    _take_off(current, application, by)
    with language_of_record():
        note = _("After an objection")
    budgets.release(application, by=by, note=note)
    move(application, ACTIONS[Consequence(consequence)], by=by, reason=current.answer)
    _settle_notice(current, by)
    tell_objector_of_answer(current)
    return current


def _take_off(objection: Objection, application: Application, by: User) -> None:
    """Of the notice it stood in, and of a new one that is being prepared."""
    rows = NoticeEntry.objects.filter(application=application, removed_at=None, cleared_at=None)
    entries = rows.filter(Q(pk=objection.entry_id) | Q(notice__state__in=LIVE)).order_by("pk")
    with journal.acting(by=by, action="take_off_notice"):
        for entry in entries.select_related("notice"):
            if entry.notice.state == NoticeState.REVIEW:
                entry.notice = back_to_draft(locked_notice(entry.notice), by=by)
            if entry.notice.state == NoticeState.DRAFT:
                entry.delete()
            else:
                entry.removed_at = timezone.now()
                entry.save(update_fields=["removed_at"])


def _settle_notice(objection: Objection, by: User) -> None:
    notice = objection.notice
    if notice.state != NoticeState.PUBLISHED:
        return
    if not is_over(notice, timezone.now()) and open_entries(notice):
        replace(notice, by=by)
    else:
        conclude_if_settled(notice)


def _locked(objection: Objection, by: User) -> Objection:
    """The notice first, then the objection; refused for whoever may not answer it."""
    notice = locked_notice(objection.notice)
    rows = Objection.objects.select_for_update(of=("self",)).select_related("entry__application", "notice")
    current: Objection = rows.get(pk=objection.pk)
    current.notice = notice
    if not permissions.can_answer_objection(by, current.entry.application):
        raise PermissionDenied
    if current.state != ObjectionState.OPEN:
        raise MoveRefused(_("This objection is answered already."), code="state")
    if by.pk in took_part(current):
        raise MoveRefused(
            _("You took part in the decision or in the notice: somebody else answers the objection."), code="apart"
        )
    return current


def _answered(objection: Objection, state: ObjectionState, by: User, answer: str) -> None:
    objection.state, objection.answer = state, given(answer, LONGEST_ANSWER)
    objection.answered_by, objection.answered_at = by, timezone.now()
    objection.validate_constraints()
    with journal.acting(by=by, action="answer_objection"):
        objection.save(update_fields=["state", "answer", "answered_by", "answered_at", "consequence"])


def took_part(objection: Objection) -> set[int]:
    """Whoever decided on the application, or wrote or published the notice. Two queries."""
    decisions = objection.entry.application.decisions.exclude(released_at=None)
    rows = decisions.values_list("put_by", "staged_by", "released_by", "meeting__prepared_by")
    people = {person for row in rows for person in row}
    made = {objection.notice.published_by_id, *writers_of(objection.notice)}
    return {person for person in people | made if person}


def look_at_objector(objection: Objection, *, by: User) -> None:
    """Before name and contact are shown: the journal says who saw them."""
    if not permissions.can_answer_objection(by, objection.entry.application) or by.pk in took_part(objection):
        raise PermissionDenied
    with journal.acting(by=by):
        journal.record("see_objector", objection, {})
