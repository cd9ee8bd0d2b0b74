"""How the bureau decides on a case is read by nobody with an interest in it: page, API, desk and files alike."""

from typing import NamedTuple
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.enums import PersonKind
from subsidies import drawing, permissions, sight
from subsidies.enums import State
from subsidies.models import Application, Decision, Draw, Meeting, SiteVisit
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.api_client import Caller
from tests.subsidies.calls import client_for
from tests.subsidies.deciders import Bureau, added, agenda, bureau, funded_call, recorded
from tests.subsidies.panels import TECHNICAL, call_with, checked, clerk, experts
from tests.subsidies.test_impartial import BONDS, anew, bind
from tests.worlds import parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

INTERESTS = [bond for bond in BONDS if bond not in ("prepared", "decided", "scored")]
KINDS = [PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.BUREAU_LEADER, PersonKind.DISCIPLINE]


def visit_of(application):
    planned = {"key": uuid4(), "planned_by": clerk(), "visited_on": "2026-11-20", "place": "车间"}
    return SiteVisit.objects.create(application=application, **planned)


def drawn(count=1):
    call = call_with({"size": 1, "reserves": 0})
    rows = checked(call, count)
    experts(*[TECHNICAL] * count)
    return drawing.draw(call, rows, by=clerk()), rows


class World(NamedTuple):
    draw: Draw
    application: Application
    people: Bureau
    meeting: Meeting
    decision: Decision


def make_world() -> World:
    """An application that was drawn for, and another on the agenda of a meeting."""
    draw, (application,) = drawn()
    people = bureau()
    meeting, (decision,) = agenda(people, funded_call(), "80.00")
    return World(draw, application, people, meeting, decision)


draw, application, people, meeting, decision = parts(World)


# ---------------------------------------------------------------- querysets and predicate say the same
@pytest.mark.parametrize("bond", BONDS)
def test_the_condition_over_many_cases_is_the_predicate_over_one(bond):
    application, other, person = ApplicationFactory(state=State.REVIEW), ApplicationFactory(), staff()

    bind(person, application, bond)

    person, application = anew(person), anew(application)
    kept = set(sight.kept_from(person))
    assert kept == ({application} if bond in INTERESTS else set())
    assert permissions.sees_deliberation(person, application) == (application not in kept)
    assert permissions.sees_deliberation(person, anew(other))


@pytest.mark.parametrize("bond", INTERESTS)
def test_whoever_is_tied_sees_nothing_of_visit_draw_and_meeting(bond, draw, application, meeting, decision):
    visit = visit_of(application)
    tied, free = staff(), staff()

    bind(tied, application, bond)
    bind(tied, decision.application, bond)

    for person, seen in ((anew(tied), False), (free, True)):
        assert sight.visits_for(person).filter(pk=visit.pk).exists() is seen
        assert sight.draws_for(person).filter(pk=draw.pk).exists() is seen
        assert sight.whole_draws_for(person).filter(pk=draw.pk).exists() is seen
        assert sight.meetings_for(person).filter(pk=meeting.pk).exists() is seen
        assert sight.agenda_for(person, meeting).exists() is seen


@pytest.mark.usefixtures("world")
def test_a_countys_officer_sees_none_of_it():
    person = staff(PersonKind.COUNTY_OFFICER)

    for rows in (sight.visits_for(person), sight.draws_for(person), sight.meetings_for(person)):
        assert not rows.exists()


# ---------------------------------------------------------------- draws
@pytest.mark.parametrize("kind", KINDS)
def test_the_draw_of_a_tied_case_is_as_absent_as_a_random_one(kind, draw, application, decision):
    person = staff(kind)
    addresses = [
        reverse("admin:subsidies_draw_change", args=[draw.pk]),
        reverse("admin:subsidies_draw_history", args=[draw.pk]),
        reverse("subsidies:draw_detail", args=[draw.public_id]),
        reverse("subsidies:draw_file", args=[draw.public_id]),
    ]
    assert [client_for(person).get(each).status_code for each in addresses] == [200] * 4

    for tied in (application, decision.application):
        bind(person, tied, "partner")

    client = client_for(person)
    assert [client.get(each).status_code for each in addresses] == [404] * 4
    assert list(client.get(reverse("admin:subsidies_draw_changelist")).context["cl"].result_list) == []


def test_of_a_draw_with_several_cases_the_others_are_read_and_the_file_is_not():
    draw, (own, other) = drawn(2)
    person = staff(PersonKind.SECTION_HEAD)
    bind(person, own, "partner")
    client, page = client_for(person), reverse("admin:subsidies_draw_change", args=[draw.pk])

    answer = client.get(page)

    assert [panel.number for panel in answer.context["panels"]] == [other.number]
    assert answer.context["kept_away"] == [own.number]
    assert own.number in answer.text
    assert (answer.context["can_confirm"], answer.context["can_discard"]) == (False, False)
    assert own.project_name not in answer.text
    assert client.get(reverse("subsidies:draw_file", args=[draw.public_id])).status_code == 404
    assert client.get(reverse("admin:subsidies_draw_history", args=[draw.pk])).status_code == 404
    assert client.post(page, {"deed": "confirm"}).status_code == 403
    draw.refresh_from_db()
    assert not draw.confirmed_at


def test_before_a_draw_nobody_sees_who_can_be_drawn_for_a_case_of_their_own():
    call = call_with()
    own, other = checked(call, 2)
    person = clerk()
    bind(person, own, "partner")

    choices = client_for(person).get(reverse("admin:subsidies_draw_new", args=[call.pk])).context["choices"]

    assert [choice.application for choice in choices] == [other]


# ---------------------------------------------------------------- visits
def test_a_visit_to_a_case_of_their_own_is_absent_for_staff():
    visit, person = visit_of(ApplicationFactory(state=State.CHECKED)), staff()
    page = reverse("subsidies:visit_detail", args=[visit.key])
    assert client_for(person).get(page).status_code == 200

    bind(person, visit.application, "operator")

    assert client_for(person).get(page).status_code == 404


# ---------------------------------------------------------------- meetings
@pytest.fixture
def three(people, meeting):
    """An approval, a case without a record and an approval; a leader is tied to the middle one."""
    decisions = added(people, meeting, "90.00", "70.00")
    recorded(decisions[0], people.secretary)
    recorded(decisions[2], people.secretary)
    bind(people.leader, decisions[1].application, "partner")
    return people, meeting, decisions


def test_of_a_meeting_the_tied_person_reads_the_other_cases_and_no_sum(three):
    people, meeting, (first, own, last) = three
    page = reverse("admin:subsidies_meeting_change", args=[meeting.pk])

    answer = client_for(people.leader).get(page)

    board = answer.context["board"]
    assert [(row.rank, row.decision) for row in board.rows] == [(1, first), (2, last)]
    assert board.kept_numbers == [own.application.number]
    assert own.application.number in answer.text
    assert own.application.project_name not in answer.text.replace(first.application.project_name, "")
    assert ('id="try"' in answer.text, list(board.offers)) == (False, [])
    free = client_for(people.secretary).get(page)
    assert [row.decision for row in free.context["board"].rows] == [first, own, last]
    assert ('id="try"' in free.text, free.context["board"].kept_away) == (True, [])


def test_the_api_says_the_same(three):
    people, meeting, (first, own, last) = three
    leader, secretary, address = Caller(people.leader), Caller(people.secretary), f"meetings/{meeting.pk}/"

    told = leader.get(f"{address}decisions/").json()

    assert [(row["id"], row["position"], row["rank"]) for row in told["results"]] == [(first.pk, 1, 1), (last.pk, 2, 2)]
    application = own.application
    assert told["kept_away"] == [{"number": application.number, "project_name": application.project_name}]
    for key in (own.pk, 0):
        assert leader.get(f"{address}decisions/{key}/").status_code == 404
    assert leader.get(f"{address}what-if/").status_code == 403
    assert secretary.get(f"{address}what-if/").status_code == 200
    assert secretary.get(f"{address}decisions/").json()["kept_away"] == []


def test_a_meeting_with_nothing_else_is_absent_everywhere(people, meeting, decision):
    bind(people.leader, decision.application, "partner")
    client, caller = client_for(people.leader), Caller(people.leader)

    assert client.get(reverse("admin:subsidies_meeting_change", args=[meeting.pk])).status_code in (302, 404)
    assert list(client.get(reverse("admin:subsidies_meeting_changelist")).context["cl"].result_list) == []
    assert caller.get("meetings/").json()["results"] == []
    assert caller.get(f"meetings/{meeting.pk}/").status_code == 404
    assert not Meeting.objects.get().released_at


def test_what_a_head_has_an_interest_in_is_not_among_what_can_be_put_on_the_agenda(people, meeting, decision):
    own = ApplicationFactory(call=meeting.call, state=State.REVIEWED)
    page = reverse("admin:subsidies_meeting_change", args=[meeting.pk])
    assert client_for(people.head).get(page).context["board"].awaiting == [own]

    bind(people.head, own, "partner")

    board = client_for(people.head).get(page).context["board"]
    assert (board.awaiting, [row.decision for row in board.rows]) == ([], [decision])


# ---------------------------------------------------------------- the journal of a case
def test_the_change_history_of_a_case_is_for_those_who_see_how_it_is_decided():
    application, person = ApplicationFactory(state=State.REVIEWED), staff()
    page = reverse("admin:subsidies_application_history", args=[application.pk])
    assert client_for(person).get(page).status_code == 200

    bind(person, application, "partner")

    assert client_for(person).get(page).status_code == 403
    assert Application.objects.for_staff(person).filter(pk=application.pk).exists()


# ---------------------------------------------------------------- the cost
@pytest.mark.parametrize("count", [1, 3])
def test_the_querysets_cost_the_same_for_any_number(count, draw, application, decision, django_assert_num_queries):
    person = staff()
    bind(person, application, "advised")
    bind(person, decision.application, "advised")
    for _number in range(count - 1):
        bind(person, drawn()[1][0], "advised")
    person = anew(person)
    person.get_all_permissions(), person.roles

    with django_assert_num_queries(3):
        assert list(sight.draws_for(person)) == []
    with django_assert_num_queries(1):
        assert list(sight.meetings_for(person)) == []
    with django_assert_num_queries(1):
        assert sight.kept_away_in(draw, person) == {application.number}
