"""Experts, panels, meetings and money that satisfy every constraint and trigger, and hold nothing more."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.journal_values import canonical
from subsidies.enums import (
    BEFORE_AWARD,
    SINCE_APPROVAL,
    AppealState,
    AssignmentState,
    Consequence,
    DeferralReason,
    EntryKind,
    ExpertKind,
    MeetingKind,
    Pot,
    Seat,
    SheetState,
    State,
    Verdict,
)
from subsidies.models import (
    Appeal,
    Application,
    Assignment,
    Budget,
    BudgetChange,
    BudgetEntry,
    Call,
    Decision,
    Draw,
    Expert,
    Meeting,
    ScoreSheet,
)
from tests import factories_publicity as publicity
from tests.factories_accounts import somebody, user_of_kind
from tests.factories_awarding import needs

AMOUNT = Decimal("2000000.00")


def staff(kind: str = PersonKind.BUREAU_CLERK) -> User:
    user = user_of_kind(kind)
    assert isinstance(user, User)
    return user


class ExpertFactory(DjangoModelFactory):
    """A technical expert who can be drawn, bound to nobody."""

    class Meta:
        model = Expert

    user = factory.LazyFunction(lambda: staff(PersonKind.EXPERT))
    code = factory.Sequence(lambda n: f"ZJ-T{n:05d}")
    kind = ExpertKind.TECHNICAL


class DrawFactory(DjangoModelFactory):
    """Drawn by one person and confirmed by another, of nobody; see `seat` for who sits on a panel."""

    class Meta:
        model = Draw

    @classmethod
    def _create(cls, model_class: type[Draw], *args: Any, **fields: Any) -> Draw:
        confirmed = {name: fields.pop(name) for name in ("confirmed_by", "confirmed_at")}
        made = super()._create(model_class, *args, **fields)
        return _changed(made, **confirmed) if confirmed["confirmed_at"] else made

    inputs: dict[str, Any] = {"version": 1, "experts": [], "applications": []}
    inputs_digest = factory.LazyAttribute(lambda row: hashlib.sha256(canonical(row.inputs)).hexdigest())
    seed = "0" * 64
    result: dict[str, Any] = {"panels": []}
    drawn_by = factory.LazyFunction(somebody)
    confirmed_by = factory.LazyFunction(somebody)
    confirmed_at = factory.LazyFunction(timezone.now)


def draw_of(application: Application, members: Sequence[Expert] = (), reserves: Sequence[Expert] = ()) -> Draw:
    """Confirmed, and these alone on the panel of this application alone."""
    number = Application.objects.values_list("number", flat=True).get(pk=application.pk)
    named = {"members": [row.code for row in members], "reserves": [row.code for row in reserves]}
    experts = [{"code": row.code, "kind": row.kind} for row in (*members, *reserves)]
    inputs = {"version": 1, "experts": experts, "applications": [{"number": number}]}
    panels = [{"application": number, **named}]
    draw: Draw = DrawFactory(call=application.call, inputs=inputs, result={"panels": panels})
    return draw


def seat(application: Application, expert: Expert | None = None, **fields: Any) -> Assignment:
    """A member of the panel who has accepted; `state` and the like may be given otherwise. By a draw of its own."""
    expert, position = expert or ExpertFactory(), application.assignments.count() + 1
    is_reserve = fields.get("seat") == Seat.RESERVE
    given = {
        "expert": expert,
        "draw": fields.get("draw") or draw_of(application, **{"reserves" if is_reserve else "members": [expert]}),
        "kind": expert.kind,
        "seat": Seat.MEMBER,
        "position": position,
        "is_chair": position == 1,
        "state": AssignmentState.ACCEPTED,
        "state_since": timezone.now(),
        "due_on": shanghai_today() + timedelta(days=10),
        "declared_at": timezone.now(),
    }
    return Assignment.objects.create(application=application, **{**given, **fields})


def signed(assignment: Assignment, total: str = "80.00", **fields: Any) -> ScoreSheet:
    """A signed sheet with all its points under S1, which the small call asks for."""
    sheet = ScoreSheet.objects.create(
        assignment=assignment, scores={"S1": {"points": total, "comment": ""}}, comment="同意", **fields
    )
    sheet.state, sheet.total, sheet.signed_at = SheetState.SIGNED, Decimal(total), timezone.now()
    sheet.digest = hashlib.sha256(str(uuid4()).encode()).hexdigest()
    sheet.save()
    return sheet


def reviewed(application: Application, *totals: str) -> None:
    """The review can be closed: whoever was drawn has signed, else there is a seat with a sheet for each total."""
    drawn = application.assignments.filter(seat=Seat.MEMBER, state=AssignmentState.INVITED)
    if not totals and drawn:
        for member in drawn:
            signed(_changed(member, state=AssignmentState.ACCEPTED, declared_at=timezone.now()))
        return
    totals = totals or ("80.00",)
    for total in totals:
        signed(seat(application), total)
    application.sheets_needed = len(totals)
    application.save(update_fields=["sheets_needed"])


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    kind = MeetingKind.PARTY_GROUP
    held_on = factory.LazyFunction(shanghai_today)
    prepared_by = factory.LazyFunction(somebody)


def budget_for(call: Call, amount: Decimal | None = AMOUNT * 10) -> Budget:
    """The budget of the call's scheme and year; with `amount` in it when it is new."""
    budget, is_new = Budget.objects.get_or_create(scheme=call.scheme, year=call.year)
    if is_new and amount:
        given_to(budget, amount)
    return budget


def given_to(budget: Budget, amount: Decimal) -> BudgetEntry:
    """Money of the year: proposed by one person, confirmed by another."""
    change = confirmed_change(budget, EntryKind.INITIAL, amount)
    entry: BudgetEntry = BudgetEntry.objects.create(
        budget=budget,
        kind=change.kind,
        from_pot=Pot.SOURCE,
        to_pot=Pot.FREE,
        amount_yuan=amount,
        change=change,
        by=change.confirmed_by,
    )
    return entry


def confirmed_change(budget: Budget, kind: str, amount: Decimal) -> BudgetChange:
    """Whose entry is yet to be written."""
    change = BudgetChange.objects.create(
        budget=budget, kind=kind, amount_yuan=amount, reason="年初预算", proposed_by=somebody()
    )
    changed: BudgetChange = _changed(change, confirmed_by=somebody(), confirmed_at=timezone.now())
    return changed


def approved(application: Application) -> Decision:
    """A released decision and its money, so that the application can await its public notice."""
    decision = approved_without_money(application)
    BudgetEntry.objects.create(
        budget=budget_for(application.call),
        kind=EntryKind.RESERVE,
        from_pot=Pot.FREE,
        to_pot=Pot.RESERVED,
        amount_yuan=decision.amount_yuan,
        application=application,
        by=somebody(),
    )
    return decision


def approved_without_money(application: Application, amount: Decimal | None = None) -> Decision:
    """Released by the meeting, and nothing is reserved yet."""
    return decided(application, Verdict.APPROVE, amount_yuan=amount or application.call.amount_yuan or AMOUNT)


def decided(application: Application, verdict: str, **fields: Any) -> Decision:
    """On the agenda of a meeting of its own, and released with it."""
    now = timezone.now()
    people = {"put_by": somebody(), "staged_by": somebody(), "released_by": somebody()}
    given = {"released_at": now, **people, **fields}
    released = {name: given.pop(name) for name in ("released_by", "released_at")}
    meeting = given.pop("meeting", None) or MeetingFactory(call=application.call)
    decision = Decision.objects.create(
        meeting=meeting,
        application=application,
        position=1,
        verdict=verdict,
        staged_at=now,
        **given,
    )
    if released["released_at"] is None:
        return decision
    _changed(meeting, minutes_number="会议纪要〔2026〕1号", **released)
    return _changed(decision, **released)


def rejected(application: Application) -> Decision:
    today = shanghai_today()
    told = {"reason": "投入未达标", "appeal_route": "向市科技局提出", "appeal_until": today + timedelta(days=7)}
    return decided(application, Verdict.REJECT, **told)


def deferred(application: Application) -> Decision:
    """For want of money."""
    today = shanghai_today()
    told = {"reason": "本年预算不足", "appeal_route": "向市科技局提出", "appeal_until": today + timedelta(days=7)}
    return decided(application, Verdict.DEFER, deferral=DeferralReason.BUDGET, **told)


def appealed(application: Application, state: str = AppealState.UPHELD) -> Appeal:
    """Against the latest decision; answered unless `state` is open."""
    appeal = Appeal.objects.create(
        decision=application.decisions.latest("pk"),
        text="投入数据计算有误",
        made_by=application.started_by,
        due_on=shanghai_today() + timedelta(days=7),
    )
    return appeal if state == AppealState.OPEN else answered(appeal, state)


def answered(appeal: Appeal, state: str, by: User | None = None) -> Appeal:
    return _changed(appeal, state=state, answer="经复核", answered_by=by or somebody(), answered_at=timezone.now())


def _changed(row: Any, **fields: Any) -> Any:
    """As the way has it: what is released, answered or signed was there before."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def upheld_and_freed(application: Application, consequence: str = Consequence.ANNUL) -> None:
    """An objection was right, and the money reserved for the application is free again."""
    publicity.upheld(application, consequence)
    reserved = application.budget_entries.filter(kind=EntryKind.RESERVE).latest("pk")
    BudgetEntry.objects.create(
        budget=reserved.budget,
        kind=EntryKind.RELEASE,
        from_pot=Pot.RESERVED,
        to_pot=Pot.FREE,
        amount_yuan=reserved.amount_yuan,
        application=application,
        by=somebody(),
    )


# What a state needs before the database lets an application into it.
NEEDED: dict[State, Callable[[Application], Any]] = {
    State.REVIEWED: reviewed,
    State.PUBLICITY_READY: approved,
    State.NOT_APPROVED: rejected,
    State.DEFERRED: deferred,
    State.PUBLICITY: publicity.over,
    State.ANNULLED: upheld_and_freed,
}
AFTER_NOTICE = (State.PUBLICITY, State.ANNULLED)


def prepare(application: Application, before: str, state: str) -> None:
    """Of `application` as it was read first, which may have come further since: `before` is where it now stands."""
    if application.state == State.NOT_APPROVED and state == State.REVIEWED:
        appealed(application)
    elif money := needs(before, state):
        money(application)
    elif state in AFTER_NOTICE and application.state in BEFORE_AWARD:
        NEEDED[State(state)](application)
    elif application.state in BEFORE_AWARD and state == State.REVIEWED:
        upheld_and_freed(application, Consequence.RECONSIDER)
    elif application.state == State.PUBLICITY and state == State.PUBLICITY_READY:
        publicity.replaced(application)
    elif state in NEEDED and application.state not in (state, *SINCE_APPROVAL):
        NEEDED[State(state)](application)
