"""A small bureau with a few applications, and every move that anybody may try on one, from recommendation to release.

`PATHS` is the model: which change of state each move may make, by hand. `BROKEN` looks for what must never be.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.models import JournalEntry
from subsidies import (
    accepting,
    appealing,
    budgets,
    checking,
    cross_checks,
    deciding,
    drawing,
    meetings,
    panels,
    recommending,
    reviewing,
    submitting,
)
from subsidies.conflicts import lasting_reasons
from subsidies.enums import AppealState, AssignmentState, EntryKind, Judgement, Pot, SheetState, State, Verdict
from subsidies.models import (
    Appeal,
    Application,
    ApplicationFile,
    ApplicationStep,
    Assignment,
    Budget,
    BudgetChange,
    Call,
    Decision,
    Draw,
    FormCheck,
    Meeting,
    Recommendation,
    Submission,
)
from subsidies.snapshots import digest_of
from subsidies.withdrawing import withdraw as take_back
from subsidies.workflow import pairs_of_states
from tests.factories_decision import AMOUNT, ExpertFactory, budget_for, staff
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, person_of
from tests.subsidies.deciders import MINUTES, held, recorded
from tests.subsidies.desk import Unit, ask_for_correction, checked, letter_by, unit_of
from tests.subsidies.panel import expert_of, signed_by_the_firm, signs
from tests.subsidies.signing import PDF, put_file

ROUTE = "十日内向市科技局提出"
PANEL = {"size": 2, "reserves": 1, "least": {}}
AWARDS = 2  # that the budget reaches for


class Firm(NamedTuple):
    signatory: User
    lead: User
    unit: Unit


class World(NamedTuple):
    """Two of each office, so that four eyes can be asked for and denied."""

    call: Call
    budget: Budget
    clerks: list[User]
    heads: list[User]
    leaders: list[User]
    finance: list[User]
    firms: dict[int, Firm]

    @property
    def keys(self) -> list[int]:
        return list(self.firms)


def small_world(applications: int) -> World:
    call = CallFactory(content={**SMALL_CONTENT, "panel": PANEL})
    for _number in range(6):
        ExpertFactory()
    return World(
        call,
        budget_for(call, AMOUNT * AWARDS),
        *([staff(kind), staff(kind)] for kind in OFFICES),
        firms=dict(_submitted(call) for _number in range(applications)),
    )


OFFICES = (PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.BUREAU_LEADER, PersonKind.FINANCE)


def _submitted(call: Call) -> tuple[int, Firm]:
    application = ApplicationFactory(call=call, state=State.RECOMMENDATION)
    put_file(application, "A01", PDF + str(application.pk).encode())  # the same file twice would be a hit
    signed_by_the_firm(application)
    lead = person_of(application.organisation, MembershipRole.PROJECT_LEAD)
    return application.pk, Firm(application.submitted_by, lead, unit_of(application))


# ---------------------------------------------------------------- moves; `pick` chooses who and what
Attempt = Callable[[World, Application, int], Any]


def recommend(world: World, application: Application, pick: int) -> None:
    unit = world.firms[application.pk].unit
    writer = unit.leader if pick % 4 == 0 else unit.officer  # a leader does not decide on an opinion of their own
    told = {"text": "属实", "letter": letter_by(writer), "appeal_route": ROUTE}
    recommending.prepare(application, by=writer, opinion="recommend", **told)
    recommending.recommend(application, by=unit.leader)


def send_back(world: World, application: Application, pick: int) -> None:
    recommending.return_to_applicant(application, by=world.firms[application.pk].unit.officer, reason="请补充")


def submit(world: World, application: Application, pick: int) -> None:
    submitting.submit(application, world.firms[application.pk].signatory)


def accept(world: World, application: Application, pick: int) -> None:
    accepting.accept(application, by=world.clerks[pick % 2])


def check(world: World, application: Application, pick: int) -> None:
    by = (*world.clerks, *world.heads)[pick % 4]
    checked(application, by)
    for hit in application.hits.filter(judgement=Judgement.OPEN):
        cross_checks.judge(hit, by=by, judgement=Judgement.HARMLESS, reason="两个不同的项目")
    checking.propose(application, by=by, outcome="pass")


def confirm(world: World, application: Application, pick: int) -> None:
    checking.confirm(application, by=(*world.clerks, *world.heads)[pick % 4])


def ask(world: World, application: Application, pick: int) -> None:
    ask_for_correction(application, fields=["trl_after"], by=world.clerks[pick % 2])


def resubmit(world: World, application: Application, pick: int) -> None:
    submitting.resubmit(application, world.firms[application.pk].signatory)


def draw(world: World, application: Application, pick: int) -> None:
    waiting = [
        each for each in Draw.objects.filter(confirmed_at=None) if application.number in drawing.numbers_of(each)
    ]
    drawn = waiting[0] if waiting else drawing.draw(world.call, [application], by=world.clerks[0])
    drawing.confirm(drawn, by=(*world.clerks, *world.heads)[pick % 4])


def sit(world: World, application: Application, pick: int) -> None:
    seat = _seat(application, AssignmentState.INVITED, pick)
    if pick % 20 == 7:
        panels.decline(seat, by=expert_of(seat), reason="time")
    else:
        panels.accept(seat, by=expert_of(seat))


def sign(world: World, application: Application, pick: int) -> None:
    seat = _seat(application, AssignmentState.ACCEPTED, pick)
    if seat.sheets.filter(state=SheetState.SIGNED).exists() and pick % 2:
        reviewing.revise(seat, by=expert_of(seat), reason="漏看一份报告")
    signs(seat, str(60 + pick % 40), comment="数据完整")


def propose(world: World, application: Application, pick: int) -> None:
    meeting = Meeting.objects.filter(released_at=None).first() or held(world.call, world.clerks[0])
    meetings.propose(application, meeting=meeting, by=world.heads[pick % 2])


def stage(world: World, application: Application, pick: int) -> None:
    verdict = (Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT, Verdict.DEFER)[pick % 4]
    recorded(_decision(application), world.clerks[pick % 2], verdict)


def take_off(world: World, application: Application, pick: int) -> None:
    meetings.take_off(_decision(application), by=world.heads[pick % 2], reason="材料待补")


def release(world: World, application: Application, pick: int) -> None:
    by = (*world.leaders, *world.leaders, *world.clerks, *world.heads)[pick % 8]
    deciding.release(_decision(application).meeting, by=by, minutes_number=MINUTES)


def appeal(world: World, application: Application, pick: int) -> None:
    appealing.appeal(application, by=world.firms[application.pk].lead, text="投入数据计算有误")


def answer(world: World, application: Application, pick: int) -> None:
    found = _there(Appeal.objects.filter(decision__application=application, state=AppealState.OPEN).first())
    by = (*world.leaders, *world.heads)[pick % 4]
    appealing.answer(found, by=by, is_upheld=pick % 3 > 0, answer="经复核")


def withdraw(world: World, application: Application, pick: int) -> None:
    take_back(application, world.firms[application.pk].lead, "方案有变")


def change_budget(world: World, application: Application, pick: int) -> None:
    kind = (EntryKind.INCREASE, EntryKind.DECREASE)[pick % 2]
    proposer, confirmer = world.finance[0], world.finance[pick % 3 > 0]
    change = budgets.propose_change(
        world.budget,
        by=proposer,
        kind=kind,
        amount_yuan=AMOUNT / 2,
        reason="年中调整",
        document_number="郴财〔2026〕8号",
    )
    budgets.confirm_change(change, by=confirmer)


class NothingThere(Exception):
    """There is no seat, decision or appeal to try the move on."""


def _there(found: Any) -> Any:
    if found is None:
        raise NothingThere
    return found


def _seat(application: Application, state: str, pick: int) -> Assignment:
    seats = list(application.assignments.filter(state=state).order_by("pk"))
    return _there(seats[pick % len(seats)] if seats else None)


def _decision(application: Application) -> Decision:
    rows = Decision.objects.filter(application=application, released_at=None, removed_at=None)
    return _there(rows.select_related("meeting", "application").first())


# ---------------------------------------------------------------- the model
ENDED = ("draft", "recommendation", "acceptance", "form_check", "correction", "checked", "review", "reviewed")
PATHS: dict[Attempt, set[tuple[str, str]]] = {
    recommend: {("recommendation", "acceptance")},
    send_back: {("recommendation", "draft")},
    submit: {("draft", "recommendation")},
    accept: {("acceptance", "form_check")},
    check: set(),
    confirm: {("form_check", "checked")},
    ask: {("form_check", "correction")},
    resubmit: {("correction", "form_check")},
    draw: {("checked", "review")},
    sit: set(),
    sign: {("review", "reviewed")},
    propose: {("reviewed", "meeting"), ("deferred", "meeting")},
    stage: set(),
    take_off: {("meeting", "reviewed")},
    release: {("meeting", "publicity_ready"), ("meeting", "not_approved"), ("meeting", "deferred")},
    appeal: set(),
    answer: {("not_approved", "reviewed")},
    withdraw: {(state, "withdrawn") for state in (*ENDED, "meeting", "deferred")},
    change_budget: set(),
}
# What goes on from a state, so that a walk at random gets to the end.
ONWARDS: dict[str, tuple[Attempt, ...]] = {
    "draft": (submit,),
    "recommendation": (recommend, recommend, recommend, send_back),
    "acceptance": (accept,),
    "form_check": (check, check, confirm, confirm, confirm, ask),
    "correction": (resubmit,),
    "checked": (draw,),
    "review": (sit, sit, sign, sign),
    "reviewed": (propose,),
    "meeting": (stage, stage, stage, release, release, take_off),
    "deferred": (propose, appeal, answer),
    "not_approved": (appeal, answer),
}
MOVES = list(PATHS)


def tried(move: Attempt, world: World, key: int, pick: int) -> bool:
    """Whether it was made; refusals are answers, anything else is a fault."""
    try:
        move(world, Application.objects.get(pk=key), pick)
    except (ValidationError, PermissionDenied, NothingThere):
        return False
    return True


def brought(world: World, key: int, state: str) -> None:
    """On to `state`, which lies before the decision, by the verbs and whoever is let."""
    random = Random(world.keys.index(key))
    for _try in range(400):
        now = state_of(key)
        if now == state:
            return
        tried(random.choice(ONWARDS[now]), world, key, random.randrange(120))
    raise AssertionError(f"{key} never came to {state}")


def state_of(key: int) -> str:
    return str(Application.objects.values_list("state", flat=True).get(pk=key))


def decided_against(world: World, key: int) -> None:
    """Before anything else is on the agenda."""
    brought(world, key, State.MEETING)
    stage(world, Application.objects.get(pk=key), pick=2)
    release(world, Application.objects.get(pk=key), pick=0)


# ---------------------------------------------------------------- what must never be
LEGAL = frozenset(pairs_of_states())


class Memory(NamedTuple):
    """What was seen of an application before: it may grow, and never shrink or change."""

    version: int
    digests: list[str]
    files: set[int]


def remembered() -> dict[int, Memory]:
    return {
        key: Memory(
            version,
            list(Submission.objects.filter(application=key).order_by("round").values_list("digest", flat=True)),
            set(ApplicationFile.objects.filter(application=key).values_list("pk", flat=True)),
        )
        for key, version in Application.objects.values_list("pk", "version")
    }


def broken(world: World) -> list[str]:
    """Sentences on each invariant that does not hold; nothing is cached, all is read from the tables."""
    return [sentence for look in LOOKS for sentence in look(world)]


def _states(world: World) -> Iterator[str]:
    """I1, I2, I3, I14: the steps are one chain of legal moves with rising versions that ends where the row stands."""
    for row in Application.objects.all():
        steps = list(ApplicationStep.objects.filter(application=row).order_by("pk"))
        if row.state not in State.values or (steps and steps[-1].to_state != row.state):
            yield f"{row.pk} stands in {row.state}, its last step led to {steps[-1].to_state}"
        if any((step.from_state, step.to_state) not in LEGAL for step in steps):
            yield f"{row.pk} made an illegal move"
        if any(one.to_state != after.from_state or one.version >= after.version for one, after in pairwise(steps)):
            yield f"the steps of {row.pk} are no chain"
        if steps and steps[-1].version > row.version:
            yield f"{row.pk} is at version {row.version}, before its last step"
        by_verb = [step.action for step in steps if step.by_id != row.started_by_id]
        entries = JournalEntry.objects.filter(object_type="subsidies.application", object_id=str(row.pk))
        told = [
            entry.action for entry in entries.order_by("pk") if "state" in entry.changes and entry.action != "create"
        ]
        if told != by_verb:
            yield f"the journal of {row.pk} tells {told}, the steps {by_verb}"


def _content(world: World) -> Iterator[str]:
    """I4: what was signed is what its digest says."""
    for submission in Submission.objects.all():
        if digest_of(submission.snapshot) != submission.digest:
            yield f"submission {submission.pk} was changed"


def _in_time(world: World) -> Iterator[str]:
    """I5."""
    for row in Application.objects.exclude(first_submitted_at=None).select_related("call"):
        if not row.call.opens_at <= row.first_submitted_at < row.call.closes_at:
            yield f"{row.pk} was submitted out of time"


def _four_eyes(world: World) -> Iterator[str]:
    """I6: nobody decides on what they themselves wrote, put or recorded."""
    for decision in Decision.objects.exclude(released_at=None).select_related("meeting", "application"):
        hands = {decision.put_by_id, decision.staged_by_id, decision.meeting.prepared_by_id}
        if decision.released_by_id in hands | {decision.application.submitted_by_id}:
            yield f"decision {decision.pk} has two eyes"
    pairs = [
        *FormCheck.objects.exclude(confirmed_by=None).values_list("checked_by", "confirmed_by"),
        *BudgetChange.objects.exclude(confirmed_by=None).values_list("proposed_by", "confirmed_by"),
        *Recommendation.objects.exclude(decided_by=None).values_list("prepared_by", "decided_by"),
        *Appeal.objects.exclude(answered_by=None).values_list("made_by", "answered_by"),
    ]
    if any(one == other for one, other in pairs):
        yield "somebody confirmed what they had written themselves"


def _money(world: World) -> Iterator[str]:
    """I8, I9: the flat sum or nothing, once for each thing, and never more than there is."""
    pots = dict.fromkeys(Pot.values, Decimal(0))
    standing: dict[int, Decimal] = {}
    for entry in world.budget.entries.all():
        pots[entry.from_pot] -= entry.amount_yuan
        pots[entry.to_pot] += entry.amount_yuan
        if entry.kind == EntryKind.RESERVE:
            standing[entry.application_id] = standing.get(entry.application_id, Decimal(0)) + entry.amount_yuan
        if entry.kind == EntryKind.RELEASE:
            standing[entry.application_id] -= entry.amount_yuan
    if any(amount < 0 for pot, amount in pots.items() if pot != Pot.SOURCE):
        yield f"a pot is overdrawn: {pots}"
    approved = set(Application.objects.filter(state=State.PUBLICITY_READY).values_list("pk", flat=True))
    if {key for key, amount in standing.items() if amount} != approved:
        yield f"{standing} is reserved for {approved}"
    if any(amount not in (0, AMOUNT) for amount in standing.values()):
        yield f"a flat sum is given in part or twice: {standing}"
    keys = list(Application.objects.filter(pk__in=approved).values_list("once_key", flat=True))
    if len(keys) != len(set(keys)):
        yield "one thing is supported twice"


def _panels(world: World) -> Iterator[str]:
    """I12: enough sheets before the review ends, and nobody with a conflict on a panel."""
    decided = [State.REVIEWED, State.MEETING, State.PUBLICITY_READY, State.NOT_APPROVED, State.DEFERRED]
    for row in Application.objects.filter(state__in=decided):
        signed = row.assignments.filter(state=AssignmentState.ACCEPTED, sheets__state=SheetState.SIGNED).distinct()
        if not 0 < row.sheets_needed <= signed.count():
            yield f"{row.pk} is decided on {signed.count()} sheets"
    for seat in Assignment.objects.filter(state=AssignmentState.ACCEPTED):
        if lasting_reasons(seat.expert_id, seat.application_id):
            yield f"seat {seat.pk} has a conflict"


LOOKS = (_states, _content, _in_time, _four_eyes, _money, _panels)


def lost(before: dict[int, Memory], now: dict[int, Memory]) -> list[str]:
    """I4, I13, I14: no version falls, no signature changes, no attachment goes."""
    found = []
    for key, old in before.items():
        new = now[key]
        if new.version < old.version or new.digests[: len(old.digests)] != old.digests or not new.files >= old.files:
            found.append(f"{key} was {old} and is {new}")
    return found
