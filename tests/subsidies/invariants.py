"""What must never be, read from the tables alone: nothing here asks a verb, and no figure is kept.

Each takes the world and a mark of what had happened before the walk began, and yields sentences. Those on what was and
may not change any more take what was remembered instead; see case_memory.py.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar
from django.contrib.auth.models import Permission
from django.db.models import Max

from accounts.models import Membership
from common.models import JournalEntry
from subsidies.conflicts import lasting_reasons
from subsidies.enums import State
from subsidies.models import (
    Appeal,
    Application,
    ApplicationStep,
    Assignment,
    Award,
    AwardDocument,
    BudgetChange,
    BudgetEntry,
    Decision,
    FormCheck,
    NoticeEntry,
    Objection,
    PayeeAccount,
    Payment,
    PublicNotice,
    Recommendation,
    Recovery,
    Repayment,
    Submission,
)
from tests.factories_decision import AMOUNT
from tests.subsidies.actors import without_right
from tests.subsidies.case_model import PAIRS
from tests.subsidies.case_world import World

ZERO = Decimal(0)
NOTICE_DAYS = 5  # working days, the first one counts; the small call sets nothing else
RESERVED = ("publicity_ready", "publicity", "cleared")
SUPPORTED = (*RESERVED, "awarded", "paying", "paid", "closed", "recovery", "recovered")
REFUSED = ("withdrawn", "not_recommended", "not_accepted", "form_rejected", "lapsed", "not_approved", "annulled")
DECIDED = ("reviewed", "meeting", "not_approved", "deferred", *SUPPORTED)
BY_THE_CLOCK = ("clear", "lapse", "finish_review")
REDIRECT = "redirect"  # changes the unit and leaves the state

# By hand: the right that each act on what hangs on a case needs; of moves see actors.py.
OF_ACTS = {
    "send_notice": "edit_notice",
    "publish_notice": "publish_notice",
    "answer_objection": "answer_objection",
    "prepare_award": "prepare_award",
    "countersign_award": "countersign_award",
    "issue_award": "issue_award",
    "revoke": "issue_award",
    "confirm_account": "confirm_account",
    "prepare_payment": "prepare_payment",
    "approve_payment": "approve_payment",
    "execute_payment": "execute_payment",
    "return_payment": "execute_payment",
    "propose_recovery": "propose_recovery",
    "decide_recovery": "decide_recovery",
    "register_repayment": "register_repayment",
    "propose_budget": "propose_budget",
    "confirm_budget": "confirm_budget",
}
ON_THE_FIRM = {"enter_account": ("administrator",), "state_recovery": ("administrator", "project_lead")}


class Mark(NamedTuple):
    """The last of what was there before."""

    step: int
    entry: int


def mark() -> Mark:
    steps = ApplicationStep.objects.aggregate(last=Max("pk"))["last"]
    return Mark(steps or 0, JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0)


def by_application(rows: Any) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row.application_id].append(row)
    return found


def i1_every_state_is_in_the_table(world: World, since: Mark) -> Iterator[str]:
    steps = by_application(ApplicationStep.objects.order_by("pk"))
    for key, state in Application.objects.order_by().values_list("pk", "state"):
        if state not in State.values:
            yield f"{key} stands in {state}"
        if steps[key] and steps[key][-1].to_state != state:
            yield f"{key} stands in {state}, its last step led to {steps[key][-1].to_state}"


def i2_every_move_is_in_the_table(world: World, since: Mark) -> Iterator[str]:
    for key, steps in by_application(ApplicationStep.objects.order_by("pk")).items():
        made = {(step.from_state, step.to_state) for step in steps if step.pk > since.step and step.action != REDIRECT}
        if wrong := made - PAIRS:
            yield f"{key} made the moves {wrong}"
        if any(one.to_state != after.from_state for one, after in pairwise(steps)):
            yield f"the steps of {key} are no chain"


def i3_each_move_has_one_step_and_one_entry(world: World, since: Mark) -> Iterator[str]:
    entries = defaultdict(list)
    rows = JournalEntry.objects.filter(object_type="subsidies.application", pk__gt=since.entry)
    for entry in rows.order_by("pk"):
        if entry.action == REDIRECT:
            entries[int(entry.object_id)].append((REDIRECT, entry.actor_id, "recommendation", "recommendation"))
        elif "state" in entry.changes and entry.action != "create":
            entries[int(entry.object_id)].append((entry.action, entry.actor_id, *entry.changes["state"]))
    steps = by_application(ApplicationStep.objects.filter(pk__gt=since.step).order_by("pk"))
    for key in entries.keys() | steps.keys():
        made = [(step.action, step.by_id, step.from_state, step.to_state) for step in steps[key]]
        if [row[0] for row in made] != [row[0] for row in entries[key]] or any(
            row != told for row, told in zip(made, entries[key], strict=False) if row[0] not in BY_THE_CLOCK
        ):
            yield f"the journal of {key} tells {entries[key]}, the steps {made}"
        if any((by is None) != (action in BY_THE_CLOCK) for action, by, _one, _other in made):
            yield f"the clock and people share the moves of {key} as they must not: {made}"


def i3_whoever_moved_it_had_the_right(world: World, since: Mark) -> Iterator[str]:
    """As it is now, so `since` is the moment before the last act wherever rights change."""
    yield from without_right(since.step)


def i3_whoever_acted_had_the_right(world: World, since: Mark) -> Iterator[str]:
    """As with moves: on notices, documents, accounts, payments, recoveries and budgets."""
    rights = set(Permission.objects.filter(group__user__isnull=False).values_list("group__user", "codename"))
    entries = JournalEntry.objects.filter(pk__gt=since.entry, actor__isnull=False)
    for entry in entries.exclude(object_type="subsidies.application").order_by("pk"):
        need = OF_ACTS.get(entry.action)
        if need and (entry.actor_id, need) not in rights:
            yield f"{entry.actor_id} did {entry.action} without the right to"


def i3_whoever_acted_for_the_firm_had_the_post(world: World, since: Mark) -> Iterator[str]:
    posts = set(Membership.objects.filter(is_active=True).values_list("user", "organisation", "role"))
    for model, action in ((PayeeAccount, "enter_account"), (Recovery, "state_recovery")):
        firms = dict(model.objects.values_list("pk", "application__organisation"))
        rows = JournalEntry.objects.filter(pk__gt=since.entry, action=action, object_type=model._meta.label_lower)
        for actor, key in rows.values_list("actor", "object_id"):
            if not any((actor, firms[int(key)], role) in posts for role in ON_THE_FIRM[action]):
                yield f"{actor} did {action} without a post at the firm"


def i4_what_was_signed_is_as_it_was_signed(world: World, since: Mark) -> Iterator[str]:
    """Applications, lists of notices, lists of award documents: each is what its digest says."""
    frozen = [
        *Submission.objects.values_list("pk", "snapshot", "digest"),
        *PublicNotice.objects.exclude(digest="").values_list("pk", "listed", "digest"),
        *PublicNotice.objects.exclude(final_digest="").values_list("pk", "final", "final_digest"),
        *AwardDocument.objects.exclude(digest="").values_list("pk", "listed", "digest"),
    ]
    for key, content, digest in frozen:
        if sha256(content) != digest:
            yield f"what was frozen under {digest} was changed: {key}"


def sha256(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def i5_each_was_submitted_in_time(world: World, since: Mark) -> Iterator[str]:
    for row in Application.objects.exclude(first_submitted_at=None).select_related("call"):
        if not row.call.opens_at <= row.first_submitted_at < row.call.closes_at:
            yield f"{row.pk} was submitted out of time"


def i6_nobody_decides_on_what_they_did(world: World, since: Mark) -> Iterator[str]:
    pairs = [
        *FormCheck.objects.exclude(confirmed_by=None).values_list("checked_by", "confirmed_by"),
        *BudgetChange.objects.exclude(confirmed_by=None).values_list("proposed_by", "confirmed_by"),
        *Recommendation.objects.exclude(decided_by=None).values_list("prepared_by", "decided_by"),
        *Appeal.objects.exclude(answered_by=None).values_list("made_by", "answered_by"),
        *PublicNotice.objects.exclude(published_by=None).values_list("edited_by", "published_by"),
        *PayeeAccount.objects.exclude(decided_by=None).values_list("entered_by", "decided_by"),
        *Payment.objects.exclude(approved_by=None).values_list("prepared_by", "approved_by"),
        *Payment.objects.exclude(executed_by=None).values_list("approved_by", "executed_by"),
        *Recovery.objects.exclude(decided_by=None).values_list("proposed_by", "decided_by"),
    ]
    if same := [one for one, other in pairs if one == other]:
        yield f"{same} confirmed what they had done themselves"
    documents = AwardDocument.objects.exclude(issued_by=None)
    for three in documents.values_list("prepared_by", "countersigned_by", "issued_by"):
        if len({*three} - {None}) < 3:
            yield f"an award document was signed by {three}"


def i6_who_asks_approves_and_pays_are_three(world: World, since: Mark) -> Iterator[str]:
    for decision in Decision.objects.exclude(released_at=None).select_related("meeting", "application"):
        hands = {decision.put_by_id, decision.staged_by_id, decision.meeting.prepared_by_id}
        if decision.released_by_id in hands | {decision.application.submitted_by_id}:
            yield f"decision {decision.pk} has two eyes"
    names = ("executed_by", "award__document__issued_by", "award__application__submitted_by")
    for payer, issuer, applicant in Payment.objects.exclude(executed_by=None).values_list(*names):
        if len({payer, issuer, applicant}) < 3:
            yield f"{payer} paid, {issuer} issued and {applicant} had asked for it"


def i6_an_objection_is_answered_by_somebody_else(world: World, since: Mark) -> Iterator[str]:
    for row in Objection.objects.exclude(answered_by=None).select_related("notice", "entry"):
        hands = {row.notice.edited_by_id, row.notice.published_by_id}
        decided = Decision.objects.filter(application=row.entry.application_id, released_at__lte=row.answered_at)
        for four in decided.values_list("put_by", "staged_by", "released_by", "meeting__prepared_by"):
            hands |= {*four}
        if row.answered_by_id in hands:
            yield f"objection {row.pk} was answered by {row.answered_by_id}, who took part"


# ---------------------------------------------------------------- I7
def day_in_chenzhou(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).date()


def last_day(first: date, days: int) -> date:
    """Counted on the fingers, by the calendar as the State Council published it."""
    day, left = first, days - chinese_calendar.is_workday(first)
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return day


def i7_a_notice_runs_its_working_days(world: World, since: Mark) -> Iterator[str]:
    for notice in PublicNotice.objects.exclude(published_at=None):
        if notice.starts_on != day_in_chenzhou(notice.published_at):
            yield f"notice {notice.pk} begins on {notice.starts_on}, published {notice.published_at}"
        if notice.ends_on != (end := last_day(notice.starts_on, NOTICE_DAYS)):
            yield f"notice {notice.pk} ends on {notice.ends_on}, not on {end}"


def i7_nothing_clears_before_the_end_of_its_notice(world: World, since: Mark) -> Iterator[str]:
    """The first time it was cleared by the first of its notices that cleared it, and so on."""
    steps = by_application(ApplicationStep.objects.filter(action="clear").order_by("pk"))
    entries = by_application(
        NoticeEntry.objects.exclude(cleared_at=None).select_related("notice").order_by("cleared_at")
    )
    for key in steps.keys() | entries.keys():
        ends = [last_day(day_in_chenzhou(row.notice.published_at), NOTICE_DAYS) for row in entries[key]]
        days = [day_in_chenzhou(step.at) for step in steps[key]]
        if len(ends) != len(days) or any(day <= end for day, end in zip(days, ends, strict=True)):
            yield f"{key} was cleared on {days}, its notices ended on {ends}"


def i7_nothing_clears_with_an_open_objection(world: World, since: Mark) -> Iterator[str]:
    rows = Objection.objects.exclude(kind="lead").select_related("entry")
    clears = by_application(ApplicationStep.objects.filter(action="clear"))
    for row in rows:
        for step in clears[row.entry.application_id]:
            if row.received_at <= step.at and (row.answered_at is None or row.answered_at > step.at):
                yield f"{row.entry.application_id} was cleared with the objection {row.pk} open"


def i7_nothing_is_awarded_before_it_is_cleared(world: World, since: Mark) -> Iterator[str]:
    steps = by_application(ApplicationStep.objects.order_by("pk"))
    for award in Award.objects.exclude(application=None).select_related("document"):
        before = [step.action for step in steps[award.application_id] if step.at <= award.document.issued_at]
        if not before or before[-1] != "clear":
            yield f"{award.application_id} was awarded after {before}"


# ---------------------------------------------------------------- I8, I9
def i8_one_thing_is_supported_once(world: World, since: Mark) -> Iterator[str]:
    """By the key, and by the two that the world knows to be about one thing."""
    keys = list(Award.objects.filter(revoked_on=None).exclude(once_key="").values_list("once_key", flat=True))
    if len(keys) != len(set(keys)):
        yield f"something is awarded twice: {keys}"
    if Award.objects.filter(application__in=world.twins, revoked_on=None).count() > 1:
        yield "both firms were awarded for one project"
    if Application.objects.filter(pk__in=world.twins, state__in=SUPPORTED).count() > 1:
        yield "both firms are supported for one project"


def i8_an_award_is_the_flat_sum_of_its_document(world: World, since: Mark) -> Iterator[str]:
    for award in Award.objects.exclude(application=None).select_related("document"):
        listed = list(award.document.entries.filter(application=award.application_id).values_list("amount_yuan"))
        if award.amount_yuan != AMOUNT or listed != [(AMOUNT,)] or award.document.state != "issued":
            yield f"award {award.pk} is over {award.amount_yuan}, its document {award.document.state}: {listed}"


def i8_who_is_awarded_has_a_live_award(world: World, since: Mark) -> Iterator[str]:
    live = set(Award.objects.filter(revoked_on=None, application__isnull=False).values_list("application", flat=True))
    given = ("awarded", "paying", "paid", "closed", "recovery", "recovered")
    standing = set(Application.objects.filter(state__in=given).values_list("pk", flat=True))
    if live != standing:
        yield f"live awards are of {live}, awarded are {standing}"


def i9_no_pot_was_ever_overdrawn(world: World, since: Mark) -> Iterator[str]:
    """Entry by entry, so at each commit."""
    pots: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for entry in BudgetEntry.objects.order_by("pk"):
        pots[entry.budget_id, entry.from_pot] -= entry.amount_yuan
        pots[entry.budget_id, entry.to_pot] += entry.amount_yuan
        if entry.from_pot != "source" and pots[entry.budget_id, entry.from_pot] < 0:
            yield f"entry {entry.pk} overdrew {entry.from_pot}"


def i9_what_stands_is_what_the_state_says(world: World, since: Mark) -> Iterator[str]:
    """By application: reserved until the award, then committed, then paid by its payments, then back."""
    pots: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in BudgetEntry.objects.exclude(application=None):
        pots[entry.application_id][entry.from_pot] -= entry.amount_yuan
        pots[entry.application_id][entry.to_pot] += entry.amount_yuan
    paid = _sums(Payment.objects.filter(state="paid").values_list("award__application", "amount_yuan"))
    back = _sums(
        (key, amount - interest)
        for key, amount, interest in Repayment.objects.values_list(
            "recovery__application", "amount_yuan", "interest_yuan"
        )
    )
    for key, state in Application.objects.values_list("pk", "state"):
        own = {pot: amount for pot, amount in pots[key].items() if amount and pot != "free"}
        if own != (should := _standing(state, paid[key], back[key])):
            yield f"{own} stands for {key} in {state}, and {should} should"


def _standing(state: str, paid: Decimal, back: Decimal) -> dict[str, Decimal]:
    if state in RESERVED:
        return {"reserved": AMOUNT}
    if state not in SUPPORTED:
        return {}
    pots = {"committed": AMOUNT - paid, "paid": paid - back, "recovered": back}
    return {pot: amount for pot, amount in pots.items() if amount}


def _sums(rows: Any) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for key, amount in rows:
        sums[key] += amount
    return sums


def i9_no_award_is_paid_beyond_its_amount(world: World, since: Mark) -> Iterator[str]:
    paid = _sums(Payment.objects.filter(state="paid").values_list("award", "amount_yuan"))
    live = _sums(Payment.objects.filter(state__in=("prepared", "approved", "paid")).values_list("award", "amount_yuan"))
    for award in Award.objects.select_related("application").exclude(application=None):
        if max(paid[award.pk], live[award.pk]) > award.amount_yuan:
            yield f"award {award.pk} is paid with {paid[award.pk]} and {live[award.pk]} under way"
        state = award.application.state
        if state in ("paid", "closed", "recovery", "recovered") and paid[award.pk] != award.amount_yuan:
            yield f"{award.application_id} is {state} on {paid[award.pk]}"


def i9_awards_keep_within_the_budget(world: World, since: Mark) -> Iterator[str]:
    given = ZERO
    for entry in BudgetEntry.objects.filter(budget=world.budget):
        given += entry.amount_yuan * ((entry.from_pot == "source") - (entry.to_pot == "source"))
    awarded = sum(
        Award.objects.filter(revoked_on=None, application__call=world.call).values_list("amount_yuan", flat=True)
    )
    if awarded > given:
        yield f"{awarded} is awarded out of {given}"


# ---------------------------------------------------------------- I10, I11
def i10_each_payment_stands_once_in_the_ledger(world: World, since: Mark) -> Iterator[str]:
    kinds: dict[int, list[str]] = defaultdict(list)
    for key, kind in BudgetEntry.objects.exclude(payment=None).order_by("pk").values_list("payment", "kind"):
        kinds[key].append(kind)
    should = {"paid": ["pay"], "returned": ["pay", "return"]}
    for key, state in Payment.objects.values_list("pk", "state"):
        if kinds[key] != should.get(state, []):
            yield f"payment {key} is {state}, the ledger says {kinds[key]}"


def i11_what_was_refused_has_no_money(world: World, since: Mark) -> Iterator[str]:
    ended = Application.objects.filter(state__in=REFUSED)
    rows = Payment.objects.filter(award__application__in=ended, state__in=("prepared", "approved", "paid"))
    for key, state in rows.values_list("pk", "state"):
        yield f"payment {key} is {state} for an application that has ended"
    if Award.objects.filter(application__in=ended, revoked_on=None).exists():
        yield "an application that has ended holds an award"


def i11_money_left_only_while_it_was_to_be_paid(world: World, since: Mark) -> Iterator[str]:
    steps = by_application(ApplicationStep.objects.order_by("pk"))
    accounts = {row.pk: row for row in PayeeAccount.objects.select_related("application__organisation")}
    for entry in BudgetEntry.objects.filter(kind="pay").select_related("payment"):
        stood = [step.to_state for step in steps[entry.application_id] if step.at <= entry.at][-1:]
        if stood != ["paying"]:
            yield f"payment {entry.payment_id} was made while {entry.application_id} was {stood}"
        account = accounts[entry.payment.account_id]
        own = account.application_id == entry.application_id and account.decided_at
        if not own or account.decided_at > entry.at or account.holder != account.application.organisation.name_zh:
            yield f"payment {entry.payment_id} went to an account that nobody had confirmed"


# ---------------------------------------------------------------- I12, I14
def i12_enough_impartial_sheets_come_before_a_decision(world: World, since: Mark) -> Iterator[str]:
    signed: dict[int, set[int]] = defaultdict(set)
    rows = Assignment.objects.filter(state="accepted", sheets__state="signed")
    for application, seat in rows.values_list("application", "pk"):
        signed[application].add(seat)
    for key, needed in Application.objects.filter(state__in=DECIDED).values_list("pk", "sheets_needed"):
        if not 0 < needed <= len(signed[key]):
            yield f"{key} is decided on {len(signed[key])} sheets"


def i12_nobody_with_a_conflict_sits_on_a_panel(world: World, since: Mark) -> Iterator[str]:
    for seat in Assignment.objects.filter(state="accepted"):
        if lasting_reasons(seat.expert_id, seat.application_id):
            yield f"seat {seat.pk} has a conflict"


def i14_versions_rise_with_every_move(world: World, since: Mark) -> Iterator[str]:
    versions = dict(Application.objects.order_by().values_list("pk", "version"))
    for key, steps in by_application(ApplicationStep.objects.order_by("pk")).items():
        numbers = [step.version for step in steps]
        if any(one >= after for one, after in pairwise(numbers)) or numbers[-1] > versions[key]:
            yield f"{key} is at version {versions[key]}, its steps at {numbers}"


INVARIANTS: tuple[Callable[[World, Mark], Iterator[str]], ...] = tuple(
    value for name, value in list(globals().items()) if name[0] == "i" and name[1:2].isdigit()
)


def broken(world: World, since: Mark) -> list[str]:
    return [f"{look.__name__}: {sentence}" for look in INVARIANTS for sentence in look(world, since)]
