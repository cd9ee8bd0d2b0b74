from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies import deciding, meetings
from subsidies.audiences import whose_turn
from subsidies.budgets import BudgetRefused
from subsidies.enums import MeetingKind, State, VisitTime
from subsidies.interests import interests_in
from subsidies.meetings import Member
from subsidies.models import Application, Budget, Call, Decision, Meeting, Recommendation
from subsidies.withdrawing import withdraw
from subsidies.workflow import MoveRefused
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories_decision import ExpertFactory, budget_for, deferred, seat, staff
from tests.factories_subsidies import SMALL_CONTENT, CallFactory, person_of, put
from tests.subsidies.deciders import (
    MEMBERS,
    Bureau,
    added,
    agenda,
    bureau,
    funded_call,
    held,
    recorded,
    released,
    reviewed,
)
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    people: Bureau
    call: Call
    waiting: Application
    meeting: Meeting
    decision: Decision


def make_world() -> World:
    """Of two applications whose experts have reviewed them, one is on the agenda."""
    people, call = bureau(), funded_call()
    meeting, (decision,) = agenda(people, call, "80.00")
    return World(people, call, reviewed(call), meeting, decision)


people, call, waiting, meeting, decision = parts(World)


# ---------------------------------------------------------------- the meeting
def test_a_clerk_prepares_a_meeting_with_its_members(people, call):
    meeting = held(call, people.secretary, place=" 三楼会议室 ")

    assert (meeting.prepared_by, meeting.place, meeting.released_at) == (people.secretary, "三楼会议室", None)
    assert meeting.budget == Budget.objects.get(scheme=call.scheme, year=call.year)
    rows = meeting.members.values_list("name", "post", "is_chair")
    assert list(rows) == [("王局长", "局长", True), ("李副局长", "副局长", False), ("张组长", "纪检组长", False)]
    told = JournalEntry.objects.filter(action="prepare_meeting", object_type="subsidies.meeting")
    assert told.filter(object_id=str(meeting.pk)).count() == 1


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.FINANCE, PersonKind.COUNTY_OFFICER])
def test_who_has_no_right_prepares_no_meeting(kind, meeting):
    with pytest.raises(PermissionDenied):
        held(meeting.call, staff(kind))
    assert Meeting.objects.get() == meeting


@pytest.mark.parametrize(
    "members",
    [
        (),
        MEMBERS[:1],
        MEMBERS[1:],
        (MEMBERS[0], Member("赵局长", "局长", is_chair=True)),
        (MEMBERS[0], Member(" ")),
    ],
    ids=["nobody", "one", "no chair", "two chairs", "without a name"],
)
def test_a_meeting_has_one_chair_and_is_not_one_person_alone(people, members, call):
    with pytest.raises(MoveRefused):
        held(call, people.secretary, members=members)


def test_nobody_sits_in_a_meeting_twice(people, call):
    user = UserFactory()

    with pytest.raises(MoveRefused):
        held(call, people.secretary, members=[MEMBERS[0], Member("甲", user=user), Member("乙", user=user)])


@pytest.mark.parametrize("written", ["李明", " 李 明"])
def test_one_person_is_not_two_members_with_an_account_and_without(people, written, call):
    members = [MEMBERS[0], Member("李明", user=UserFactory()), Member(written)]

    with pytest.raises(MoveRefused):
        held(call, people.secretary, members=members)


def test_an_unknown_kind_of_meeting_is_refused(people, call):
    with pytest.raises(MoveRefused):
        held(call, people.secretary, kind="lunch")


def test_a_meeting_decides_from_a_budget_of_its_own_scheme(people, call):
    following = Budget.objects.create(scheme=call.scheme, year=call.year + 1)

    assert held(call, people.secretary, budget=following).budget == following
    with pytest.raises(BudgetRefused):
        held(call, people.secretary, budget=budget_for(CallFactory()))


def test_a_meeting_changes_until_it_has_begun(people, meeting, decision):
    day = shanghai_today() + timedelta(days=3)
    new = {"by": people.head, "kind": MeetingKind.OFFICE, "held_on": day, "members": MEMBERS[:2]}

    changed = meetings.change(meeting, **new)
    assert (changed.kind, changed.held_on, changed.members.count()) == (MeetingKind.OFFICE, day, 2)
    recorded(decision, people.secretary)

    with pytest.raises(MoveRefused):
        meetings.change(meeting, **new)
    with pytest.raises(PermissionDenied):
        meetings.change(meeting, **{**new, "by": people.leader})


# ---------------------------------------------------------------- the agenda
def test_the_agenda_stands_by_total_then_by_the_time_of_submission(people):
    call, now = funded_call(), timezone.now()
    with time_machine.travel(now - timedelta(hours=1)):
        early = reviewed(call, "80.00")
    late, best, none = (reviewed(call, score) for score in ("80.00", "91.50", None))
    meeting = held(call, people.secretary)

    for application in (late, none, best, early):
        meetings.propose(application, meeting=meeting, by=people.head)

    rows = list(meetings.on_agenda(meeting))
    assert [(row.position, row.application) for row in rows] == [(1, best), (2, early), (3, late), (4, none)]
    assert [row.total for row in rows] == [Decimal("91.50"), Decimal("80.00"), Decimal("80.00"), None]
    assert meetings.ranks_of(row.total for row in rows) == [1, 2, 2, 4]
    assert [row.put_by for row in rows] == [people.head] * 4
    best.refresh_from_db()
    assert best.state == State.MEETING


@pytest.mark.usefixtures("decision")
def test_the_firm_is_told_of_nothing_before_the_decision():
    assert not Notice.objects.exists()


def test_a_clerk_puts_nothing_on_the_agenda_and_nobody_what_they_recommended(people, waiting, meeting, decision):
    with pytest.raises(PermissionDenied):
        meetings.propose(waiting, meeting=meeting, by=people.secretary)
    Recommendation.objects.create(
        application=waiting, unit=waiting.recommender, opinion="recommend", text="属实", prepared_by=people.head
    )

    with pytest.raises(PermissionDenied):
        meetings.propose(waiting, meeting=meeting, by=people.head)
    assert Decision.objects.get() == decision


def test_a_head_with_a_post_in_the_firm_puts_it_on_no_agenda(people, meeting, waiting):
    MembershipFactory(user=people.head, organisation=waiting.organisation, role=MembershipRole.READER)

    with pytest.raises(PermissionDenied):
        meetings.propose(waiting, meeting=meeting, by=User.objects.get(pk=people.head.pk))


def test_an_application_is_on_one_agenda_of_its_own_call(people, call, waiting):
    meeting, other, elsewhere = (held(each, people.secretary) for each in (call, call, funded_call()))
    with pytest.raises(MoveRefused):
        meetings.propose(waiting, meeting=elsewhere, by=people.head)
    meetings.propose(waiting, meeting=meeting, by=people.head)

    with pytest.raises(MoveRefused) as refusal:
        meetings.propose(waiting, meeting=other, by=people.head)
    assert refusal.value.code == "state"


def test_nothing_is_put_before_the_meeting_while_a_visit_is_needed(people):
    call = funded_call(content={**SMALL_CONTENT, "visit": VisitTime.AFTER_PANEL})
    meeting, application = held(call, people.secretary), reviewed(call)

    with pytest.raises(MoveRefused) as refusal:
        meetings.propose(application, meeting=meeting, by=people.head)

    assert refusal.value.code == "visit"


def test_what_is_taken_off_goes_back_with_the_reason(people, meeting):
    first, second = added(people, meeting, "70.00")
    recorded(first, people.secretary)

    moved = meetings.take_off(first, by=people.head, reason="材料待核")

    assert (moved.state, moved.state_reason) == (State.REVIEWED, "材料待核")
    assert list(meetings.on_agenda(meeting)) == [second]
    second.refresh_from_db()
    assert second.position == 1
    with pytest.raises(MoveRefused):
        meetings.take_off(first, by=people.head, reason="再一次")
    with pytest.raises(PermissionDenied):
        meetings.take_off(second, by=people.secretary, reason="不行")
    with pytest.raises(MoveRefused):
        meetings.take_off(second, by=people.head, reason=" ")
    again = meetings.propose(moved, meeting=meeting, by=people.head)
    assert (again.position, again.verdict) == (1, "")


def test_what_the_applicant_withdraws_leaves_the_agenda(people, meeting):
    first, second = added(people, meeting, "70.00")
    recorded(first, people.secretary)
    lead = person_of(first.application.organisation)

    withdraw(first.application, lead, "不再申报")

    assert list(meetings.on_agenda(meeting)) == [second]
    with pytest.raises(MoveRefused) as refusal:
        recorded(first, people.secretary)
    assert refusal.value.code == "state"


def test_what_was_deferred_keeps_its_place_in_the_queue_by_its_total():
    call = funded_call()
    low, high = reviewed(call, "70.00"), reviewed(call, "90.00")
    waiting = reviewed(call, "80.00")
    put(waiting, state=State.MEETING)
    deferred(waiting)
    put(waiting, state=State.DEFERRED)

    assert list(meetings.awaiting(call, bureau().head)) == [high, waiting, low]


# ---------------------------------------------------------------- who stays out
def member_with(user, meeting_by, call):
    return held(call, meeting_by, members=[*MEMBERS, Member("陈委员", user=user)])


def decision_with(people, user, application):
    meeting = member_with(user, people.secretary, application.call)
    return meetings.propose(application, meeting=meeting, by=people.head)


def found(decision):
    return [interest.member.user for interest in interests_in([decision])[decision.pk]]


def test_a_member_without_a_bond_decides(people, waiting):
    decision = decision_with(people, UserFactory(), waiting)

    assert found(decision) == []
    assert recorded(decision, people.secretary).verdict == "approve"


@pytest.mark.parametrize("bond", ["firm", "started", "signed", "guest", "recommended", "panel", "base", "partner"])
def test_a_member_who_is_bound_stays_out_before_anything_is_recorded(people, bond, waiting):
    user = UserFactory()
    decision = decision_with(people, user, waiting)
    application = decision.application
    _bind(user, application, bond)
    assert found(decision) == [user]

    with pytest.raises(MoveRefused) as refusal:
        recorded(decision, people.secretary)
    assert refusal.value.code == "interest"
    member = decision.meeting.members.get(user=user)
    meetings.recuse(decision, member=member, by=people.secretary, reason="任职回避")

    assert recorded(decision, people.secretary).verdict == "approve"


@pytest.mark.parametrize("bond", ["firm", "started", "guest", "recommended", "panel", "base", "partner", "named"])
def test_a_member_without_an_account_who_has_the_name_of_somebody_bound_stays_out(people, bond):
    user = UserFactory(name="欧阳建国")
    call = funded_call(content={**SMALL_CONTENT, "sections": [LEADER]})
    application = reviewed(call, data={"leader": "欧阳建国"} if bond == "named" else {})
    if bond != "named":
        _bind(user, application, bond)
    meeting = held(call, people.secretary, members=[*MEMBERS, Member("欧阳 建国")])
    decision = meetings.propose(application, meeting=meeting, by=people.head)

    with pytest.raises(MoveRefused) as refusal:
        recorded(decision, people.secretary)
    assert refusal.value.code == "interest"
    assert "欧阳 建国" in refusal.value.messages[0]
    meetings.recuse(decision, member=meeting.members.get(name="欧阳 建国"), by=people.secretary, reason="任职回避")

    assert recorded(decision, people.secretary).verdict == "approve"


def test_a_namesake_decides_once_the_account_tells_them_apart(people, call, waiting):
    _bind(UserFactory(name="欧阳建国"), waiting, "firm")
    other = UserFactory(name="欧阳建国")
    meeting = held(call, people.secretary, members=[*MEMBERS, Member("欧阳建国", user=other)])

    decision = meetings.propose(waiting, meeting=meeting, by=people.head)

    assert recorded(decision, people.secretary).verdict == "approve"


LEADER = {
    "id": "leader",
    "title_zh": "负责人",
    "fields": [{"id": "leader", "type": "text", "label_zh": "姓名"}],
}


def _bind(user, application, bond):
    if bond == "firm":
        MembershipFactory(user=user, organisation=application.organisation, role=MembershipRole.READER)
    elif bond == "started":
        put(application, started_by_id=user.pk)
    elif bond == "signed":
        put(application, submitted_by_id=user.pk)
    elif bond == "guest":
        application.guests.create(user=user, let_in_by=application.started_by)
    elif bond == "recommended":
        Recommendation.objects.create(
            application=application, unit=application.recommender, opinion="recommend", text="属实", prepared_by=user
        )
    elif bond == "panel":
        seat(application, ExpertFactory(user=user))
    else:
        body = OrganisationFactory()
        MembershipFactory(user=user, organisation=body)
        project = ProjectFactory(base=BaseFactory(host=body if bond == "base" else None))
        if bond == "partner":
            project.partners.create(organisation=body, role="partner")
        put(application, project_id=project.pk)


def test_a_bond_that_comes_after_the_record_keeps_the_release_back(people, waiting):
    user = UserFactory()
    decision = decision_with(people, user, waiting)
    recorded(decision, people.secretary)
    MembershipFactory(user=user, organisation=decision.application.organisation)

    with pytest.raises(MoveRefused) as refusal:
        released(people, decision.meeting)
    assert refusal.value.code == "interest"


def test_a_member_stays_out_once_and_of_the_own_meeting_alone(people, meeting, decision):
    member = meeting.members.last()
    recusal = meetings.recuse(decision, member=member, by=people.secretary, reason="亲属任职")
    stranger = held(funded_call(), people.secretary).members.last()

    for again in (member, stranger):
        with pytest.raises(MoveRefused):
            meetings.recuse(decision, member=again, by=people.secretary, reason="亲属任职")
    with pytest.raises(PermissionDenied):
        meetings.recuse(decision, member=meeting.members.first(), by=people.leader, reason="亲属任职")
    assert list(decision.recusals.all()) == [recusal]


def test_nothing_is_decided_by_the_one_member_who_is_left(people, meeting, decision):
    first, second, _third = meeting.members.all()
    meetings.recuse(decision, member=first, by=people.secretary, reason="亲属任职")
    recorded(decision, people.secretary)
    meetings.recuse(decision, member=second, by=people.secretary, reason="亲属任职")

    with pytest.raises(MoveRefused):
        recorded(decision, people.secretary)
    with pytest.raises(MoveRefused):
        released(people, meeting)


@pytest.mark.parametrize("count", [1, 5])
def test_interests_are_found_in_as_many_queries_for_five_as_for_one(people, django_assert_num_queries, count, call):
    meeting = member_with(UserFactory(), people.secretary, call)
    for _ in range(count):
        meetings.propose(reviewed(call), meeting=meeting, by=people.head)
    rows = list(meetings.on_agenda(meeting))

    with django_assert_num_queries(8):
        interests_in(rows)


def test_once_released_a_meeting_is_closed(people, waiting, meeting, decision):
    recorded(decision, people.secretary)
    released(people, meeting)

    for late in (
        lambda: meetings.propose(waiting, meeting=meeting, by=people.head),
        lambda: meetings.take_off(decision, by=people.head, reason="晚了"),
        lambda: recorded(decision, people.secretary),
        lambda: deciding.release(meeting, by=people.leader, minutes_number="郴科纪要〔2026〕4号"),
        lambda: meetings.recuse(decision, member=meeting.members.first(), by=people.secretary, reason="晚了"),
    ):
        with pytest.raises(MoveRefused) as refusal:
            late()
        assert refusal.value.code == "state"


# ---------------------------------------------------------------- what leaves the agenda
def leave_by_withdrawal(people, decision):
    withdraw(decision.application, person_of(decision.application.organisation), "方案有变")


def leave_by_hand(people, decision):
    meetings.take_off(decision, by=people.head, reason="材料待核")


LEAVING = pytest.mark.parametrize("leave", [leave_by_withdrawal, leave_by_hand])


@LEAVING
def test_what_is_left_moves_up(leave, people, meeting):
    decisions = added(people, meeting, "90.00", "70.00")

    leave(people, decisions[1])

    left = meetings.on_agenda(meeting).values_list("pk", "position")
    assert list(left) == [(decisions[0].pk, 1), (decisions[2].pk, 2)]


@LEAVING
@pytest.mark.parametrize(("is_recorded", "told"), [(True, 1), (False, 0)])
def test_the_leader_is_told_when_the_rest_is_recorded_whole_without_it(leave, is_recorded, told, people, meeting):
    first, last = added(people, meeting, "90.00")
    if is_recorded:
        recorded(first, people.secretary)

    leave(people, last)

    assert Notice.objects.filter(kind="release-wanted", recipient=people.leader).count() == told


@LEAVING
def test_nobody_is_told_of_an_agenda_that_is_empty(leave, people, decision):
    leave(people, decision)

    assert not Notice.objects.filter(kind="release-wanted").exists()


def test_whoever_is_awaited_to_release_is_the_one_whose_turn_it_is(people, meeting):
    other = staff(PersonKind.BUREAU_LEADER)
    first, last = added(people, meeting, "90.00")
    recorded(first, people.secretary)
    assert list(whose_turn(first.application)) == []

    recorded(last, people.secretary)

    for decision in (first, last):
        assert set(whose_turn(decision.application)) == {people.leader, other}
    MembershipFactory(user=other, organisation=last.application.organisation)
    assert list(whose_turn(first.application)) == [people.leader]


def test_a_withdrawal_that_meets_a_new_agenda_is_refused(people, meeting, decision):
    with pytest.raises(MoveRefused, match="(?i)try again|重试"):
        meetings.drop_withdrawn(decision.application, meeting=None, by=people.head)
    assert list(meetings.on_agenda(meeting)) == [decision]
