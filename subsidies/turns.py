"""Whose turn it is, for the desk, as a condition over many applications.

See also subsidies.awaited, which says it in words, and subsidies.audiences, which names the people themselves.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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
    """A next move: the states it is made in, what it is called, and the applications in which a person is awaited."""

    name: str
    states: tuple[State, ...]
    words: Promise
    awaits: Callable[[User], Q]


# ---------------------------------------------------------------- whom each move waits for
def _to_prepare(user: User) -> Q:
    led = _led_by(user)
    return _for_unit(user) & Q(~Exists(PREPARED), recommender__in=[key for key in user.offices() if key not in led])


def _to_decide(user: User) -> Q:
    return _for_unit(user) & Q(Exists(PREPARED.exclude(prepared_by=user)), recommender__in=_led_by(user))


def _for_unit(user: User) -> Q:
    """See also permissions.is_recommender()."""
    return untied(user, user.firms()) if user.has_perm("subsidies.recommend_application") else NOBODYS


def _led_by(user: User) -> list[int]:
    return [key for key, role in user.roles.items() if role == MembershipRole.LEADER]


def _to_accept(user: User) -> Q:
    return _with(user, "check_application")


def _to_check(user: User) -> Q:
    """A check that another clerk has begun is theirs to go on with, as long as they are here."""
    begun = FormCheck.objects.filter(application=OuterRef("pk"), checked_by__is_active=True)
    is_mine = Exists(begun.filter(checked_by=user)) | ~Exists(begun)
    return _with(user, "check_application") & Q(~Exists(PROPOSED), is_mine)


def _to_confirm(user: User) -> Q:
    return _with(user, "confirm_check") & Q(Exists(PROPOSED.exclude(checked_by=user)))


def _to_draw(user: User) -> Q:
    return _with(user, "draw_experts") & Q(~Exists(DRAWN)) & ~lacks_visit()


def _to_confirm_draw(user: User) -> Q:
    return _with(user, "confirm_draw") & Q(Exists(DRAWN.exclude(drawn_by=user)))


def _to_visit(user: User) -> Q:
    """Whoever may plan the visit; once it is planned, its officers who have not signed."""
    if not user.acts_for_whole_city():
        return NOBODYS
    own = VISIT_PLANNED.filter(officers__user=user, officers__signed_at=None)
    return _with(user, "run_visits") & lacks_visit() & (~Q(Exists(VISIT_PLANNED)) | Q(Exists(own)))


def _to_check_site(user: User) -> Q:
    """Its officers who have not signed the record."""
    return _with(user, "run_visits") & Q(Exists(CHECKS_TO_MAKE.filter(officers__user=user, officers__signed_at=None)))


def _to_settle_check(user: User) -> Q:
    """See also site_checks.is_ready(): concluded and heard, then put right or the term for it over."""
    today = shanghai_today()
    is_heard = Q(commented_at__isnull=False) | Q(heard_until__lt=today)
    is_put_right = Q(remedied_at__isnull=False) | Q(remedy_by__lt=today)
    ready = Q(is_heard, state=CheckState.CHECKING) | Q(is_put_right, state=CheckState.RECTIFY)
    checks = SiteCheck.objects.filter(ready, application=OuterRef("pk"))
    own = VisitOfficer.objects.filter(user=user).values("visit")
    return _with(user, "settle_checks") & Q(Exists(checks.exclude(visit__in=own)))


def _to_propose(user: User) -> Q:
    return _with(user, "propose_to_meeting") & ~lacks_visit()


def _to_stage(user: User) -> Q:
    return _with(user, "stage_decision") & Q(Exists(ON_AGENDA.filter(verdict="")))


def _to_release(user: User) -> Q:
    """Once all of the meeting is recorded, by somebody who had no hand and has no interest in any of it."""
    return _with(user, "release_decisions") & Q(Exists(ready_for(user).filter(application=OuterRef("pk"))))


def _to_answer(user: User) -> Q:
    """Somebody who took no part in the decision; see also appealing.took_part()."""
    took_part = Q(decision__put_by=user) | Q(decision__staged_by=user) | Q(decision__released_by=user)
    took_part |= Q(decision__meeting__prepared_by=user)
    return _with(user, "answer_appeal") & Q(Exists(APPEALED.exclude(took_part)))


# ---------------------------------------------------------------- award and payment
def _to_prepare_award(user: User) -> Q:
    return _with(user, "prepare_award") & Q(~Exists(ON_DOCUMENT))


def _to_countersign(user: User) -> Q:
    drafts = ON_DOCUMENT.filter(document__state=DocumentState.DRAFT).exclude(document__prepared_by=user)
    return _with(user, "countersign_award") & Q(Exists(drafts.exclude(document__in=_binding_documents(user))))


def _to_issue(user: User) -> Q:
    """A third person."""
    signed = ON_DOCUMENT.filter(document__state=DocumentState.COUNTERSIGNED)
    signed = signed.exclude(Q(document__prepared_by=user) | Q(document__countersigned_by=user))
    return _with(user, "issue_award") & Q(Exists(signed.exclude(document__in=_binding_documents(user))))


def _binding_documents(user: User) -> QuerySet:
    """Keys of those with a case that binds the person: all of a document is signed, or nothing."""
    waiting = AwardEntry.objects.filter(document__state__in=(DocumentState.DRAFT, DocumentState.COUNTERSIGNED))
    return waiting.exclude(application__in=_free(user)).values("document")


def _free(user: User) -> QuerySet:
    """Keys of the applications that do not bind the person."""
    return Application.objects.filter(impartial(user)).values("pk")


def _to_confirm_account(user: User) -> Q:
    return _with(user, "confirm_account") & Q(Exists(ENTERED.exclude(entered_by=user)))


def _to_prepare_payment(user: User) -> Q:
    """As long as a part of the award has no payment: a share that is returned or cancelled leaves such a part."""
    live = PAYMENTS.filter(state__in=LIVE_PAYMENTS).values("award").annotate(sum=Sum("amount_yuan"))
    left = Q(
        Exists(AWARD.annotate(live=Subquery(live.values("sum"))).filter(Q(live=None) | Q(live__lt=F("amount_yuan"))))
    )
    return _with(user, "prepare_payment") & left


def _to_approve_payment(user: User) -> Q:
    return _with(user, "approve_payment") & Q(
        Exists(PAID_FOR.filter(state=PaymentState.PREPARED).exclude(prepared_by=user))
    )


def _to_execute_payment(user: User) -> Q:
    return _with(user, "execute_payment") & Q(
        Exists(PAID_FOR.filter(state=PaymentState.APPROVED).exclude(approved_by=user))
    )


def _to_write_notice(user: User) -> Q:
    """Not while it stands in a notice that waits for publication, nor with an objection open."""
    return _with(user, "edit_notice") & Q(~Exists(WAITING_TO_PUBLISH), ~Exists(OBJECTED))


def _to_publish_notice(user: User) -> Q:
    """All of a notice or nothing, by somebody who wrote no word of it and has no interest in a case of it."""
    entries = NoticeEntry.objects.filter(notice__state=NoticeState.REVIEW)
    binding = entries.exclude(application__in=_free(user)).values("notice")
    others = WAITING_TO_PUBLISH.exclude(notice__in=PublicNotice.objects.written_by(user))
    return _with(user, "publish_notice") & Q(Exists(others.exclude(notice__in=binding)))


def _to_answer_objection(user: User) -> Q:
    """Somebody who took no part in the decision nor in the notice; see also publicity.answering.took_part()."""
    in_notice = Q(notice__in=PublicNotice.objects.written_by(user)) | Q(notice__published_by=user)
    decided = Q(put_by=user) | Q(staged_by=user) | Q(released_by=user) | Q(meeting__prepared_by=user)
    free = ~Exists(DECIDED.filter(decided))
    return _with(user, "answer_objection") & Q(Exists(OBJECTED.exclude(in_notice)), free)


# ---------------------------------------------------------------- after the payment
def _to_judge_report(user: User) -> Q:
    sent = FollowUpReport.objects.filter(application=OuterRef("pk"), state=ReportState.SUBMITTED)
    return _with(user, "judge_report") & Q(Exists(sent))


def _to_decide_recovery(user: User) -> Q:
    """Another person than the one who proposed it, once the firm has been heard."""
    proposed = Recovery.objects.filter(application=OuterRef("pk"), state=RecoveryState.PROPOSED)
    heard = proposed.filter(Q(stated_at__isnull=False) | Q(heard_until__lt=shanghai_today()))
    return _with(user, "decide_recovery") & Q(Exists(heard.exclude(proposed_by=user)))


def _to_register_repayment(user: User) -> Q:
    return _with(user, "register_repayment")


def _to_close(user: User) -> Q:
    """See also closing.obstacles()."""
    reports = FollowUpReport.objects.filter(application=OuterRef("pk"))
    proposed = Recovery.objects.filter(application=OuterRef("pk"), state=RecoveryState.PROPOSED)
    checks = SiteCheck.objects.filter(application=OuterRef("pk")).exclude(state__in=CHECK_CLOSED)
    is_done = Exists(reports) & ~Exists(reports.exclude(state__in=SETTLED)) & ~Exists(proposed) & ~Exists(checks)
    return _with(user, "close_case") & Q(is_done)


def _with(user: User, right: str) -> Q:
    if not user.has_perm(f"subsidies.{right}"):
        return NOBODYS
    return impartial(user)


# ---------------------------------------------------------------- the table
TURNS = (
    Turn("prepare", (State.RECOMMENDATION,), gettext_lazy("Prepare the opinion"), _to_prepare),
    Turn("decide", (State.RECOMMENDATION,), gettext_lazy("Decide on the recommendation"), _to_decide),
    Turn("accept", (State.ACCEPTANCE,), gettext_lazy("Accept or refuse"), _to_accept),
    Turn("confirm", (State.FORM_CHECK,), gettext_lazy("Confirm the form check"), _to_confirm),
    Turn("check", (State.FORM_CHECK,), gettext_lazy("Check the materials"), _to_check),
    Turn("confirm_draw", (State.CHECKED, State.REVIEW), gettext_lazy("Confirm the draw of experts"), _to_confirm_draw),
    Turn("answer", (State.NOT_APPROVED, State.DEFERRED), gettext_lazy("Answer the appeal"), _to_answer),
    Turn("visit", VISITED_IN, gettext_lazy("Visit the site"), _to_visit),
    Turn("draw", (State.CHECKED,), gettext_lazy("Draw experts"), _to_draw),
    Turn("propose", (State.REVIEWED, State.DEFERRED), gettext_lazy("Put before the meeting"), _to_propose),
    Turn("release", (State.MEETING,), gettext_lazy("Release the decision"), _to_release),
    Turn("judge_report", (State.PAID, State.RECOVERY), gettext_lazy("Look at the yearly report"), _to_judge_report),
    Turn("decide_recovery", (State.PAID, State.CLOSED), gettext_lazy("Decide on the recovery"), _to_decide_recovery),
    Turn("register_repayment", (State.RECOVERY,), gettext_lazy("Register what is paid back"), _to_register_repayment),
    Turn("site_check", CHECKED_IN, gettext_lazy("Check on the spot"), _to_check_site),
    Turn("settle_check", CHECKED_IN, gettext_lazy("Decide on the site check"), _to_settle_check),
    Turn("close", (State.PAID,), gettext_lazy("Close the case"), _to_close),
    Turn("stage", (State.MEETING,), gettext_lazy("Record the decision"), _to_stage),
    Turn("prepare_award", (State.CLEARED,), gettext_lazy("Prepare the award document"), _to_prepare_award),
    Turn("countersign", (State.CLEARED,), gettext_lazy("Countersign the award document"), _to_countersign),
    Turn("issue", (State.CLEARED,), gettext_lazy("Issue the award document"), _to_issue),
    Turn("confirm_account", (State.AWARDED, State.PAYING), gettext_lazy("Confirm the account"), _to_confirm_account),
    Turn("execute_payment", (State.PAYING,), gettext_lazy("Execute the payment"), _to_execute_payment),
    Turn("approve_payment", (State.PAYING,), gettext_lazy("Approve the payment"), _to_approve_payment),
    Turn("prepare_payment", (State.PAYING,), gettext_lazy("Prepare the payment"), _to_prepare_payment),
    Turn(
        "answer_objection",
        (State.PUBLICITY, State.PUBLICITY_READY),
        gettext_lazy("Answer the objection"),
        _to_answer_objection,
    ),
    Turn("publish_notice", (State.PUBLICITY_READY,), gettext_lazy("Publish the notice"), _to_publish_notice),
    Turn("write_notice", (State.PUBLICITY_READY,), gettext_lazy("Write the public notice"), _to_write_notice),
)
WORDS = {turn.name: turn.words for turn in TURNS}


def waiting_for(user: User) -> Q:
    """The applications in which this person is the next to do something; no query by itself."""
    found = NOBODYS
    for turn in TURNS:
        found |= Q(state__in=turn.states) & turn.awaits(user)
    return found


def waiting_in(user: User, state: State) -> Q:
    """The same within one state, for lists that go through the states one by one."""
    found = NOBODYS
    for turn in TURNS:
        if state in turn.states:
            found |= turn.awaits(user)
    return found & Q(state=state)


def next_move(user: User) -> Case:
    """The name of the move that waits for this person, to annotate with; empty where none does."""
    cases = (When(Q(state__in=turn.states) & turn.awaits(user), then=Value(turn.name)) for turn in TURNS)
    return Case(*cases, default=Value(""))
