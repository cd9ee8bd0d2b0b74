"""Whose turn it is, written out by hand: on the desk, in the words of the next move, and for notices."""

import pytest
from django.utils import timezone

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from subsidies import visiting
from subsidies.audiences import whose_turn
from subsidies.enums import AssignmentState, State, Verdict
from subsidies.models import Appeal, Application, Decision
from subsidies.turns import next_move, waiting_by_state, waiting_for, waiting_in
from tests.factories_accounts import MembershipFactory, UserFactory, user_of_kind
from tests.factories_decision import DrawFactory, MeetingFactory, decided, seat, signed
from tests.factories_steps import recommended
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, put
from tests.subsidies.desk import checked, in_check, prepared, to_recommend, unit_of
from tests.subsidies.test_visiting import planned, written

pytestmark = pytest.mark.django_db
KINDS = {
    "clerk": PersonKind.BUREAU_CLERK,
    "head": PersonKind.SECTION_HEAD,
    "leader": PersonKind.BUREAU_LEADER,
    "finance": PersonKind.FINANCE,
    "discipline": PersonKind.DISCIPLINE,
    "expert": PersonKind.EXPERT,
}


@pytest.fixture
def people():
    return {name: user_of_kind(kind) for name, kind in KINDS.items()}


def in_state(state, **fields):
    return ApplicationFactory(state=state, **fields)


def drawn(state=State.CHECKED, by=None):
    application = in_state(state)
    result = {"panels": [{"application": application.number, "members": [], "reserves": []}]}
    DrawFactory(
        call=application.call, result=result, drawn_by=by or UserFactory(), confirmed_by=None, confirmed_at=None
    )
    return application


def on_agenda(by=None, **staged):
    application = in_state(State.MEETING)
    put_by = by or UserFactory()
    meeting = MeetingFactory(call=application.call)
    Decision.objects.create(meeting=meeting, application=application, position=1, put_by=put_by, **staged)
    return application


def staged(by=None, put_by=None):
    who = {"staged_by": by or UserFactory(), "staged_at": timezone.now()}
    return on_agenda(put_by, verdict=Verdict.APPROVE, amount_yuan="2000000.00", **who)


def appealed(state, put_by=None):
    application = in_state(State.MEETING)
    facts = {"deferral": "other"} if state == State.DEFERRED else {"appeal_route": "十日内"}
    verdict = Verdict.DEFER if state == State.DEFERRED else Verdict.REJECT
    decision = decided(application, verdict, reason="材料不足", put_by=put_by or UserFactory(), **facts)
    put(application, state=state)
    application.refresh_from_db()
    Appeal.objects.create(decision=decision, text="请复核", made_by=application.started_by, due_on=shanghai_today())
    return application


def awaited(people):
    """{person: {project: next move}} over all applications."""
    found = {}
    for name, person in people.items():
        rows = Application.objects.filter(waiting_for(person)).annotate(move=next_move(person)).order_by("pk")
        if moves := [row.move for row in rows]:
            found[name] = moves
    return found


@pytest.mark.parametrize(
    ("make", "desk", "told"),
    [
        (lambda: in_state(State.ACCEPTANCE), {"clerk": ["accept"], "head": ["accept"]}, {"clerk"}),
        (in_check, {"clerk": ["check"], "head": ["check"]}, {"clerk"}),
        (lambda: in_state(State.CORRECTION), {}, set()),
        (lambda: in_state(State.CHECKED), {"clerk": ["draw"], "head": ["draw"]}, {"clerk"}),
        (drawn, {"head": ["confirm_draw"]}, {"head"}),
        (lambda: in_state(State.REVIEW), {}, set()),
        (lambda: in_state(State.REVIEWED), {"head": ["propose"]}, {"head"}),
        (on_agenda, {"clerk": ["stage"], "head": ["stage"]}, {"clerk"}),
        (staged, {"leader": ["release"]}, {"leader"}),
        (lambda: in_state(State.DEFERRED), {"head": ["propose"]}, {"head"}),
        (
            lambda: appealed(State.DEFERRED),
            {"head": ["answer"], "leader": ["answer"]},
            {"head", "leader"},
        ),
        (
            lambda: appealed(State.NOT_APPROVED),
            {"head": ["answer"], "leader": ["answer"]},
            {"head", "leader"},
        ),
        (lambda: in_state(State.NOT_APPROVED), {}, set()),
        (
            lambda: in_state(State.PUBLICITY_READY),
            {"clerk": ["write_notice"], "head": ["write_notice"]},
            {"clerk"},
        ),
        (lambda: in_state(State.WITHDRAWN), {}, set()),
        (lambda: in_state(State.FORM_REJECTED), {}, set()),
    ],
)
def test_each_state_waits_for_those_who_can_make_the_next_move(make, desk, told, people):
    application = make()

    assert awaited(people) == desk
    assert {name for name, person in people.items() if person in whose_turn(application)} == told


VISITED = [(State.CHECKED, "before_panel"), (State.REVIEWED, "after_panel"), (State.DEFERRED, "after_panel")]


@pytest.mark.parametrize(("state", "time"), VISITED)
def test_a_visit_that_the_call_wants_is_the_next_move_until_it_is_concluded(state, time, people):
    application = in_state(state, call=CallFactory(content={**SMALL_CONTENT, "visit": time}))
    assert awaited(people) == {"clerk": ["visit"], "head": ["visit"]}
    assert set(whose_turn(application)) == {people["clerk"], people["head"]}

    crew = [people["clerk"], user_of_kind(PersonKind.BUREAU_CLERK)]
    visit = planned(application, crew)
    assert awaited(people) == {"clerk": ["visit"]}
    assert set(whose_turn(application)) == set(crew)

    visiting.write(visit, by=crew[0], version=1, written=written())
    visiting.sign(visit, by=crew[0])
    assert awaited(people) == {}
    assert set(whose_turn(application)) == {crew[1]}

    visiting.sign(visit, by=crew[1])
    assert set(awaited(people)["head"]) == {"draw" if state == State.CHECKED else "propose"}


def test_a_visit_of_another_time_is_nobodys_turn(people):
    in_state(State.CHECKED, call=CallFactory(content={**SMALL_CONTENT, "visit": "after_panel"}))
    in_state(State.REVIEWED, call=CallFactory(content={**SMALL_CONTENT, "visit": "before_panel"}))

    assert awaited(people) == {"clerk": ["draw"], "head": ["draw", "propose"]}


@pytest.mark.parametrize("role", ["prepared_by", "decided_by"])
def test_whoever_recommended_it_is_awaited_in_no_step_of_the_bureau(role, people):
    applications = waiting()
    for person in people.values():
        for application in applications:
            recommended(application, **{role: person})

        assert awaited({"person": person}) == {}
        assert person not in {each for application in applications for each in whose_turn(application)}


def test_a_meeting_waits_for_its_release_once_all_of_it_is_recorded(people):
    application = staged()
    second = Decision.objects.create(
        meeting=application.decisions.get().meeting,
        application=in_state(State.MEETING, call=application.call),
        position=2,
        put_by=UserFactory(),
    )
    assert "leader" not in awaited(people)

    second.verdict, second.amount_yuan, second.staged_by = Verdict.APPROVE, "2000000.00", UserFactory()
    second.staged_at = timezone.now()
    second.save()
    assert awaited(people)["leader"] == ["release", "release"]

    second.staged_by = people["leader"]
    second.save()
    assert "leader" not in awaited(people)


def test_what_waits_in_a_state_is_what_waits_and_is_in_that_state(people):
    for each in (State.ACCEPTANCE, State.CHECKED, State.REVIEWED, State.DEFERRED):
        in_state(each)
    prepared(to_recommend())

    for person in people.values():
        by_state = dict(waiting_by_state(person, Application.objects.all()))
        for state in State:
            expected = set(Application.objects.filter(waiting_for(person), state=state))
            assert set(Application.objects.filter(waiting_in(person, state))) == expected
            assert set(by_state.get(state, ())) == expected


def test_the_unit_prepares_then_its_leader_decides():
    waiting = to_recommend()
    unit = unit_of(waiting)
    leader = prepared(to_recommend()).leader

    people = {"officer": unit.officer, "leader": unit.leader, "other_leader": leader}
    assert awaited(people) == {"officer": ["prepare"], "other_leader": ["decide"]}


def test_the_clerk_who_began_goes_on_and_the_head_confirms(people):
    application = in_check()
    check = checked(application, people["clerk"])
    another = user_of_kind(PersonKind.BUREAU_CLERK)
    assert awaited({**people, "another": another}) == {"clerk": ["check"]}

    check.proposal, check.proposed_at = "pass", check.created_at
    check.save()

    assert awaited({**people, "another": another}) == {"head": ["confirm"]}


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda person: drawn(by=person), "head"),
        (lambda person: staged(by=person), "leader"),
        (lambda person: staged(put_by=person), "leader"),
        (lambda person: appealed(State.NOT_APPROVED, put_by=person), "leader"),
    ],
)
def test_nobody_is_awaited_to_confirm_what_they_did(make, name, people):
    application = make(people[name])

    assert name not in awaited(people)
    assert people[name] not in whose_turn(application)


def waiting():
    """One application of each kind that somebody of the bureau is awaited in."""
    states = [State.ACCEPTANCE, State.CHECKED, State.REVIEWED, State.DEFERRED]
    made = [in_check(), drawn(), on_agenda(), staged(), appealed(State.NOT_APPROVED)]
    return [*map(in_state, states), *made]


def test_whoever_belongs_to_the_firm_is_not_awaited(people):
    applications = waiting()
    for application in applications:
        for person in people.values():
            MembershipFactory(user=person, organisation=application.organisation)
    people = {name: User.objects.get(pk=person.pk) for name, person in people.items()}

    assert awaited(people) == {}
    assert not {person for each in applications for person in whose_turn(each)} & set(people.values())


@pytest.mark.parametrize("column", ["submitted_by_id", "started_by_id"])
def test_whoever_signed_or_started_it_is_not_awaited(column, people):
    applications = waiting()
    for name, person in people.items():
        for application in applications:
            put(application, **{column: person.pk})
            application.refresh_from_db()
        assert awaited({name: person}) == {}
        assert person not in {each for application in applications for each in whose_turn(application)}


def test_a_review_waits_for_the_experts_who_have_not_signed():
    application = in_state(State.REVIEW)
    signed(seat(application))
    writing = seat(application)
    invited = seat(application, state=AssignmentState.INVITED, declared_at=None)
    seat(application, state=AssignmentState.DECLINED, decline_reason="time")
    seat(application, state=AssignmentState.WAITING, seat="reserve", declared_at=None)

    assert set(whose_turn(application)) == {writing.expert.user, invited.expert.user}


def test_a_draw_of_other_applications_and_a_discarded_one_change_nothing(people):
    application = in_state(State.CHECKED)
    waits = {"confirmed_by": None, "confirmed_at": None}
    longer = {"panels": [{"application": f"{application.number}0"}]}
    DrawFactory(call=application.call, result=longer, **waits)
    DrawFactory(call=CallFactory(), result={"panels": [{"application": application.number}]}, **waits)
    gone = {"discarded_by": UserFactory(), "discarded_at": timezone.now(), "discard_reason": "重抽"}
    DrawFactory(call=application.call, result={"panels": [{"application": application.number}]}, **waits, **gone)

    assert awaited(people) == {"clerk": ["draw"], "head": ["draw"]}
    assert set(whose_turn(application)) == {people["clerk"]}


def test_a_draw_for_a_seat_that_became_free_waits_for_its_confirmation_during_the_review(people):
    drawn(State.REVIEW)

    assert awaited(people) == {"head": ["confirm_draw"]}
