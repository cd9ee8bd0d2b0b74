"""The model of a walk: which change of state each move may make, by hand, and what goes on from a state."""

from collections.abc import Iterable
from random import Random

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import MembershipRole
from accounts.models import Membership
from subsidies.models import Application
from tests.subsidies.award_moves import (
    anyone,
    approve_payment,
    cancel_payment,
    clear_by_hand,
    close,
    confirm_account,
    countersign,
    days_pass,
    decide_recovery,
    dismiss,
    drop_document,
    enter_account,
    execute_payment,
    give_notice_back,
    issue,
    object_to,
    prepare_document,
    prepare_payment,
    propose_recovery,
    publish,
    repay,
    report,
    return_payment,
    revoke,
    send_notice,
    state_own_case,
    uphold,
    write_notice,
)
from tests.subsidies.case_moves import (
    accept,
    answer,
    appeal,
    ask,
    change_budget,
    check,
    confirm,
    draw,
    propose,
    recommend,
    redirect,
    release,
    resubmit,
    send_back,
    sign,
    sit,
    stage,
    submit,
    take_off,
    withdraw,
)
from tests.subsidies.case_world import Attempt, NothingThere, World, state_of


def change_a_right(world: World, application: Application, pick: int) -> None:
    """Somebody's office is taken from them, or given back."""
    person = (world.heads[2], world.leaders[1], world.finance[2], world.clerks[1])[pick % 4]
    groups = list(person.groups.all())
    person.groups.set([] if groups else world.offices[(1, 2, 3, 0)[pick % 4]][0].groups.all())
    world.read_people_anew()


def bind(world: World, application: Application, pick: int) -> None:
    """Somebody of the bureau begins to belong to the firm, or ceases to."""
    found, _is_new = Membership.objects.get_or_create(
        user=anyone(world, pick),
        organisation=application.organisation,
        defaults={"role": MembershipRole.MEMBER, "is_active": False},
    )
    found.is_active = not found.is_active
    found.save()
    world.read_people_anew()


BEFORE = ("draft", "recommendation", "acceptance", "form_check", "correction", "checked", "review", "reviewed")
NOTICED = ("publicity_ready", "publicity", "cleared")
PATHS: dict[Attempt, set[tuple[str, str]]] = {
    recommend: {("recommendation", "acceptance")},
    send_back: {("recommendation", "draft")},
    redirect: set(),  # it goes on to wait, at another unit
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
    withdraw: {(state, "withdrawn") for state in (*BEFORE, "meeting", "deferred")},
    change_budget: set(),
    change_a_right: set(),
    bind: set(),
    write_notice: set(),
    send_notice: set(),
    give_notice_back: set(),
    publish: {("publicity_ready", "publicity")},
    days_pass: {("publicity", "cleared"), ("correction", "lapsed")},
    clear_by_hand: {("publicity", "cleared")},
    object_to: set(),
    dismiss: set(),
    uphold: {(state, after) for state in NOTICED for after in ("reviewed", "annulled")}
    | {("publicity", "publicity_ready")},
    prepare_document: set(),
    drop_document: set(),
    countersign: set(),
    issue: {("cleared", "awarded")},
    revoke: {("awarded", "annulled"), ("paying", "annulled")},
    enter_account: set(),
    confirm_account: {("awarded", "paying")},
    prepare_payment: set(),
    approve_payment: set(),
    cancel_payment: set(),
    execute_payment: {("paying", "paid")},
    return_payment: {("paid", "paying")},
    report: set(),
    close: {("paid", "closed")},
    propose_recovery: set(),
    state_own_case: set(),
    decide_recovery: {("paid", "recovery"), ("closed", "recovery")},
    repay: {("recovery", "recovered")},
}
PAIRS = frozenset(pair for paths in PATHS.values() for pair in paths)
# What goes on from a state, so that a walk at random gets to the end.
ONWARDS: dict[str, tuple[Attempt, ...]] = {
    "draft": (submit,),
    "recommendation": (recommend, recommend, recommend, send_back, redirect),
    "acceptance": (accept,),
    "form_check": (check, check, confirm, confirm, confirm, ask),
    "correction": (resubmit,),
    "checked": (draw,),
    "review": (sit, sit, sign, sign),
    "reviewed": (propose,),
    "meeting": (stage, stage, stage, release, release, take_off),
    "deferred": (propose, appeal, answer),
    "not_approved": (appeal, answer),
    "publicity_ready": (write_notice, send_notice, publish, publish, publish, give_notice_back),
    "publicity": (days_pass, days_pass, object_to, dismiss, uphold, clear_by_hand),
    "cleared": (prepare_document, countersign, countersign, issue, issue, drop_document),
    "awarded": (enter_account, enter_account, confirm_account, confirm_account, revoke),
    "paying": (
        prepare_payment,
        approve_payment,
        approve_payment,
        execute_payment,
        execute_payment,
        execute_payment,
        return_payment,
        enter_account,
        confirm_account,
        cancel_payment,
        revoke,
    ),
    "paid": (return_payment, report, close, propose_recovery, state_own_case, decide_recovery),
    "closed": (propose_recovery, state_own_case, decide_recovery),
    "recovery": (repay,),
}
MOVES = list(PATHS)
ALONE = (change_a_right, bind, redirect)  # what they change is asked as it was, so nobody else may move meanwhile
# The straight way: for each state the moves that lead on, with a number that lets them.
STRAIGHT: dict[str, tuple[tuple[Attempt, int], ...]] = {
    "recommendation": ((recommend, 1),),
    "acceptance": ((accept, 0),),
    "form_check": ((check, 0), (confirm, 2)),
    "checked": ((draw, 2),),
    "review": ((sit, 0), (sit, 0), (sign, 0), (sign, 1)),
    "reviewed": ((propose, 0),),
    "meeting": ((stage, 0), (release, 0)),
    "publicity_ready": ((write_notice, 0), (send_notice, 0), (publish, 1)),
    "publicity": ((days_pass, 3),),
    "cleared": ((prepare_document, 0), (countersign, 7), (issue, 0)),
    "awarded": ((enter_account, 1), (confirm_account, 0)),
    "paying": ((prepare_payment, 0), (approve_payment, 1), (execute_payment, 2)),
    "paid": ((propose_recovery, 0), (state_own_case, 1), (decide_recovery, 0)),
}


def tried(move: Attempt, world: World, key: int, pick: int) -> bool:
    """Whether it was made; refusals are answers, anything else is a fault."""
    try:
        move(world, Application.objects.get(pk=key), pick)
    except (ValidationError, PermissionDenied, NothingThere):
        return False
    return True


def brought(world: World, keys: Iterable[int], state: str) -> None:
    """On to `state` by the verbs, the straight way."""
    for key in keys:
        for _step in STRAIGHT:
            if (now := state_of(key)) == state:
                break
            for move, pick in STRAIGHT[now]:
                move(world, Application.objects.get(pk=key), pick)
        assert state_of(key) == state


def decided_against(world: World, key: int) -> None:
    """While nothing else is on the agenda."""
    brought(world, [key], "meeting")
    stage(world, Application.objects.get(pk=key), pick=2)
    release(world, Application.objects.get(pk=key), pick=0)


def at_random(random: Random, state: str) -> Attempt:
    """Mostly what goes on from there, else whatever."""
    return random.choice(ONWARDS.get(state, MOVES) if random.random() < 0.9 else MOVES)
