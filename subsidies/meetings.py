"""The collective meeting before it decides: who sits in it, what is on its agenda in which order, who stays out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import journal
from common.texts import clean_text
from subsidies import permissions
from subsidies.audiences import has_open_appeal
from subsidies.budgets import BudgetRefused, budget_of
from subsidies.enums import Action, AppealState, MeetingKind, State
from subsidies.models import Appeal, Application, Budget, Call, Decision, Meeting, MeetingMember, Recusal
from subsidies.notices import tell_of_recorded_meeting
from subsidies.once import plain_name
from subsidies.ties import impartial
from subsidies.visit_times import visit_needed
from subsidies.workflow import MoveRefused, given, locked, move, refuse_unless_possible

FEWEST_MEMBERS = 2  # nothing is decided by one person alone


class Member(NamedTuple):
    name: str
    post: str = ""
    user: User | None = None
    is_chair: bool = False


# ---------------------------------------------------------------- the meeting and its members
class MeetingFacts(TypedDict):
    """It decides from `budget`, or that of the call's scheme and year where none is given."""

    kind: str
    held_on: date
    members: Iterable[Member]
    place: NotRequired[str]
    budget: NotRequired[Budget | None]


@transaction.atomic
def create(call: Call, *, by: User, **facts: Unpack[MeetingFacts]) -> Meeting:
    if not by.has_perm("subsidies.add_meeting"):
        raise PermissionDenied
    with journal.acting(by=by, action="prepare_meeting"):
        return _keep(Meeting(call=call, prepared_by=by), **facts)


@transaction.atomic
def change(meeting: Meeting, *, by: User, **facts: Unpack[MeetingFacts]) -> Meeting:
    """Until something is recorded of what it decides: afterwards its members are those who decided."""
    if not by.has_perm("subsidies.change_meeting"):
        raise PermissionDenied
    current = locked_meeting(meeting)
    if on_agenda(current).exclude(verdict="").exists() or Recusal.objects.filter(decision__meeting=current).exists():
        raise MoveRefused(_("The meeting has begun: its members and its day stay as they are."))
    with journal.acting(by=by, action="change_meeting"):
        for member in current.members.all():
            member.delete()
        return _keep(current, **facts)


def _keep(
    meeting: Meeting,
    *,
    kind: str,
    held_on: date,
    members: Iterable[Member],
    place: str = "",
    budget: Budget | None = None,
) -> Meeting:
    people = list(members)
    if kind not in MeetingKind.values:
        raise MoveRefused(_("Choose the kind of meeting."))
    _refuse_lonely(people)
    meeting.kind, meeting.held_on, meeting.place = kind, held_on, clean_text(place).strip()[:200]
    meeting.budget = budget or budget_of(meeting.call)
    if meeting.budget and meeting.budget.scheme_id != meeting.call.scheme_id:
        raise BudgetRefused(_("This budget is for another scheme."))
    meeting.save()
    for member in people:
        MeetingMember.objects.create(
            meeting=meeting,
            name=given(member.name, 80),
            post=clean_text(member.post).strip()[:80],
            user=member.user,
            is_chair=member.is_chair,
        )
    return meeting


def _refuse_lonely(members: list[Member]) -> None:
    if sum(member.is_chair for member in members) != 1:
        raise MoveRefused(_("A meeting has one chair."))
    if len(members) < FEWEST_MEMBERS:
        raise MoveRefused(_("A collective decision needs %(count)d members or more.") % {"count": FEWEST_MEMBERS})
    known = [member.user.pk for member in members if member.user]
    names = [plain_name(member.name) for member in members]
    if len(known) != len(set(known)) or len(names) != len(set(names)):
        raise MoveRefused(_("A member is named twice."))


# ---------------------------------------------------------------- the agenda
def awaiting(call: Call, user: User) -> QuerySet[Application]:
    """What the person can put before a meeting, by the totals; what was deferred keeps its place among them."""
    rows: QuerySet[Application] = Application.objects.filter(
        impartial(user), call=call, state__in=(State.REVIEWED, State.DEFERRED)
    )
    appealed = Appeal.objects.filter(state=AppealState.OPEN).values("decision__application")
    return rows.exclude(pk__in=appealed).order_by(*BY_TOTAL)


BY_TOTAL = (F("score").desc(nulls_last=True), "first_submitted_at", "pk")
ON_AGENDA = (F("total").desc(nulls_last=True), "application__first_submitted_at", "pk")


def on_agenda(meeting: Meeting) -> QuerySet[Decision]:
    """One query, in the order of the agenda."""
    rows: QuerySet[Decision] = meeting.decisions.filter(removed_at=None)
    return rows.order_by("position")


@transaction.atomic
def propose(application: Application, *, meeting: Meeting, by: User) -> Decision:
    """Put it on the agenda, at the place of its total; PermissionDenied, MoveRefused."""
    current = locked_meeting(meeting)
    asked = locked(application)
    refuse_unless_possible(asked, Action.PROPOSE, by)
    if asked.call_id != current.call_id:
        raise MoveRefused(_("This meeting decides on another call."))
    if visit_needed(asked):
        raise MoveRefused(_("The call wants a visit first: no concluded record of one is there."), code="visit")
    if has_open_appeal(asked):
        raise MoveRefused(_("An appeal is open: it is answered before the next meeting."), code="appeal")
    moved = move(asked, Action.PROPOSE, by=by)
    with journal.acting(by=by, action=Action.PROPOSE.value):
        decision: Decision = Decision.objects.create(
            meeting=current, application=moved, position=0, total=moved.score, put_by=by
        )
        _number_anew(current)
    decision.refresh_from_db()
    return decision


@transaction.atomic
def take_off(decision: Decision, *, by: User, reason: str) -> Application:
    """Back among what has been reviewed, whatever was recorded of it."""
    meeting, current = locked_decision(decision)
    moved = move(current.application, Action.TAKE_OFF, by=by, reason=given(reason))
    with journal.acting(by=by, action=Action.TAKE_OFF.value, reason=reason):
        _remove(current, meeting, by)
    return moved


def locked_meeting_of(application: Application) -> Meeting | None:
    """Of the open agenda it stands on, locked; for whoever is about to lock the application."""
    open_now = Decision.objects.filter(application=application, released_at=None, removed_at=None)
    decision = open_now.select_related("meeting").first()
    return locked_meeting(decision.meeting) if decision else None


def drop_withdrawn(application: Application, *, meeting: Meeting | None, by: User) -> None:
    """Called by the withdrawal, in its transaction: the meeting has nothing to decide on any more.

    `meeting` was locked before the application. MoveRefused where it was put on an agenda in between.
    """
    rows = Decision.objects.select_for_update(of=("self",)).filter(released_at=None, removed_at=None)
    decision = rows.filter(application=application).first()
    if decision is None:
        return
    if meeting is None or decision.meeting_id != meeting.pk:
        raise MoveRefused(_("The application was put before a meeting at this moment: try again."), code="state")
    with journal.acting(by=by, action=Action.WITHDRAW.value):
        _remove(decision, meeting, by)


def _remove(decision: Decision, meeting: Meeting, by: User) -> None:
    """What is left moves up, and may be recorded whole without it."""
    decision.removed_at = timezone.now()
    decision.save()
    _number_anew(meeting)
    if not decision.verdict:
        tell_once_recorded(meeting, by)


def tell_once_recorded(meeting: Meeting, by: User) -> None:
    """Whoever may release is told as soon as something is recorded on everything that is on the agenda."""
    rows = on_agenda(meeting)
    if rows.exists() and not rows.filter(verdict="").exists():
        tell_of_recorded_meeting(meeting, by)


def _number_anew(meeting: Meeting) -> None:
    """By the total, highest first, then by the time of the submission; one after another, equal totals side by side."""
    for position, decision in enumerate(meeting.decisions.filter(removed_at=None).order_by(*ON_AGENDA), start=1):
        if decision.position != position:
            decision.position = position
            decision.save(update_fields=["position"])


def ranks_of(totals: Iterable[Decimal | None]) -> list[int]:
    """Equal totals share a rank: 1, 2, 2, 4. `totals` stand in the order of the agenda."""
    ranks: list[int] = []
    before: Decimal | None = None
    for number, total in enumerate(totals, start=1):
        ranks.append(ranks[-1] if ranks and total == before else number)
        before = total
    return ranks


# ---------------------------------------------------------------- who stays out
@transaction.atomic
def recuse(decision: Decision, *, member: MeetingMember, by: User, reason: str) -> Recusal:
    """The member takes no part in deciding on this application."""
    meeting, current = locked_decision(decision)
    if not permissions.can_stage(by, current.application):
        raise PermissionDenied
    if member.meeting_id != meeting.pk:
        raise MoveRefused(_("Choose a member of this meeting."))
    if current.recusals.filter(member=member).exists():
        raise MoveRefused(_("This member stays out already."))
    with journal.acting(by=by, action="recuse", reason=reason):
        recusal: Recusal = Recusal.objects.create(decision=current, member=member, reason=given(reason, 500))
    return recusal


def refuse_lonely(decision: Decision) -> None:
    """MoveRefused where too few are left to decide on it; two queries."""
    left = decision.meeting.members.count() - decision.recusals.count()
    if left < FEWEST_MEMBERS:
        raise MoveRefused(
            ngettext(
                "%(left)d member is left to decide on %(application)s: a collective decision needs more.",
                "%(left)d members are left to decide on %(application)s: a collective decision needs more.",
                left,
            )
            % {"left": left, "application": decision.application}
        )


# ---------------------------------------------------------------- locks, always the meeting first
def locked_meeting(meeting: Meeting) -> Meeting:
    """The row as it is now, locked until the transaction ends; MoveRefused once its decisions are released."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("call", "budget__scheme")
    current: Meeting = rows.get(pk=meeting.pk)
    if current.released_at:
        raise MoveRefused(_("The decisions of this meeting are released: they stand."), code="state")
    return current


def locked_decision(decision: Decision) -> tuple[Meeting, Decision]:
    """The meeting and one decision of its agenda, both locked, with its application locked between them."""
    meeting = locked_meeting(decision.meeting)
    application = locked(decision.application)
    current: Decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if current.removed_at or application.state != State.MEETING:
        raise MoveRefused(_("The application is not on the agenda any more."), code="state")
    current.meeting, current.application = meeting, application
    return meeting, current
