from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from subsidies import checking, cross_checks
from subsidies.checking import Finding
from subsidies.enums import HitKind, Judgement, Outcome, State
from subsidies.models import Application, CheckResult, CrossCheckHit, FormCheck
from subsidies.workflow import MoveRefused
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import ApplicationFactory, CallFactory
from tests.subsidies.desk import checked, clerk, in_check, section_head, unit_of
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    application: Application
    by: User


def make_world() -> World:
    """An application in form check, and a clerk."""
    return World(in_check(), clerk())


application, by = parts(World)


def hit_of(application, **fields):
    return CrossCheckHit.objects.create(application=application, kind=HitKind.INVOICE, key="123", **fields)


def proposed(application, outcome=Outcome.PASS):
    by = clerk()
    checked(application, by, **({"C2": Outcome.FAIL} if outcome == Outcome.FAIL else {}))
    checking.propose(application, by=by, outcome=outcome, note="投入与审计不一致")
    return by


# ---------------------------------------------------------------- the clerk
def test_a_clerk_begins_once_and_goes_on(application, by):
    first = checking.begin(application, by=by)

    assert checking.begin(application, by=by) == first
    assert (first.checked_by, first.round) == (by, 0)


def test_another_clerk_who_takes_over_begins_anew_so_that_one_person_answers(application):
    first, second = clerk(), clerk()
    checked(application, first)

    check = checking.begin(application, by=second)

    assert (check.checked_by, check.results.count()) == (second, 0)
    with pytest.raises(MoveRefused):
        checking.record(application, by=first, findings={"C1": Finding(Outcome.PASS)})


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.DISCIPLINE, PersonKind.COUNTY_OFFICER])
def test_nobody_else_checks(kind, application):
    with pytest.raises(PermissionDenied):
        checking.begin(application, by=user_of_kind(kind))


@pytest.mark.parametrize("state", [State.ACCEPTANCE, State.CORRECTION, State.CHECKED])
def test_a_check_belongs_to_its_state(state):
    with pytest.raises(MoveRefused) as refusal:
        checking.begin(ApplicationFactory(state=state), by=clerk())
    assert refusal.value.code == "state"


def test_a_result_is_kept_by_item_and_may_be_changed(application, by):
    checking.begin(application, by=by)
    checking.record(application, by=by, findings={"C1": Finding(Outcome.CORRECT, "执照已过期")})

    checking.record(application, by=by, findings={"C1": Finding(Outcome.PASS), "C2": Finding(Outcome.FAIL, "不一致")})

    results = CheckResult.objects.values_list("item", "outcome", "note").order_by("item")
    assert list(results) == [("C1", "pass", ""), ("C2", "fail", "不一致")]


def test_a_result_without_its_note_is_refused_by_name_and_nothing_is_kept(in_english, application, by):
    checking.begin(application, by=by)

    with pytest.raises(MoveRefused) as refusal:
        checking.record(application, by=by, findings={"C1": Finding(Outcome.PASS), "C2": Finding(Outcome.FAIL, " ")})

    assert refusal.value.messages == ["C2: say in the note why the item does not meet its requirement."]
    assert not CheckResult.objects.exists()


@pytest.mark.parametrize(
    "findings",
    [{"C9": Finding(Outcome.PASS)}, {"C1": Finding("perhaps")}, {"C1": Finding(Outcome.CORRECT)}],
    ids=["unknown item", "unknown outcome", "no note"],
)
def test_a_result_that_says_nothing_is_refused(findings, application, by):
    checking.begin(application, by=by)

    with pytest.raises(MoveRefused):
        checking.record(application, by=by, findings=findings)
    assert not CheckResult.objects.exists()


def test_a_proposal_waits_for_the_last_item(application, by):
    checking.begin(application, by=by)
    checking.record(application, by=by, findings={"C1": Finding(Outcome.PASS)})

    with pytest.raises(MoveRefused):
        checking.propose(application, by=by, outcome=Outcome.PASS)


def test_a_pass_is_not_proposed_while_an_item_does_not_meet_its_requirement(application, by):
    checked(application, by, C2=Outcome.CORRECT)

    with pytest.raises(MoveRefused):
        checking.propose(application, by=by, outcome=Outcome.PASS)


def test_a_failure_names_what_fails(application, by):
    checked(application, by)

    with pytest.raises(MoveRefused):
        checking.propose(application, by=by, outcome=Outcome.FAIL, note="不符合")


def test_an_obstacle_among_the_hits_is_enough_to_fail(application, by):
    checked(application, by)
    cross_checks.judge(hit_of(application), by=by, judgement=Judgement.CONFIRMED, reason="同一张发票")

    assert checking.propose(application, by=by, outcome=Outcome.FAIL, note="发票重复").proposal == Outcome.FAIL


def test_correction_is_asked_for_and_not_proposed(application, by):
    checked(application, by, C2=Outcome.CORRECT)

    with pytest.raises(MoveRefused):
        checking.propose(application, by=by, outcome=Outcome.CORRECT)


def test_a_changed_result_takes_the_proposal_back(application):
    by = proposed(application)

    checking.record(application, by=by, findings={"C1": Finding(Outcome.CORRECT, "执照已过期")})

    assert FormCheck.objects.get().proposal == ""


# ---------------------------------------------------------------- the section head
@pytest.mark.parametrize(
    ("outcome", "state"), [(Outcome.PASS, State.CHECKED), (Outcome.FAIL, State.FORM_REJECTED)], ids=str
)
def test_a_section_head_confirms_what_the_clerk_proposed(outcome, state, application):
    head = section_head()
    by = proposed(application, outcome)

    moved = checking.confirm(application, by=head)

    check = FormCheck.objects.get()
    assert (moved.state, moved.state_reason) == (state, "投入与审计不一致")
    assert (check.checked_by, check.confirmed_by, check.proposal) == (by, head, outcome)


def test_nobody_confirms_their_own_check(application):
    head = section_head()
    checked(application, head)
    checking.propose(application, by=head, outcome=Outcome.PASS)

    with pytest.raises(MoveRefused):
        checking.confirm(application, by=head)
    assert checking.confirm(application, by=section_head()).state == State.CHECKED


def test_the_database_itself_asks_for_two_people(application):
    by = proposed(application)
    check = FormCheck.objects.get()
    check.confirmed_by, check.confirmed_at = by, timezone.now()

    with pytest.raises(IntegrityError, match="formcheck_four_eyes"):
        check.save()


def test_a_clerk_does_not_confirm(application):
    proposed(application)

    with pytest.raises(PermissionDenied):
        checking.confirm(application, by=clerk())


def test_the_recommending_units_leader_does_not_confirm(application):
    proposed(application)

    with pytest.raises(PermissionDenied):
        checking.confirm(application, by=unit_of(application).leader)


def test_there_is_nothing_to_confirm_before_a_proposal(application):
    checked(application, clerk())

    with pytest.raises(MoveRefused):
        checking.confirm(application, by=section_head())


def test_a_section_head_who_disagrees_gives_it_back_with_the_reason(application):
    by = proposed(application)

    checking.disagree(application, by=section_head(), reason="请再核对营业执照")

    check = FormCheck.objects.get()
    assert (check.proposal, check.note, check.checked_by) == ("", "请再核对营业执照", by)
    application.refresh_from_db()
    assert application.state == State.FORM_CHECK


# ---------------------------------------------------------------- hits
@pytest.mark.parametrize("judgement", [Judgement.OPEN, Judgement.CONFIRMED])
def test_a_hit_that_is_open_or_an_obstacle_keeps_the_check_from_being_passed(judgement, application, by):
    checked(application, by)
    hit = hit_of(application)
    if judgement == Judgement.CONFIRMED:
        cross_checks.judge(hit, by=by, judgement=judgement, reason="同一张发票")

    with pytest.raises(MoveRefused) as refusal:
        checking.propose(application, by=by, outcome=Outcome.PASS)
    assert refusal.value.code == "hits"


def test_a_hit_judged_harmless_lets_the_check_pass(application, by):
    checked(application, by)
    cross_checks.judge(hit_of(application), by=by, judgement=Judgement.HARMLESS, reason="不同企业同名")

    assert checking.propose(application, by=by, outcome=Outcome.PASS).proposal == Outcome.PASS


def test_a_waiver_lets_the_check_pass_until_it_ends(time_machine, application, by):
    head = section_head()
    checked(application, by)
    cross_checks.waive(hit_of(application), by=head, reason="局长办公会同意", ends_on=shanghai_today())
    checking.propose(application, by=by, outcome=Outcome.PASS)
    time_machine.move_to(timezone.now() + timedelta(days=1))

    with pytest.raises(MoveRefused) as refusal:
        checking.confirm(application, by=head)
    assert refusal.value.code == "hits"


def test_a_hit_found_after_the_proposal_stops_the_confirmation(application):
    proposed(application)
    hit_of(application)

    with pytest.raises(MoveRefused) as refusal:
        checking.confirm(application, by=section_head())
    assert refusal.value.code == "hits"


def test_a_check_finds_what_two_acceptances_at_once_did_not_see_of_each_other():
    """Neither reads the keys of the other before both are stored; whoever begins the second check reads them."""
    call = CallFactory()
    first, second = (ApplicationFactory(call=call, state=State.FORM_CHECK, project_name="同名中试") for _ in range(2))
    by = clerk()
    assert not CrossCheckHit.objects.exists()

    checking.begin(first, by=by)

    assert {(hit.application, hit.other) for hit in CrossCheckHit.objects.all()} == {(first, second), (second, first)}
    checked(second, by)
    with pytest.raises(MoveRefused):
        checking.propose(second, by=by, outcome=Outcome.PASS)
