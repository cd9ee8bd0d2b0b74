"""Meetings, decisions and budget figures by API: the desk's verbs under the desk's rights."""

import pytest

from accounts.enums import PersonKind
from subsidies import meetings
from subsidies.api.budgets import BudgetRow, EntryDescribed, FiguresDescribed
from subsidies.api.meeting_schema import DecisionDescribed, MeetingRow, MeetingWhole, PlaceDescribed, WhatIfDescribed
from subsidies.enums import State, Verdict
from subsidies.models import Application, BudgetEntry, Decision, Meeting, Recusal
from tests.factories_accounts import user_of_kind
from tests.factories_decision import budget_for
from tests.subsidies.api_client import Caller, problem
from tests.subsidies.deciders import (
    MINUTES,
    ROUTE,
    OnAgenda,
    added,
    agenda,
    funded_call,
    held,
    on_agenda,
    recorded,
    released,
)
from tests.worlds import parts

pytestmark = pytest.mark.django_db

READERS = [
    PersonKind.BUREAU_CLERK,
    PersonKind.SECTION_HEAD,
    PersonKind.BUREAU_LEADER,
    PersonKind.FINANCE,
    PersonKind.DISCIPLINE,
]
OTHERS = [PersonKind.ENTERPRISE, PersonKind.EXPERT, PersonKind.COUNTY_OFFICER, PersonKind.ADMINISTRATOR]
RELEASE = {"minutes_number": MINUTES}


def make_world() -> OnAgenda:
    return on_agenda(awards=3)


people, call, meeting, decision = parts(OnAgenda)


@pytest.fixture
def secretary(people):
    return Caller(people.secretary)


@pytest.fixture
def leader(people):
    return Caller(people.leader)


def of(meeting, more=""):
    return f"meetings/{meeting.pk}/{more}"


def one(decision, more=""):
    return of(decision.meeting, f"decisions/{decision.pk}/{more}")


# ---------------------------------------------------------------- who reads
@pytest.mark.parametrize("kind", READERS)
def test_the_bureau_reads_meetings_decisions_and_budgets(kind, meeting, decision):
    caller = Caller(user_of_kind(kind))

    paths = ["meetings/", of(meeting), of(meeting, "decisions/"), one(decision), of(meeting, "what-if/"), "budgets/"]
    assert [caller.get(path).status_code for path in paths] == [200] * 6


@pytest.mark.parametrize("kind", OTHERS)
def test_for_everybody_else_what_is_there_answers_as_what_is_not(kind, meeting, decision):
    budget = budget_for(meeting.call)
    caller = Caller(user_of_kind(kind))

    there = [of(meeting), of(meeting, "decisions/"), of(meeting, "what-if/"), one(decision), f"budgets/{budget.pk}/"]
    absent = ["meetings/987654/", "meetings/987654/decisions/", "meetings/987654/what-if/"]
    absent += ["meetings/987654/decisions/1/", "budgets/987654/"]
    lists = ["meetings/", "budgets/", f"budgets/{budget.pk}/entries/"]
    assert {problem(caller.get(path)) for path in (*there, *absent, *lists)} == {(403, "about:blank")}
    assert problem(caller.patch(one(decision), {"verdict": "approve"})) == (403, "about:blank")
    assert problem(caller.post(of(meeting, "release/"), RELEASE)) == (403, "about:blank")
    assert caller.get(of(meeting)).content == caller.get("meetings/987654/").content.replace(
        b"987654", str(meeting.pk).encode()
    )


def test_without_a_token_there_is_nothing():
    assert problem(Caller().get("meetings/")) == (401, "about:blank")
    assert problem(Caller().get("budgets/")) == (401, "about:blank")


def test_whoever_loses_the_role_loses_the_way_in_at_the_next_request(people, secretary):
    assert secretary.get("meetings/").status_code == 200

    people.secretary.groups.clear()

    assert problem(secretary.get("meetings/")) == (403, "about:blank")


def test_a_decision_of_another_meeting_is_as_absent_as_a_random_one(people, secretary, call, decision):
    other = held(call, people.secretary)

    for path in (of(other, f"decisions/{decision.pk}/"), of(other, "decisions/987654/"), "meetings/987654/"):
        assert problem(secretary.get(path)) == (404, "about:blank")
    assert problem(secretary.patch(of(other, f"decisions/{decision.pk}/"), {"verdict": "approve"}))[0] == 404


# ---------------------------------------------------------------- what is read
def test_a_meeting_tells_its_members_its_budget_and_where_its_decisions_are(people, secretary, meeting):
    added(people, meeting, "70.00")

    (row,) = secretary.get("meetings/").json()["results"]
    whole = secretary.get(of(meeting)).json()

    assert (set(row), set(whole)) == (set(MeetingRow().fields), set(MeetingWhole().fields))
    assert (row["id"], row["decisions"], row["minutes_number"]) == (meeting.pk, 2, None)
    assert [(member["name"], member["is_chair"]) for member in whole["members"]] == [
        ("王局长", True),
        ("李副局长", False),
        ("张组长", False),
    ]
    assert whole["budget"]["year"] == meeting.call.year
    assert row["decisions_url"].endswith(f"/api/v1/meetings/{meeting.pk}/decisions/")


def test_the_agenda_is_read_in_its_order_with_equal_totals_side_by_side(people, secretary, meeting):
    decisions = added(people, meeting, "90.00", "80.00")
    recorded(decisions[0], people.secretary, Verdict.REJECT)

    rows = secretary.get(of(meeting, "decisions/")).json()["results"]

    assert {frozenset(row) for row in rows} == {frozenset(DecisionDescribed().fields)}
    assert [(row["position"], row["rank"], row["total"]) for row in rows] == [
        (1, 1, "90.00"),
        (2, 2, "80.00"),
        (3, 2, "80.00"),
    ]
    assert [row["verdict"] for row in rows] == ["reject", None, None]
    assert rows[0] == secretary.get(one(decisions[0])).json()


def test_what_if_tries_decisions_against_the_budget_and_touches_nothing(people, leader):
    meeting, (first, second) = agenda(people, funded_call(awards=1), "90.00", "80.00")

    whole = leader.get(of(meeting, "what-if/")).json()
    tried = leader.get(of(meeting, f"what-if/?reject={first.pk}")).json()

    assert set(whole) == set(WhatIfDescribed().fields)
    assert set(whole["places"][0]) == set(PlaceDescribed().fields)
    assert (whole["free_yuan"], whole["left_yuan"]) == ("2000000.00", "-2000000.00")
    assert [place["is_beyond"] for place in whole["places"]] == [False, True]
    assert (tried["left_yuan"], [place["is_beyond"] for place in tried["places"]]) == ("0.00", [False, False])
    assert set(Decision.objects.values_list("verdict", flat=True)) == {""}
    assert second.pk == tried["places"][1]["decision"]


def test_what_if_names_what_it_cannot_read(leader, meeting):
    for query, place in (("approve=x", "approve"), ("perhaps=1", "perhaps")):
        answer = leader.get(of(meeting, f"what-if/?{query}"))
        assert problem(answer) == (400, "validation")
        assert list(answer.json()["errors"]) == [place]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_take_the_same_queries_for_any_number_of_rows(
    people, leader, meeting, rows, django_assert_num_queries
):
    added(people, meeting, *["80.00"] * (rows - 1))
    for _number in range(rows - 1):
        held(funded_call(), people.secretary)
    leader.get("meetings/")

    with django_assert_num_queries(6):  # token, person, rights twice, posts, page
        assert len(leader.get("meetings/").json()["results"]) == rows
    with django_assert_num_queries(9):
        assert len(leader.get(of(meeting, "decisions/")).json()["results"]) == rows
    with django_assert_num_queries(6):
        assert len(leader.get("budgets/").json()["results"]) == rows


# ---------------------------------------------------------------- recording
def test_a_decision_is_recorded_and_recorded_anew(people, secretary, decision):
    first = secretary.patch(one(decision), {"verdict": "approve"})
    anew = secretary.patch(one(decision), {"verdict": "reject", "reason": "投入未达到要求", "appeal_route": ROUTE})

    assert (first.status_code, first.json()["amount_yuan"]) == (200, "2000000.00")
    assert (anew.json()["verdict"], anew.json()["amount_yuan"], anew.json()["reason"]) == (
        "reject",
        None,
        "投入未达到要求",
    )
    decision.refresh_from_db()
    assert (decision.verdict, decision.staged_by) == ("reject", people.secretary)
    assert decision.application.state == State.MEETING


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ({}, ["verdict"]),
        ({"verdict": "perhaps"}, ["verdict"]),
        ({"verdict": "approve", "amount_yuan": "2000000.001"}, ["amount_yuan"]),
        ({"verdict": "approve", "released_at": "2026-01-01"}, ["released_at"]),
        ({"verdict": "reject"}, None),
        ({"verdict": "approve", "amount_yuan": "1999999.99"}, None),
    ],
)
def test_what_is_not_whole_is_refused(secretary, content, places, decision):
    answer = secretary.patch(one(decision), content)

    assert answer.status_code == 400
    assert list(answer.json().get("errors", {})) == (places or [])
    assert Decision.objects.get().verdict == ""


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_who_only_reads_records_nothing(kind, decision):
    assert problem(Caller(user_of_kind(kind)).patch(one(decision), {"verdict": "approve"}))[0] == 403
    assert Decision.objects.get().verdict == ""


def test_a_member_stays_out_once(secretary, meeting, decision):
    member = meeting.members.get(name="张组长")
    content = {"member": member.pk, "reason": "亲属在申报单位任职"}

    first = secretary.post(one(decision, "recusals/"), content, key="k-1")
    again = secretary.post(one(decision, "recusals/"), content, key="k-1")
    anew = secretary.post(one(decision, "recusals/"), content, key="k-2")
    stranger = secretary.post(one(decision, "recusals/"), {**content, "member": 987654})

    assert (first.status_code, first.json()["member"]["name"]) == (201, "张组长")
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert (anew.status_code, problem(stranger)) == (400, (400, "validation"))
    assert Recusal.objects.get().reason == content["reason"]
    assert secretary.get(one(decision)).json()["recusals"] == [first.json()]


# ---------------------------------------------------------------- releasing
def test_all_decisions_are_released_together_and_a_repetition_gets_the_first_answer(people, leader, meeting):
    first, second = added(people, meeting, "90.00")
    recorded(first, people.secretary)
    recorded(second, people.secretary, Verdict.REJECT)

    done = leader.post(of(meeting, "release/"), RELEASE, key="k-1")
    again = leader.post(of(meeting, "release/"), RELEASE, key="k-1")
    other = leader.post(of(meeting, "release/"), {"minutes_number": "郴科纪要〔2026〕4号"}, key="k-1")
    anew = leader.post(of(meeting, "release/"), RELEASE, key="k-2")

    assert (done.status_code, done.json()["minutes_number"]) == (200, MINUTES)
    assert (again.content, again["Idempotency-Replayed"]) == (done.content, "true")
    assert problem(other) == (422, "idempotency_key_reused")
    assert problem(anew) == (409, "state")
    assert sorted(Application.objects.values_list("state", flat=True)) == ["not_approved", "publicity_ready"]
    assert BudgetEntry.objects.filter(kind="reserve").count() == 1


def test_what_the_budget_does_not_reach_for_is_not_released(people, leader):
    meeting, decisions = agenda(people, funded_call(awards=1), "90.00", "80.00")
    for decision in decisions:
        recorded(decision, people.secretary)

    assert problem(leader.post(of(meeting, "release/"), RELEASE, key="k-1")) == (409, "budget")
    assert not Meeting.objects.exclude(released_at=None).exists()
    assert not BudgetEntry.objects.filter(kind="reserve").exists()


def test_a_refusal_of_the_release_may_be_corrected_under_its_key(people, leader, meeting, decision):
    unrecorded = leader.post(of(meeting, "release/"), RELEASE, key="k-1")
    recorded(decision, people.secretary)

    without = leader.post(of(meeting, "release/"), {"minutes_number": "3号"}, key="k-2")
    done = leader.post(of(meeting, "release/"), RELEASE, key="k-1")

    assert [unrecorded.status_code, without.status_code, done.status_code] == [400, 400, 200]


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.FINANCE])
def test_who_may_not_release_releases_nothing(people, kind, meeting, decision):
    recorded(decision, people.secretary)

    assert problem(Caller(user_of_kind(kind)).post(of(meeting, "release/"), RELEASE))[0] == 403
    assert Meeting.objects.get().released_at is None


def test_whoever_had_a_hand_in_it_releases_nothing(people, meeting, decision):
    both = user_of_kind(PersonKind.BUREAU_LEADER)
    recorded(decision, people.secretary)
    meeting.prepared_by = both
    meeting.save()

    assert problem(Caller(both).post(of(meeting, "release/"), RELEASE))[0] == 400
    assert Meeting.objects.get().released_at is None


def test_what_is_released_is_not_recorded_anew(people, secretary, meeting, decision):
    recorded(decision, people.secretary)
    released(people, meeting)

    assert problem(secretary.patch(one(decision), {"verdict": "approve"})) == (409, "state")


def test_what_was_taken_off_is_absent(people, secretary, decision):
    meetings.take_off(decision, by=people.head, reason="材料待补")

    assert problem(secretary.get(one(decision))) == (404, "about:blank")


# ---------------------------------------------------------------- budgets
def test_a_budget_tells_its_figures_and_its_entries(people, leader, meeting, decision):
    recorded(decision, people.secretary)
    released(people, meeting)

    (row,) = leader.get("budgets/").json()["results"]
    entries = leader.get(f"budgets/{row['id']}/entries/").json()["results"]

    assert (set(row), set(row["figures"])) == (set(BudgetRow().fields), set(FiguresDescribed().fields))
    assert row == leader.get(f"budgets/{row['id']}/").json()
    assert row["figures"] == {
        "initial_yuan": "6000000.00",
        "adjusted_yuan": "0.00",
        "reserved_yuan": "2000000.00",
        "committed_yuan": "0.00",
        "paid_yuan": "0.00",
        "released_yuan": "0.00",
        "free_yuan": "4000000.00",
    }
    assert {frozenset(entry) for entry in entries} == {frozenset(EntryDescribed().fields)}
    assert [(entry["kind"], entry["from_pot"], entry["to_pot"], entry["amount_yuan"]) for entry in entries] == [
        ("reserve", "free", "reserved", "2000000.00"),
        ("initial", "source", "free", "6000000.00"),
    ]
    assert entries[0]["application"] == decision.application.number


def test_a_budget_that_is_not_there_is_absent(leader):
    assert problem(leader.get("budgets/987654/")) == (404, "about:blank")
    assert problem(leader.get("budgets/987654/entries/")) == (404, "about:blank")


def test_nothing_of_a_budget_is_written_by_api(leader):
    budget = budget_for(funded_call())

    assert leader.post("budgets/", {}).status_code in (403, 405)
    assert leader.patch(f"budgets/{budget.pk}/", {"year": 2030}).status_code in (403, 405)
