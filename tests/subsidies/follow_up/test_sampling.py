import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies import sample_procedure, visiting
from subsidies.draw_procedure import lot
from subsidies.enums import CheckExclusion, State
from subsidies.follow_up import sampling
from subsidies.follow_up.sampling import pool_of
from subsidies.models import Application, CheckRound, SiteCheck
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory
from tests.factories_awards import AwardFactory
from tests.factories_checks import crew, drawn, officers_of, proposed
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.desk import section_head
from tests.worlds import parts
from tools import verify_sample

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    officers: list[User]
    application: Application


def make_world() -> World:
    return World(crew(), ApplicationFactory(state=State.PAID))


officers, application = parts(World)


# ---------------------------------------------------------------- the procedure
def inputs(awards: int, officers: int, size: int):
    codes = [f"P{place:02d}" for place in range(1, officers + 1)]
    rows = [{"number": f"KJ2027{place:04d}", "officers": codes} for place in range(awards)]
    return {"version": 1, "round": "x", "size": size, "officers_each": 2, "awards": rows}


@pytest.mark.parametrize("seed", ["00", "a1", "ff"])
@pytest.mark.parametrize(("awards", "officers", "size"), [(1, 2, 1), (7, 3, 4), (40, 9, 12)])
def test_the_program_that_stands_alone_draws_the_same(seed, awards, officers, size):
    asked = inputs(awards, officers, size)

    result = sample_procedure.run(asked, seed)

    assert result == verify_sample.draw(asked, seed)
    assert len(result["checks"]) == size
    assert all(len(set(row["officers"])) == 2 for row in result["checks"])


def test_the_lowest_lots_are_checked_and_the_load_of_officers_spreads():
    asked = inputs(10, 4, 4)

    checks = sample_procedure.run(asked, "5eed")["checks"]

    by_lot = sorted((row["number"] for row in asked["awards"]), key=lambda number: lot("5eed", number, "award"))
    assert [row["application"] for row in checks] == by_lot[:4]
    officers = [code for row in checks for code in row["officers"]]
    assert sorted(officers.count(code) for code in set(officers)) == [2, 2, 2, 2]


def test_the_file_of_a_round_is_verified_by_plain_python(tmp_path, application):
    check = drawn(application)
    published = {
        "inputs": check.round.inputs,
        "inputs_sha256": check.round.inputs_digest,
        "seed": check.round.seed,
        "result": check.round.result,
    }
    run = verified(tmp_path, published)
    other = verified(tmp_path, published | {"seed": "0" * 64, "inputs_sha256": "0" * 64})

    assert (run.returncode, run.stdout.splitlines()[-1]) == (
        0,
        "The published result is what the inputs and the seed give.",
    )
    assert other.returncode == 1


def verified(folder: Path, published):
    file = folder / "sample.json"
    file.write_text(json.dumps(published), "utf-8")
    return subprocess.run(
        [sys.executable, "-I", verify_sample.__file__, file], check=False, capture_output=True, text=True
    )


# ---------------------------------------------------------------- the pool
def test_the_pool_has_the_awards_of_the_years_and_says_why_another_is_not_in_it(application):
    given = ApplicationFactory(state=State.AWARDED)
    back = ApplicationFactory(state=State.RECOVERED)
    ApplicationFactory(state=State.CLEARED)
    ApplicationFactory(state=State.PAID, is_demo=True)
    earlier = AwardFactory(awarded_on=shanghai_today())
    AwardFactory(awarded_on=shanghai_today() - timedelta(days=800))
    year = shanghai_today().year

    pool = pool_of(year, year)

    assert {row.pk for row in pool.applications} == {application.pk, given.pk}
    assert pool.candidates[application.pk] == ["P01", "P02", "P03"]
    assert {row["award"]: row["reason"] for row in pool.exclusions} == {
        back.award.pk: CheckExclusion.OVER,
        earlier.pk: CheckExclusion.NO_CASE,
    }


def test_an_officer_with_a_tie_to_the_firm_is_no_candidate_and_one_officer_alone_makes_no_check(officers, application):
    one, other, _third = officers
    MembershipFactory(user=one, organisation=application.organisation, role=MembershipRole.MEMBER)
    year = shanghai_today().year

    assert pool_of(year, year).candidates[application.pk] == ["P02", "P03"]

    MembershipFactory(user=other, organisation=application.organisation, role=MembershipRole.MEMBER)
    pool = pool_of(year, year)
    assert (pool.applications, pool.exclusions[0]["reason"]) == ([], CheckExclusion.OFFICERS)


def test_what_is_being_checked_is_not_drawn_a_second_time(application):
    check = drawn(application)
    year = shanghai_today().year

    pool = pool_of(year, year)

    assert pool.exclusions == [{"award": check.application.award.pk, "reason": CheckExclusion.OPEN}]


# ---------------------------------------------------------------- proposing
def test_a_round_is_proposed_with_its_inputs_frozen_and_without_a_seed(officers, application):
    by, head = officers[0], section_head()

    row = proposed(by=by)

    assert (row.seed, row.result, row.is_open) == ("", {}, True)
    assert [each["number"] for each in row.inputs["awards"]] == [application.number]
    assert Notice.objects.get(kind="checks-proposed").recipient == head
    assert JournalEntry.objects.filter(action="propose_round").count() == 1


@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.FINANCE, PersonKind.BUREAU_LEADER])
def test_others_propose_no_round(world, kind):
    with pytest.raises(PermissionDenied):
        proposed(by=staff(kind))


def test_who_is_tied_to_a_firm_of_the_pool_proposes_no_round(application):
    by = staff()
    MembershipFactory(user=by, organisation=application.organisation, role=MembershipRole.MEMBER)

    with pytest.raises(PermissionDenied):
        proposed(by=by)


@pytest.mark.parametrize(("fields", "code"), [({"size": 2}, "size"), ({"size": 0}, "size"), ({"due": 0}, "term")])
def test_a_round_has_no_more_checks_than_awards_and_a_day_to_come(world, fields, code):
    days = fields.pop("due", 30)

    with pytest.raises(MoveRefused) as refused:
        proposed(due_on=shanghai_today() + timedelta(days=days), **fields)

    assert refused.value.code == code


# ---------------------------------------------------------------- confirming
def test_with_the_confirmation_awards_and_officers_are_drawn_and_the_officers_told(officers, application):
    for _each in range(3):
        ApplicationFactory(state=State.PAID)
    row = proposed(by=officers[0], size=2)

    row = sampling.confirm(row, by=section_head())

    checks = list(row.checks.order_by("pk"))
    assert row.result == verify_sample.draw(row.inputs, row.seed)
    numbers = [each["application"] for each in row.result["checks"]]
    assert [check.application.number for check in checks] == numbers
    assert [[sampling_code(row, each) for each in officers_of(check)] for check in checks] == [
        each["officers"] for each in row.result["checks"]
    ]
    assert all(check.visit.state == "planned" and check.visit.visited_on == row.due_on for check in checks)
    assert Notice.objects.filter(kind="check-drawn").count() == 4


def sampling_code(row, person):
    return sampling.code_of(row.officers.index(person.pk))


def test_nobody_confirms_their_own_round_and_clerks_confirm_none(world):
    head = section_head()
    row = proposed(by=head)

    with pytest.raises(MoveRefused) as refused:
        sampling.confirm(row, by=head)
    with pytest.raises(PermissionDenied):
        sampling.confirm(row, by=staff())

    assert refused.value.code == "interest"


def test_what_has_changed_since_the_proposal_is_not_drawn_from(application):
    head = section_head()
    row = proposed()
    later = ApplicationFactory(state=State.PAID)
    tied = User.objects.get(pk=row.officers[0])
    bond = MembershipFactory(user=tied, organisation=application.organisation, role=MembershipRole.MEMBER)

    with pytest.raises(MoveRefused) as refused:
        sampling.confirm(row, by=head)
    assert (refused.value.code, CheckRound.objects.get().seed) == ("changed", "")
    bond.delete()

    row = sampling.confirm(row, by=head)
    assert [check.application for check in row.checks.all()] == [application]
    assert later.site_checks.count() == 0


def test_a_round_is_withdrawn_with_a_reason_before_it_is_drawn_and_then_another_can_follow(world):
    head, by = section_head(), staff()
    row = proposed(by=by)
    with pytest.raises(MoveRefused):
        sampling.withdraw(row, by=by, reason=" ")

    sampling.withdraw(row, by=by, reason="范围有误")

    with pytest.raises(MoveRefused):
        sampling.confirm(row, by=head)
    assert proposed(by=by).is_open
    assert CheckRound.objects.count() == 2


def test_nobody_withdraws_a_round_that_may_fall_on_a_firm_of_their_own(application):
    row, head = proposed(), section_head()
    MembershipFactory(user=head, organisation=application.organisation, role=MembershipRole.READER)

    with pytest.raises(PermissionDenied):
        sampling.withdraw(row, by=User.objects.get(pk=head.pk), reason="范围有误")

    assert CheckRound.objects.get().is_open


def test_a_check_that_was_drawn_is_not_called_off_but_another_officer_can_go(application):
    check = drawn(application)
    one, other = officers_of(check)
    third = staff()
    with pytest.raises(MoveRefused) as refused:
        visiting.call_off(check.visit, by=one, reason="改期")

    visiting.replace_officer(check.visit, leaving=one, by=other, officer=third, reason="生病")

    assert refused.value.code == "drawn"
    assert set(officers_of(check)) == {other, third}
    with pytest.raises(MoveRefused):
        visiting.replace_officer(check.visit, leaving=third, by=other, officer=other, reason="生病")
    tied = staff()
    MembershipFactory(user=tied, organisation=check.application.organisation, role=MembershipRole.MEMBER)
    with pytest.raises(MoveRefused):
        visiting.replace_officer(check.visit, leaving=third, by=other, officer=tied, reason="生病")


# ---------------------------------------------------------------- held by the database
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subsidies_checkround SET size = 2",
        "UPDATE subsidies_checkround SET inputs_digest = '0'",
        "UPDATE subsidies_checkround SET withdraw_reason = 'x'",
        "UPDATE subsidies_checkround SET confirmed_by_id = proposed_by_id",
        "DELETE FROM subsidies_checkround",
        "DELETE FROM subsidies_sitecheck",
        "UPDATE subsidies_sitecheck SET state = 'clear'",
        "UPDATE subsidies_sitecheck SET state = 'rectified'",
        "UPDATE subsidies_sitecheck SET round_id = round_id + 1",
    ],
)
def test_plain_sql_changes_nothing_of_a_drawn_round(statement, application):
    drawn(application)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert SiteCheck.objects.get().state == "checking"


def test_no_check_stands_outside_a_confirmed_round(application):
    row = proposed()
    visit = application.visits.create(key=row.public_id, visited_on=shanghai_today(), place="x", planned_by=staff())

    with pytest.raises(DatabaseError, match="confirmed round"), transaction.atomic():
        SiteCheck.objects.create(round=row, application=application, visit=visit)
