"""Whose turn it is, for the desk, as a condition over many applications.

See also subsidies.awaited, which says it in words, and subsidies.audiences, which names the people themselves.
"""

from collections.abc import Callable, Collection, Iterator
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import MembershipRole
from accounts.models import User
from common.calendar import shanghai_today
from subsidies.enums import (
    CHECK_CLOSED,
    LIVE_PAYMENTS,
    AccountState,
    AppealState,
    CheckState,
    DocumentState,
    NoticeState,
    ObjectionState,
    Outcome,
    PaymentState,
    RecoveryState,
    ReportState,
    State,
)
from subsidies.models import (
    Appeal,
    Application,
    Award,
    AwardEntry,
    Decision,
    Draw,
    FollowUpReport,
    FormCheck,
    NoticeEntry,
    Objection,
    PayeeAccount,
    Payment,
    PublicNotice,
    Recommendation,
    Recovery,
    SiteCheck,
    SiteVisit,
    VisitOfficer,
)
from subsidies.models.follow_up import SETTLED
from subsidies.releasing import ready_for
from subsidies.ties import impartial, untied
from subsidies.visit_times import PLANNED, lacks_visit
from subsidies.visit_times import STATES as VISITED_IN

NOBODYS = Q(pk__in=[])
ALL = ~NOBODYS
OF_UNIT = "recommend_application"  # the right whose moves the recommending unit makes
PREPARED = Recommendation.objects.open().filter(application=OuterRef("pk"))
PROPOSED = FormCheck.objects.filter(
    application=OuterRef("pk"), confirmed_at=None, proposal__in=(Outcome.PASS, Outcome.FAIL)
)
# The applications of a draw stand in its result by their numbers, in quotes; see also drawing.open_draw_of().
IN_QUOTES = Concat(Value('"'), OuterRef("number"), Value('"'), output_field=TextField())
DRAWN = (
    Draw.objects.filter(call=OuterRef("call"), confirmed_at=None, discarded_at=None)
    .annotate(drawn=Cast("result", TextField()))
    .filter(drawn__contains=IN_QUOTES)
)
ON_AGENDA = Decision.objects.filter(application=OuterRef("pk"), released_at=None, removed_at=None)
VISIT_PLANNED = SiteVisit.objects.filter(application=OuterRef("pk"), state=PLANNED)
# A check that was begun is brought to its end whatever has become of the money: the round is public after that.
CHECKED_IN = (State.AWARDED, State.PAYING, State.PAID, State.CLOSED, State.RECOVERY, State.RECOVERED, State.ANNULLED)
CHECKS_TO_MAKE = VISIT_PLANNED.exclude(site_check=None)
APPEALED = Appeal.objects.filter(decision__application=OuterRef("pk"), state=AppealState.OPEN)
ON_DOCUMENT = AwardEntry.objects.filter(application=OuterRef("pk"), dropped_at=None)
ENTERED = PayeeAccount.objects.filter(application=OuterRef("pk"), state=AccountState.ENTERED)
PAID_FOR = Payment.objects.filter(award__application=OuterRef("pk"))
PAYMENTS = Payment.objects.filter(award=OuterRef("pk")).order_by()
AWARD = Award.objects.filter(application=OuterRef("pk"), revoked_on=None)

WAITING_TO_PUBLISH = NoticeEntry.objects.filter(application=OuterRef("pk"), notice__state=NoticeState.REVIEW)
OBJECTED = Objection.objects.filter(entry__application=OuterRef("pk"), state=ObjectionState.OPEN)
DECIDED = Decision.objects.filter(application=OuterRef("pk"), released_at__isnull=False)


class Turn(NamedTuple):
    """A next move: the states it is made in, what it is called, the right it takes, and the applications in which a
    person with that right is awaited, those that bind the person aside."""

    name: str
    states: tuple[State, ...]
    words: Promise
    right: str
    awaits: Callable[[User], Q]


# ---------------------------------------------------------------- whom each move waits for
def _everything(user: User) -> Q:
    return ALL


def _to_prepare(user: User) -> Q:
    led = _led_by(user)
    return Q(~Exists(PREPARED), recommender__in=[key for key in user.offices() if key not in led])


def _to_decide(user: User) -> Q:
    return Q(Exists(PREPARED.exclude(prepared_by=user)), recommender__in=_led_by(user))


def _led_by(user: User) -> list[int]:
    return [key for key, role in user.roles.items() if role == MembershipRole.LEADER]


def _to_check(user: User) -> Q:
    """A check that another clerk has begun is theirs to go on with, as long as they are here."""
    begun = FormCheck.objects.filter(application=OuterRef("pk"), checked_by__is_active=True)
    is_mine = Exists(begun.filter(checked_by=user)) | ~Exists(begun)
    return Q(~Exists(PROPOSED), is_mine)


def _to_confirm(user: User) -> Q:
    return Q(Exists(PROPOSED.exclude(checked_by=user)))


def _to_draw(user: User) -> Q:
    return Q(~Exists(DRAWN)) & ~lacks_visit()


def _to_confirm_draw(user: User) -> Q:
    return Q(Exists(DRAWN.exclude(drawn_by=user)))


def _to_visit(user: User) -> Q:
    """Whoever may plan the visit; once it is planned, its officers who have not signed."""
    if not user.acts_for_whole_city():
        return NOBODYS
    own = VISIT_PLANNED.filter(officers__user=user, officers__signed_at=None)
    return lacks_visit() & (~Q(Exists(VISIT_PLANNED)) | Q(Exists(own)))


def _to_check_site(user: User) -> Q:
    """Its officers who have not signed the record."""
    return Q(Exists(CHECKS_TO_MAKE.filter(officers__user=user, officers__signed_at=None)))


def _to_settle_check(user: User) -> Q:
    """See also site_checks.is_ready(): concluded and heard, then put right or the term for it over."""
    today = shanghai_today()
    is_heard = Q(commented_at__isnull=False) | Q(heard_until__lt=today)
    is_put_right = Q(remedied_at__isnull=False) | Q(remedy_by__lt=today)
    ready = Q(is_heard, state=CheckState.CHECKING) | Q(is_put_right, state=CheckState.RECTIFY)
    checks = SiteCheck.objects.filter(ready, application=OuterRef("pk"))
    own = VisitOfficer.objects.filter(user=user).values("visit")
    return Q(Exists(checks.exclude(visit__in=own)))


def _to_propose(user: User) -> Q:
    return ~lacks_visit()


def _to_stage(user: User) -> Q:
    return Q(Exists(ON_AGENDA.filter(verdict="")))


def _to_release(user: User) -> Q:
    """Once all of the meeting is recorded, by somebody who had no hand and has no interest in any of it."""
    return Q(Exists(ready_for(user).filter(application=OuterRef("pk"))))


def _to_answer(user: User) -> Q:
    """Somebody who took no part in the decision; see also appealing.took_part()."""
    took_part = Q(decision__put_by=user) | Q(decision__staged_by=user) | Q(decision__released_by=user)
    took_part |= Q(decision__meeting__prepared_by=user)
    return Q(Exists(APPEALED.exclude(took_part)))


# ---------------------------------------------------------------- award and payment
def _to_prepare_award(user: User) -> Q:
    return Q(~Exists(ON_DOCUMENT))


def _to_countersign(user: User) -> Q:
    drafts = ON_DOCUMENT.filter(document__state=DocumentState.DRAFT).exclude(document__prepared_by=user)
    return Q(Exists(drafts.exclude(document__in=_binding_documents(user))))


def _to_issue(user: User) -> Q:
    """A third person."""
    signed = ON_DOCUMENT.filter(document__state=DocumentState.COUNTERSIGNED)
    signed = signed.exclude(Q(document__prepared_by=user) | Q(document__countersigned_by=user))
    return Q(Exists(signed.exclude(document__in=_binding_documents(user))))


def _binding_documents(user: User) -> QuerySet:
    """Keys of those with a case that binds the person: all of a document is signed, or nothing."""
    waiting = AwardEntry.objects.filter(document__state__in=(DocumentState.DRAFT, DocumentState.COUNTERSIGNED))
    return waiting.exclude(application__in=_free(user)).values("document")


def _free(user: User) -> QuerySet:
    """Keys of the applications that do not bind the person."""
    return Application.objects.filter(impartial(user)).values("pk")


def _to_confirm_account(user: User) -> Q:
    return Q(Exists(ENTERED.exclude(entered_by=user)))


def _to_prepare_payment(user: User) -> Q:
    """As long as a part of the award has no payment: a share that is returned or cancelled leaves such a part."""
    live = PAYMENTS.filter(state__in=LIVE_PAYMENTS).values("award").annotate(sum=Sum("amount_yuan"))
    return Q(
        Exists(AWARD.annotate(live=Subquery(live.values("sum"))).filter(Q(live=None) | Q(live__lt=F("amount_yuan"))))
    )


def _to_approve_payment(user: User) -> Q:
    return Q(Exists(PAID_FOR.filter(state=PaymentState.PREPARED).exclude(prepared_by=user)))


def _to_execute_payment(user: User) -> Q:
    return Q(Exists(PAID_FOR.filter(state=PaymentState.APPROVED).exclude(approved_by=user)))


def _to_write_notice(user: User) -> Q:
    """Not while it stands in a notice that waits for publication, nor with an objection open."""
    return Q(~Exists(WAITING_TO_PUBLISH), ~Exists(OBJECTED))


def _to_publish_notice(user: User) -> Q:
    """All of a notice or nothing, by somebody who wrote no word of it and has no interest in a case of it."""
    entries = NoticeEntry.objects.filter(notice__state=NoticeState.REVIEW)
    binding = entries.exclude(application__in=_free(user)).values("notice")
    others = WAITING_TO_PUBLISH.exclude(notice__in=PublicNotice.objects.written_by(user))
    return Q(Exists(others.exclude(notice__in=binding)))


def _to_answer_objection(user: User) -> Q:
    """Somebody who took no part in the decision nor in the notice; see also publicity.answering.took_part()."""
    in_notice = Q(notice__in=PublicNotice.objects.written_by(user)) | Q(notice__published_by=user)
    decided = Q(put_by=user) | Q(staged_by=user) | Q(released_by=user) | Q(meeting__prepared_by=user)
    free = ~Exists(DECIDED.filter(decided))
    return Q(Exists(OBJECTED.exclude(in_notice)), free)


# ---------------------------------------------------------------- after the payment
def _to_judge_report(user: User) -> Q:
    sent = FollowUpReport.objects.filter(application=OuterRef("pk"), state=ReportState.SUBMITTED)
    return Q(Exists(sent))


def _to_decide_recovery(user: User) -> Q:
    """Another person than the one who proposed it, once the firm has been heard."""
    proposed = Recovery.objects.filter(application=OuterRef("pk"), state=RecoveryState.PROPOSED)
    heard = proposed.filter(Q(stated_at__isnull=False) | Q(heard_until__lt=shanghai_today()))
    return Q(Exists(heard.exclude(proposed_by=user)))


def _to_close(user: User) -> Q:
    """See also closing.obstacles()."""
    reports = FollowUpReport.objects.filter(application=OuterRef("pk"))
    proposed = Recovery.objects.filter(application=OuterRef("pk"), state=RecoveryState.PROPOSED)
    checks = SiteCheck.objects.filter(application=OuterRef("pk")).exclude(state__in=CHECK_CLOSED)
    is_done = Exists(reports) & ~Exists(reports.exclude(state__in=SETTLED)) & ~Exists(proposed) & ~Exists(checks)
    return Q(is_done)


# ---------------------------------------------------------------- the table
TURNS = (
    Turn("prepare", (State.RECOMMENDATION,), _("Prepare the opinion"), "recommend_application", _to_prepare),
    Turn("decide", (State.RECOMMENDATION,), _("Decide on the recommendation"), "recommend_application", _to_decide),
    Turn("accept", (State.ACCEPTANCE,), _("Accept or refuse"), "check_application", _everything),
    Turn("confirm", (State.FORM_CHECK,), _("Confirm the form check"), "confirm_check", _to_confirm),
    Turn("check", (State.FORM_CHECK,), _("Check the materials"), "check_application", _to_check),
    Turn(
        "confirm_draw",
        (State.CHECKED, State.REVIEW),
        _("Confirm the draw of experts"),
        "confirm_draw",
        _to_confirm_draw,
    ),
    Turn("answer", (State.NOT_APPROVED, State.DEFERRED), _("Answer the appeal"), "answer_appeal", _to_answer),
    Turn("visit", VISITED_IN, _("Visit the site"), "run_visits", _to_visit),
    Turn("draw", (State.CHECKED,), _("Draw experts"), "draw_experts", _to_draw),
    Turn("propose", (State.REVIEWED, State.DEFERRED), _("Put before the meeting"), "propose_to_meeting", _to_propose),
    Turn("release", (State.MEETING,), _("Release the decision"), "release_decisions", _to_release),
    Turn(
        "judge_report", (State.PAID, State.RECOVERY), _("Look at the yearly report"), "judge_report", _to_judge_report
    ),
    Turn(
        "decide_recovery",
        (State.PAID, State.CLOSED),
        _("Decide on the recovery"),
        "decide_recovery",
        _to_decide_recovery,
    ),
    Turn("register_repayment", (State.RECOVERY,), _("Register what is paid back"), "register_repayment", _everything),
    Turn("site_check", CHECKED_IN, _("Check on the spot"), "run_visits", _to_check_site),
    Turn("settle_check", CHECKED_IN, _("Decide on the site check"), "settle_checks", _to_settle_check),
    Turn("close", (State.PAID,), _("Close the case"), "close_case", _to_close),
    Turn("stage", (State.MEETING,), _("Record the decision"), "stage_decision", _to_stage),
    Turn("prepare_award", (State.CLEARED,), _("Prepare the award document"), "prepare_award", _to_prepare_award),
    Turn("countersign", (State.CLEARED,), _("Countersign the award document"), "countersign_award", _to_countersign),
    Turn("issue", (State.CLEARED,), _("Issue the award document"), "issue_award", _to_issue),
    Turn(
        "confirm_account",
        (State.AWARDED, State.PAYING),
        _("Confirm the account"),
        "confirm_account",
        _to_confirm_account,
    ),
    Turn("execute_payment", (State.PAYING,), _("Execute the payment"), "execute_payment", _to_execute_payment),
    Turn("approve_payment", (State.PAYING,), _("Approve the payment"), "approve_payment", _to_approve_payment),
    Turn("prepare_payment", (State.PAYING,), _("Prepare the payment"), "prepare_payment", _to_prepare_payment),
    Turn(
        "answer_objection",
        (State.PUBLICITY, State.PUBLICITY_READY),
        _("Answer the objection"),
        "answer_objection",
        _to_answer_objection,
    ),
    Turn("publish_notice", (State.PUBLICITY_READY,), _("Publish the notice"), "publish_notice", _to_publish_notice),
    Turn("write_notice", (State.PUBLICITY_READY,), _("Write the public notice"), "edit_notice", _to_write_notice),
)
WORDS = {turn.name: turn.words for turn in TURNS}


def waiting_for(user: User) -> Q:
    """The applications in which this person is the next to do something; no query by itself."""
    return _waiting(user, State)


def waiting_in(user: User, state: State) -> Q:
    """The same within one state, for lists that go through the states one by one."""
    return Q(state=state) & _waiting(user, (state,))


def waiting_by_state(user: User, seen: QuerySet) -> Iterator[tuple[State, QuerySet]]:
    """The same among `seen`, for each state in which this person has a move at all, in the order of the states."""
    for turns, is_free in _by_freedom(user, State):
        free = seen.filter(is_free)
        for state in State:
            if here := [turn.awaits(user) for turn in turns if state in turn.states]:
                yield state, free.filter(reduce(or_, here), state=state)


def next_move(user: User) -> Case:
    """The name of the move that waits for this person, to annotate with; empty where none does."""
    parts = (When(is_free, then=_named(user, turns)) for turns, is_free in _by_freedom(user, State))
    return Case(*parts, default=Value(""))


def _waiting(user: User, states: Collection[State]) -> Q:
    found = NOBODYS
    for turns, is_free in _by_freedom(user, states):
        awaited = reduce(or_, (_made_in(turn, states) & turn.awaits(user) for turn in turns))
        found |= awaited & is_free
    return found


def _named(user: User, turns: list[Turn]) -> Case:
    cases = (When(_made_in(turn, State) & turn.awaits(user), then=Value(turn.name)) for turn in turns)
    return Case(*cases, default=Value(""))


def _made_in(turn: Turn, states: Collection[State]) -> Q:
    return Q(state__in=[state for state in turn.states if state in states])


def _by_freedom(user: User, states: Collection[State]) -> Iterator[tuple[list[Turn], Q]]:
    """The moves that the person has a right to, with the applications that do not bind them: of the recommending unit,
    and of all others. See also permissions.is_recommender() and permissions.is_impartial()."""
    own = [turn for turn in TURNS if _made_in_any(turn, states) and user.has_perm(f"subsidies.{turn.right}")]
    if of_unit := [turn for turn in own if turn.right == OF_UNIT]:
        yield of_unit, Q(state=State.RECOMMENDATION) & untied(user, user.firms())
    if others := [turn for turn in own if turn.right != OF_UNIT]:
        yield others, impartial(user)


def _made_in_any(turn: Turn, states: Collection[State]) -> bool:
    return any(state in states for state in turn.states)
