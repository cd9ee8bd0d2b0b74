"""The collective decision: recorded application by application, then released together by another person."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from common.document_numbers import normalise_document_number
from common.templatetags.chenzhou import yuan
from common.texts import clean_text
from subsidies import budgets, permissions
from subsidies.awarding import earlier
from subsidies.budgets import BudgetRefused
from subsidies.clocks import period_end
from subsidies.enums import Action, DeferralReason, EntryKind, Verdict
from subsidies.interests import interests_in
from subsidies.meetings import locked_decision, locked_meeting, on_agenda, refuse_lonely, tell_once_recorded
from subsidies.models import Application, Budget, BudgetEntry, Call, Decision, Meeting
from subsidies.ties import know_ties
from subsidies.workflow import LONGEST_REASON, MoveRefused, given, move

RELEASED_AS = {Verdict.APPROVE: Action.APPROVE, Verdict.REJECT: Action.REJECT, Verdict.DEFER: Action.DEFER}


# ---------------------------------------------------------------- recording
@transaction.atomic
def stage(
    decision: Decision,
    *,
    by: User,
    verdict: str,
    amount_yuan: Decimal | None = None,
    reason: str = "",
    deferral: str = "",
    appeal_route: str = "",
) -> Decision:
    """What the meeting decides on one application; may be recorded anew until it is released, and moves nothing."""
    meeting, current = locked_decision(decision)
    if not permissions.can_stage(by, current.application):
        raise PermissionDenied
    if verdict not in Verdict.values:
        raise MoveRefused(_("Choose what is decided."))
    refuse_partial([current])
    current.verdict = verdict
    current.staged_by, current.staged_at = by, timezone.now()
    if verdict == Verdict.APPROVE:
        _approve(current, amount_yuan, reason)
    else:
        _turn_down(current, reason, deferral, appeal_route)
    current.validate_constraints()
    with journal.acting(by=by, action="stage", reason=current.reason):
        current.save()
    tell_once_recorded(meeting, by)
    return current


def _approve(decision: Decision, amount_yuan: Decimal | None, reason: str) -> None:
    call = decision.application.call
    amount = call.amount_yuan if amount_yuan is None else amount_yuan
    if amount is None or amount <= 0:
        raise MoveRefused(_("Give the amount that is approved."))
    budgets.refuse_other_than_given(call, amount)
    told = clean_text(reason, multiline=True).strip()
    if is_below_least(decision) and not told:
        raise MoveRefused(
            _("The total is below %(least)s, which the call asks for: give the reason for approving.")
            % {"least": decision.application.call_version.parsed.panel.least_total}
        )
    decision.amount_yuan, decision.deferral, decision.appeal_route = amount, "", ""
    decision.reason = given(told) if told else ""


def _turn_down(decision: Decision, reason: str, deferral: str, appeal_route: str) -> None:
    is_deferral = decision.verdict == Verdict.DEFER
    if is_deferral and deferral not in DeferralReason.values:
        raise MoveRefused(_("Choose why it is deferred."))
    if not appeal_route.strip():
        raise MoveRefused(_("Say where the applicant can object: office, address, period."))
    decision.amount_yuan, decision.deferral = None, deferral if is_deferral else ""
    decision.reason, decision.appeal_route = given(reason), given(appeal_route, LONGEST_REASON)


def is_below_least(decision: Decision) -> bool:
    least = Decimal(decision.application.call_version.parsed.panel.least_total or "0")
    return least > 0 and (decision.total is None or decision.total < least)


def refuse_partial(decisions: Iterable[Decision]) -> None:
    """MoveRefused while a member with an interest takes part, or too few are left without those."""
    rows = list(decisions)
    found = interests_in(rows)
    for decision in rows:
        out = set(decision.recusals.values_list("member", flat=True))
        partial = [interest for interest in found[decision.pk] if interest.member.pk not in out]
        if partial:
            words = {"member": partial[0].member, "reason": partial[0].reason, "application": decision.application}
            message = _("%(member)s cannot decide on %(application)s: %(reason)s. Record that the member stays out.")
            raise MoveRefused(message % words, code="interest")
        refuse_lonely(decision)


# ---------------------------------------------------------------- releasing
@transaction.atomic
def release(meeting: Meeting, *, by: User, minutes_number: str) -> Meeting:
    """All that is on the agenda or nothing, in the agenda's order, under the number of the minutes.

    The money of the approvals is reserved under the lock of the budget. PermissionDenied, MoveRefused, BudgetRefused,
    ValidationError for the number.
    """
    if not by.has_perm("subsidies.release_decisions"):
        raise PermissionDenied
    current = locked_meeting(meeting)
    number = normalise_document_number(minutes_number)
    decisions = _locked_agenda(current)
    _refuse_same_person(current, decisions, by)
    _refuse_unrecorded(decisions)
    refuse_partial(decisions)
    _refuse_beyond(_locked_budget(current, decisions), decisions)
    current.minutes_number, current.released_by, current.released_at = number, by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="release_decisions", reason=number):
        current.save()
    for decision in decisions:
        _release(decision, current, by)
    return current


def _locked_agenda(meeting: Meeting) -> list[Decision]:
    """Decisions with their applications, locked in one order whoever comes; in the order of the agenda."""
    keys = on_agenda(meeting).order_by("application").values_list("application", flat=True)
    applications = {
        row.pk: row
        for row in Application.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=list(keys))
        .order_by("pk")
    }
    rows = meeting.decisions.select_for_update(of=("self",)).filter(removed_at=None, released_at=None)
    decisions = sorted(rows.order_by("pk"), key=lambda row: row.position)
    for decision in decisions:
        decision.application, decision.meeting = applications[decision.application_id], meeting
    return decisions


def _locked_budget(meeting: Meeting, decisions: list[Decision]) -> Budget | None:
    budget = meeting.budget or budgets.budget_of(meeting.call)
    if budget is None and any(decision.verdict == Verdict.APPROVE for decision in decisions):
        raise BudgetRefused(_("The scheme has no budget for this year: nothing can be approved."), code="budget")
    meeting.budget = budget and budgets.locked(budget)
    return meeting.budget


def _refuse_same_person(meeting: Meeting, decisions: list[Decision], by: User) -> None:
    had_a_hand: set[int | None] = {meeting.prepared_by_id}
    for decision in decisions:
        had_a_hand |= {decision.put_by_id, decision.staged_by_id}
    if by.pk in had_a_hand:
        raise MoveRefused(
            _("You prepared this meeting, put something on its agenda or recorded a decision: another person releases.")
        )
    know_ties(decision.application for decision in decisions)
    for decision in decisions:
        if not permissions.is_impartial(by, decision.application):
            message = _("You have an interest in %(application)s: another person releases the decisions.")
            raise MoveRefused(message % {"application": decision.application}, code="interest")


def _refuse_unrecorded(decisions: list[Decision]) -> None:
    if not decisions:
        raise MoveRefused(_("Nothing is on the agenda of this meeting."))
    open_rows = [decision for decision in decisions if not decision.verdict]
    if open_rows:
        message = _("Nothing is recorded yet on %(application)s: record the decision, or take it off the agenda.")
        raise MoveRefused(message % {"application": open_rows[0].application})


def _refuse_beyond(budget: Budget | None, decisions: list[Decision]) -> None:
    if budget is None:
        return
    left = free = budgets.balances_of(budget).free
    for decision in decisions:
        if decision.verdict != Verdict.APPROVE:
            continue
        left -= decision.amount_yuan or budgets.ZERO
        if left < 0:
            message = _(
                "%(budget)s has %(free)s left, which does not reach for %(application)s in place %(position)d of the "
                "agenda. Approve fewer, or defer for want of budget; nothing is released yet."
            )
            words = {"budget": budget, "free": yuan(free), "application": decision.application}
            raise BudgetRefused(message % {**words, "position": decision.position}, code="budget")


def _release(decision: Decision, meeting: Meeting, by: User) -> None:
    """The order is the database's: a decision is in force and its money reserved before its application moves."""
    verdict = Verdict(decision.verdict)
    decision.released_by, decision.released_at = by, meeting.released_at
    if verdict != Verdict.APPROVE:
        decision.appeal_until = appeal_ends(decision.application)
    decision.validate_constraints()
    with journal.acting(by=by, action="release_decisions", reason=meeting.minutes_number):
        decision.save()
    if verdict == Verdict.APPROVE:
        assert decision.amount_yuan is not None, "held by decision_staged_is_whole"
        assert meeting.budget is not None, "asked for before anything is released"
        _refuse_awarded(decision.application)
        budgets.reserve(
            decision.application, decision.amount_yuan, by=by, budget=meeting.budget, note=meeting.minutes_number
        )
    move(decision.application, RELEASED_AS[verdict], by=by, reason=decision.reason)


def _refuse_awarded(application: Application) -> None:
    """一次性: the same thing was awarded before, be it on paper; the database refuses it too."""
    if earlier.waiting_for(application).exists():
        message = _(
            "An earlier award for the same as %(application)s is entered and not confirmed yet: "
            "another person confirms or refuses the entry first."
        )
        raise MoveRefused(message % {"application": application}, code="once")
    awards = application.call.scheme.awards.filter(once_key=application.once_key, revoked_on=None)
    if awards.exists():
        message = _("%(application)s is for what has been awarded already: the support is given once.")
        raise MoveRefused(message % {"application": application}, code="once")


def appeal_ends(application: Application) -> date:
    """The last day to appeal against what is released today, which does not count itself."""
    period = application.call_version.parsed.period("appeal")
    return period_end(dataclasses.replace(period, counts_first_day=False), shanghai_today()).on


# ---------------------------------------------------------------- trying it out
class Place(NamedTuple):
    """One row of the agenda as it would come out; `left` is what the budget has after it."""

    decision: Decision
    verdict: str
    amount: Decimal
    left: Decimal

    @property
    def is_beyond(self) -> bool:
        return self.amount > 0 and self.left < 0


class WhatIf(NamedTuple):
    free: Decimal
    places: list[Place]

    @property
    def reserved(self) -> Decimal:
        return sum((place.amount for place in self.places), budgets.ZERO)

    @property
    def left(self) -> Decimal:
        return self.free - self.reserved

    @property
    def first_beyond(self) -> Place | None:
        """The first that the budget does not reach for: the line is drawn above it."""
        return next((place for place in self.places if place.is_beyond), None)


def what_if(meeting: Meeting, choices: Mapping[int, str] | None = None) -> WhatIf:
    """The agenda against the budget: as chosen by the key of the decision, else as recorded, else approved.

    Reads alone and touches nothing; two queries, and up to four more for the budget of the meeting.
    """
    budget = meeting.budget or budgets.budget_of(meeting.call)
    before = _first_entry(meeting, budget) if budget and meeting.released_at else None
    free = left = budgets.balances_of(budget, before=before).free if budget else budgets.ZERO
    places = []
    for decision in on_agenda(meeting).select_related("application__organisation", "application__call"):
        verdict = (choices or {}).get(decision.pk) or decision.verdict or Verdict.APPROVE
        amount = _amount(decision, meeting.call) if verdict == Verdict.APPROVE else budgets.ZERO
        left -= amount
        places.append(Place(decision, verdict, amount, left))
    return WhatIf(free, places)


def _amount(decision: Decision, call: Call) -> Decimal:
    """What was recorded, or what the call gives at most."""
    return decision.amount_yuan or call.amount_yuan or call.cap_yuan or budgets.ZERO


def _first_entry(meeting: Meeting, budget: Budget) -> BudgetEntry | None:
    """The first that the release wrote, else the first since, so that the page goes on to show what it decided by."""
    since = budget.entries.filter(at__gte=meeting.released_at).order_by("pk")
    own = since.filter(kind=EntryKind.RESERVE, application__in=on_agenda(meeting).values("application"))
    found: BudgetEntry | None = own.first() or since.first()
    return found
