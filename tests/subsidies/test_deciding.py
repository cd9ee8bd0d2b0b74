from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies import budgets, deciding, meetings
from subsidies.budgets import BudgetRefused
from subsidies.enums import EntryKind, State
from subsidies.models import Application, Budget, BudgetEntry, Decision, Meeting, Recommendation
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_awards import earlier_award, revoke_earlier
from tests.factories_decision import AMOUNT, approved, budget_for, given_to, staff
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory
from tests.subsidies.deciders import (
    MINUTES,
    ROUTE,
    OnAgenda,
    added,
    agenda,
    decided,
    funded_call,
    on_agenda,
    recorded,
    released,
    reviewed,
)
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def make_world() -> OnAgenda:
    return on_agenda()


people, call, meeting, decision = parts(OnAgenda)


def states(*decisions):
    return [Application.objects.get(pk=row.application_id).state for row in decisions]


# ---------------------------------------------------------------- recording
def test_what_is_recorded_may_change_and_moves_nothing(people, decision):
    recorded(decision, people.secretary, "reject")
    recorded(decision, people.secretary, "defer", deferral="facts")
    last = recorded(decision, people.secretary, "approve")

    assert (last.verdict, last.amount_yuan, last.deferral, last.reason, last.appeal_route) == (
        "approve",
        AMOUNT,
        *[""] * 3,
    )
    assert (last.staged_by, last.released_at) == (people.secretary, None)
    assert states(decision) == [State.MEETING]
    assert not BudgetEntry.objects.filter(kind=EntryKind.RESERVE).exists()
    deeds = JournalEntry.objects.filter(object_type="subsidies.decision", action="stage").order_by("id")
    assert [entry.changes["verdict"] for entry in deeds] == [["", "reject"], ["reject", "defer"], ["defer", "approve"]]


def test_the_leaders_are_told_once_when_everything_is_recorded(people, meeting):
    first, second = added(people, meeting, "70.00")
    recorded(first, people.secretary)
    assert not Notice.objects.exists()

    recorded(second, people.secretary)
    recorded(second, people.secretary, "reject")

    assert list(Notice.objects.values_list("kind", "recipient")) == [("release-wanted", people.leader.pk)]


@pytest.mark.parametrize(
    "told",
    [
        {"verdict": "perhaps"},
        {"verdict": "reject", "appeal_route": ROUTE},
        {"verdict": "reject", "reason": "不足"},
        {"verdict": "defer", "reason": "不足", "appeal_route": ROUTE},
        {"verdict": "defer", "reason": "不足", "appeal_route": ROUTE, "deferral": "mood"},
        {"verdict": "defer", "deferral": "budget", "appeal_route": ROUTE},
        {"verdict": "approve", "amount_yuan": Decimal("1999999.99")},
        {"verdict": "approve", "amount_yuan": Decimal("4000000.00")},
        {"verdict": "approve", "amount_yuan": Decimal("0.00")},
    ],
    ids=str,
)
def test_a_decision_is_whole_before_it_is_recorded(people, told, decision):
    with pytest.raises(ValidationError):
        deciding.stage(decision, by=people.secretary, **told)
    decision.refresh_from_db()
    assert decision.verdict == ""


def test_support_that_is_not_flat_has_its_amount_up_to_what_the_call_gives(people):
    call = funded_call(amount_yuan=None, rate_percent=30, cap_yuan=Decimal("500000.00"))
    _meeting, (decision,) = agenda(people, call, "80.00")
    for amount in (None, Decimal("500000.01")):
        with pytest.raises(ValidationError):
            deciding.stage(decision, by=people.secretary, verdict="approve", amount_yuan=amount)

    amount = Decimal("412345.67")
    assert deciding.stage(decision, by=people.secretary, verdict="approve", amount_yuan=amount).amount_yuan == amount


def test_an_approval_below_the_least_total_has_a_reason(people):
    call = funded_call(content={**SMALL_CONTENT, "panel": {"least_total": "75"}})
    _meeting, (enough, below) = agenda(people, call, "75.00", "74.99")
    recorded(enough, people.secretary)

    with pytest.raises(MoveRefused):
        recorded(below, people.secretary)
    assert recorded(below, people.secretary, reason="填补本市产业链空白").reason == "填补本市产业链空白"


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_who_has_no_right_records_nothing(kind, decision):
    with pytest.raises(PermissionDenied):
        recorded(decision, staff(kind))


def test_a_secretary_with_a_post_in_the_firm_records_nothing_on_it(decision):
    secretary = staff(PersonKind.BUREAU_CLERK)
    MembershipFactory(user=secretary, organisation=decision.application.organisation)

    with pytest.raises(PermissionDenied):
        recorded(decision, secretary)


# ---------------------------------------------------------------- releasing
def test_all_decisions_are_released_together(people, call, meeting):
    first, second, third = added(people, meeting, "90.00", "70.00")
    recorded(first, people.secretary)
    recorded(second, people.secretary, "reject")
    recorded(third, people.secretary, "defer")

    done = deciding.release(meeting, by=people.leader, minutes_number=" 郴科纪要[2026]3号 ")

    assert (done.minutes_number, done.released_by) == (MINUTES, people.leader)
    assert states(first, second, third) == [State.PUBLICITY_READY, State.NOT_APPROVED, State.DEFERRED]
    rows = list(Decision.objects.order_by("position"))
    assert {row.released_by for row in rows} == {people.leader}
    assert {row.released_at for row in rows} == {done.released_at}
    balances = budgets.balances_of(budgets.budget_of(call))
    assert (balances.reserved, balances.free) == (AMOUNT, AMOUNT * 9)
    entry = BudgetEntry.objects.get(kind=EntryKind.RESERVE)
    assert (entry.application_id, entry.amount_yuan, entry.by, entry.note) == (
        *(first.application_id, AMOUNT),
        *(people.leader, MINUTES),
    )
    second.application.refresh_from_db()
    assert second.application.state_reason == "投入未达到要求"


def test_the_firms_are_told_with_reason_and_route_of_appeal(people, call):
    application = decided(people, call, "reject")
    person = application.started_by

    notice = Notice.objects.get(recipient=person)

    assert notice.kind == "not-approved"
    assert (notice.facts["reason"], notice.facts["appeal"]) == ("投入未达到要求", ROUTE)


@pytest.mark.parametrize("counts_first_day", [False, True])
def test_the_time_for_an_appeal_does_not_count_the_day_of_the_decision(people, time_machine, counts_first_day):
    time_machine.move_to("2026-03-09T10:00:00+08:00")  # a Monday
    period = {"length": 5, "unit": "working_day", "counts_first_day": counts_first_day}
    call = funded_call(content={**SMALL_CONTENT, "periods": {"appeal": period}})

    application = decided(people, call, "reject")

    assert application.decisions.get().appeal_until.isoformat() == "2026-03-16"


def test_an_approval_has_no_time_for_an_appeal(people, call):
    assert decided(people, call, "approve").decisions.get().appeal_until is None


@pytest.mark.parametrize("number", ["", " ", "3号", "郴科纪要2026年3号", "郴科纪要〔2026〕03号"])
def test_nothing_is_released_without_the_number_of_the_minutes(people, number, meeting, decision):
    recorded(decision, people.secretary)

    with pytest.raises(ValidationError):
        deciding.release(meeting, by=people.leader, minutes_number=number)
    assert states(decision) == [State.MEETING]


def test_nothing_is_released_while_something_is_not_recorded(people, meeting):
    first, second = added(people, meeting, "70.00")
    recorded(first, people.secretary)
    with pytest.raises(MoveRefused):
        released(people, meeting)
    assert states(first, second) == [State.MEETING] * 2

    meetings.take_off(second, by=people.head, reason="材料待核")
    released(people, meeting)

    assert states(first, second) == [State.PUBLICITY_READY, State.REVIEWED]


def test_an_empty_agenda_is_not_released(people):
    meeting, _none = agenda(people, funded_call())

    with pytest.raises(MoveRefused):
        released(people, meeting)


def releasing_head(user):
    """Somebody with every right at once, as no group gives them."""
    for name in ("release_decisions", "propose_to_meeting", "stage_decision", "add_meeting"):
        user.user_permissions.add(_permission(name))
    return type(user).objects.get(pk=user.pk)


def _permission(codename):
    return apps.get_model("auth", "Permission").objects.get(codename=codename)


@pytest.mark.parametrize("part", ["prepared", "put", "recorded"])
def test_who_prepared_put_or_recorded_releases_nothing(people, part):
    both = releasing_head(UserFactory())
    place = {"prepared": "secretary", "put": "head", "recorded": None}[part]
    team = people._replace(**{place: both}) if place else people
    meeting, (decision,) = agenda(team, funded_call(), "80.00")
    recorded(decision, both if part == "recorded" else staff(PersonKind.BUREAU_CLERK))

    with pytest.raises(MoveRefused):
        deciding.release(meeting, by=both, minutes_number=MINUTES)

    assert states(decision) == [State.MEETING]
    assert released(people, meeting).released_by == people.leader


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.FINANCE])
def test_who_has_no_right_releases_nothing(people, kind, meeting, decision):
    recorded(decision, people.secretary)

    with pytest.raises(PermissionDenied):
        deciding.release(meeting, by=staff(kind), minutes_number=MINUTES)


@pytest.mark.parametrize("bond", ["firm", "recommended"])
def test_a_leader_who_is_bound_to_one_application_releases_none(people, bond, meeting):
    first, second = added(people, meeting, "70.00")
    for decision in (first, second):
        recorded(decision, people.secretary)
    bound = staff(PersonKind.BUREAU_LEADER)
    application = second.application
    if bond == "firm":
        MembershipFactory(user=bound, organisation=application.organisation)
    else:
        Recommendation.objects.create(
            application=application, unit=application.recommender, opinion="recommend", text="属实", prepared_by=bound
        )

    with pytest.raises(MoveRefused):
        deciding.release(meeting, by=bound, minutes_number=MINUTES)
    assert states(first, second) == [State.MEETING] * 2


# ---------------------------------------------------------------- the money
def test_where_the_money_does_not_reach_nothing_is_released_and_the_first_beyond_is_named(people):
    call = funded_call(awards=2)
    meeting, rows = agenda(people, call, "90.00", "80.00", "70.00", "60.00")
    for decision in rows:
        recorded(decision, people.secretary)

    with pytest.raises(BudgetRefused) as refusal:
        released(people, meeting)

    assert refusal.value.code == "budget"
    assert rows[2].application.number in refusal.value.message
    assert rows[3].application.number not in refusal.value.message
    assert states(*rows) == [State.MEETING] * 4
    assert not Decision.objects.exclude(released_at=None).exists()
    assert not Meeting.objects.exclude(released_at=None).exists()
    assert budgets.balances_of(budgets.budget_of(call)).reserved == 0

    for decision in rows[2:]:
        recorded(decision, people.secretary, "defer")
    released(people, meeting)
    assert states(*rows) == [*[State.PUBLICITY_READY] * 2, *[State.DEFERRED] * 2]


def test_the_line_falls_by_the_agenda_and_not_by_the_order_of_recording(people):
    call = funded_call(awards=1)
    meeting, (first, second) = agenda(people, call, "80.00", "90.00")
    assert first.total > second.total
    for decision in (second, first):
        recorded(decision, people.secretary)

    with pytest.raises(BudgetRefused) as refusal:
        released(people, meeting)
    assert second.application.number in refusal.value.message


def test_a_refusal_before_it_gives_its_place_to_the_next(people):
    meeting, (first, second) = agenda(people, funded_call(awards=1), "90.00", "80.00")
    recorded(first, people.secretary, "reject")
    recorded(second, people.secretary)

    released(people, meeting)

    assert states(first, second) == [State.NOT_APPROVED, State.PUBLICITY_READY]


def test_without_a_budget_nothing_is_approved_but_refusals_go_out(people):
    call = CallFactory()
    meeting, (decision,) = agenda(people, call, "80.00")
    recorded(decision, people.secretary)
    with pytest.raises(BudgetRefused):
        released(people, meeting)

    recorded(decision, people.secretary, "reject")
    released(people, meeting)

    assert states(decision) == [State.NOT_APPROVED]


def test_a_budget_that_comes_after_the_meeting_was_prepared_serves_it(people):
    call = CallFactory()
    meeting, (decision,) = agenda(people, call, "80.00")
    budget_for(call, AMOUNT)
    recorded(decision, people.secretary)

    assert released(people, meeting).budget == budgets.budget_of(call)


def test_what_was_deferred_for_want_of_budget_is_decided_with_what_was_carried_over(people):
    call = funded_call(awards=1)
    application = decided(people, call, "defer")
    own = budgets.budget_of(call)
    finance, other = staff(PersonKind.FINANCE), staff(PersonKind.FINANCE)
    change = budgets.propose_change(own, by=finance, kind="carried_out", amount_yuan=AMOUNT, reason="结转下年")
    budgets.confirm_change(change, by=other)
    following = Budget.objects.get(scheme=call.scheme, year=call.year + 1)
    meeting = meetings.create(
        call,
        by=people.secretary,
        kind="office",
        held_on=shanghai_today(),
        members=[meetings.Member("王局长", is_chair=True), meetings.Member("李副局长")],
        budget=following,
    )
    decision = meetings.propose(application, meeting=meeting, by=people.head)
    recorded(decision, people.secretary)

    released(people, meeting)

    assert states(decision) == [State.PUBLICITY_READY]
    assert budgets.balances_of(own).free == 0
    assert budgets.balances_of(following).reserved == AMOUNT


def test_what_was_awarded_before_is_not_approved_again(people, meeting, decision):
    recorded(decision, people.secretary)
    application = decision.application
    award = earlier_award(
        scheme=application.call.scheme,
        organisation=application.organisation,
        project_name=application.project_name,
        amount_yuan=AMOUNT,
        awarded_on=shanghai_today(),
        once_key=application.once_key,
    )

    with pytest.raises(MoveRefused) as refusal:
        released(people, meeting)
    assert refusal.value.code == "once"
    assert budgets.balances_of(budgets.budget_of(application.call)).reserved == 0
    revoke_earlier(award, shanghai_today())
    released(people, meeting)
    assert states(decision) == [State.PUBLICITY_READY]


# ---------------------------------------------------------------- trying it out
def everything_stored():
    """Rows of every table, and the last entry of the journal."""
    counts = {model._meta.db_table: model._base_manager.count() for model in apps.get_models()}
    return counts, JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first()


def test_decisions_are_tried_against_the_budget_without_touching_anything(people, django_assert_num_queries):
    call = funded_call(awards=2)
    meeting, rows = agenda(people, call, "90.00", "80.00", "70.00")
    recorded(rows[1], people.secretary, "reject")
    before = everything_stored(), list(Decision.objects.values()), list(BudgetEntry.objects.values())

    with django_assert_num_queries(2):
        as_recorded = deciding.what_if(meeting)
        assert as_recorded.places[0].decision.application.organisation
    chosen = deciding.what_if(meeting, {rows[1].pk: "approve", rows[0].pk: "defer"})
    all_of_them = deciding.what_if(meeting, {row.pk: "approve" for row in rows})

    assert (as_recorded.reserved, as_recorded.left, as_recorded.first_beyond) == (AMOUNT * 2, 0, None)
    assert [place.verdict for place in as_recorded.places] == ["approve", "reject", "approve"]
    assert (chosen.reserved, chosen.left) == (AMOUNT * 2, 0)
    assert [place.amount for place in chosen.places] == [0, AMOUNT, AMOUNT]
    assert (all_of_them.reserved, all_of_them.left) == (AMOUNT * 3, -AMOUNT)
    assert all_of_them.first_beyond.decision == rows[2]
    assert before == (everything_stored(), list(Decision.objects.values()), list(BudgetEntry.objects.values()))


def test_a_released_meeting_shows_the_line_it_decided_by(people):
    meeting, (first, second) = agenda(people, funded_call(awards=2), "90.00", "80.00")
    recorded(first, people.secretary)
    recorded(second, people.secretary, "reject")

    shown = deciding.what_if(released(people, meeting))

    assert (shown.free, shown.reserved, shown.left) == (AMOUNT * 2, AMOUNT, AMOUNT)


def test_a_released_meeting_shows_it_whatever_becomes_of_the_budget_later(people):
    call = funded_call(awards=2)
    meeting, (first, second) = agenda(people, call, "90.00", "80.00")
    recorded(first, people.secretary)
    recorded(second, people.secretary, "reject")
    first_release = released(people, meeting)
    given_to(budget_for(call), AMOUNT * 5)
    later, (third,) = agenda(people, call, "70.00")
    recorded(third, people.secretary)
    second_release = released(people, later)

    assert [(shown.free, shown.left) for shown in map(deciding.what_if, (first_release, second_release))] == [
        (AMOUNT * 2, AMOUNT),
        (AMOUNT * 6, AMOUNT * 5),
    ]


# ---------------------------------------------------------------- past every verb
def by_hand(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_lets_no_application_be_decided_without_a_released_decision(people, decision):
    key, move = (
        decision.application_id,
        "UPDATE subsidies_application SET version = version + 1, state = %s WHERE id = %s",
    )
    for state in ("publicity_ready", "not_approved", "deferred"):
        with pytest.raises(IntegrityError, match="needs a released decision"):
            by_hand(move, state, key)
    recorded(decision, people.secretary, "reject")

    for state in ("publicity_ready", "not_approved", "deferred"):
        with pytest.raises(IntegrityError, match="needs a released decision"):
            by_hand(move, state, key)


def test_a_decision_of_an_earlier_meeting_does_not_serve_for_a_later_one(people):
    call = funded_call()
    application = decided(people, call, "defer")
    meeting, _none = agenda(people, call)
    meetings.propose(application, meeting=meeting, by=people.head)

    with pytest.raises(IntegrityError, match="needs a released decision"):
        by_hand(
            "UPDATE subsidies_application SET version = version + 1, state = 'deferred' WHERE id = %s", application.pk
        )


# Two triggers refuse; which one speaks first is the engine's affair.
TIED = "tied to nothing in it|without an interest"


def test_the_database_asks_for_two_people_without_an_interest(people, decision):
    recorded(decision, people.secretary)
    release = "UPDATE subsidies_decision SET released_at = staged_at, released_by_id = %s WHERE id = %s"

    for person in (people.secretary, people.head):
        with pytest.raises(IntegrityError, match="decision_four_eyes"):
            by_hand(release, person.pk, decision.pk)
    for person in (decision.application.started_by, decision.application.submitted_by):
        with pytest.raises(IntegrityError, match=TIED):
            by_hand(release, person.pk, decision.pk)
    member = MembershipFactory(organisation=decision.application.organisation).user
    with pytest.raises(IntegrityError, match=TIED):
        by_hand(release, member.pk, decision.pk)
    with pytest.raises(IntegrityError, match="meeting_four_eyes"):
        by_hand(
            "UPDATE subsidies_meeting SET released_at = created_at, released_by_id = prepared_by_id, "
            "minutes_number = '1' WHERE id = %s",
            decision.meeting_id,
        )


def test_the_database_keeps_what_is_released(people, call):
    application = decided(people, call, "reject")
    decision = application.decisions.get()
    recusal = "INSERT INTO subsidies_recusal (decision_id, member_id, reason) VALUES (%s, %s, 'x')"

    for statement in (
        "UPDATE subsidies_decision SET reason = 'x' WHERE id = %s",
        "UPDATE subsidies_decision SET verdict = 'approve', amount_yuan = 1 WHERE id = %s",
        "DELETE FROM subsidies_decision WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="never changes once released"):
            by_hand(statement, decision.pk)
    for column in ("minutes_number = 'x'", "released_at = NULL, released_by_id = NULL", "held_on = '2020-01-01'"):
        with pytest.raises(IntegrityError, match="keeps its minutes"):
            by_hand(f"UPDATE subsidies_meeting SET {column} WHERE id = %s", decision.meeting_id)
    with pytest.raises(IntegrityError, match="never changes once the decision is released"):
        by_hand(recusal, decision.pk, decision.meeting.members.first().pk)


def test_the_database_knows_what_was_awarded_before():
    call = funded_call()
    application = ApplicationFactory(call=call, state=State.MEETING)
    approved(application)
    earlier_award(
        scheme=call.scheme,
        organisation=application.organisation,
        project_name="同一项目",
        amount_yuan=AMOUNT,
        awarded_on=shanghai_today() - timedelta(days=400),
        once_key=application.once_key,
    )

    with pytest.raises(IntegrityError, match="awarded already"):
        by_hand(
            "UPDATE subsidies_application SET version = version + 1, state = 'publicity_ready' WHERE id = %s",
            application.pk,
        )


def test_a_move_makes_a_new_version():
    application = reviewed(funded_call())

    with pytest.raises(IntegrityError, match="new version with every move"):
        by_hand("UPDATE subsidies_application SET state = 'meeting' WHERE id = %s", application.pk)
