"""Seats and score sheets of an expert by API."""

from typing import NamedTuple

import pytest

from accounts.enums import PersonKind
from subsidies.api.invitations import InvitationWhole
from subsidies.api.review_schema import OtherDescribed, ReviewRow, SheetWhole
from subsidies.enums import AssignmentState, SheetState, State
from subsidies.models import Application, Assignment, ScoreSheet
from tests.factories_accounts import user_of_kind
from tests.factories_decision import seat
from tests.subsidies.api_client import Caller, problem
from tests.subsidies.panel import expert_of, seats, signs, under_review
from tests.worlds import parts

pytestmark = pytest.mark.django_db

DRAFT = {"scores": {"S1": {"points": "80.5", "comment": "数据完整"}}, "comment": "同意"}


class World(NamedTuple):
    application: Application
    own: Assignment


def make_world() -> World:
    application = under_review(members=2)
    return World(application, seats(application)[0])


application, own = parts(World)


@pytest.fixture
def expert(own):
    return Caller(expert_of(own))


def sheet(own, more=""):
    return f"reviews/{own.pk}/sheet/{more}"


def put(caller, path, content):
    return caller.client.put(f"/api/v1/{path}", content, content_type="application/json")


# ---------------------------------------------------------------- seats
def test_an_expert_lists_the_accepted_seats_and_nobody_elses(own, expert, application):
    under_review(members=1)
    seat(under_review(members=0), own.expert, state=AssignmentState.INVITED)

    (row,) = expert.get("reviews/").json()["results"]

    assert set(row) == set(ReviewRow().fields)
    assert (row["id"], row["is_chair"], row["kind"]) == (own.pk, True, "technical")
    assert (row["application"]["number"], row["application"]["state"]) == (application.number, "review")
    assert row["sheet_url"] == f"http://testserver/api/v1/reviews/{own.pk}/sheet/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_seats(rows, own, expert, django_assert_num_queries):
    for _number in range(rows - 1):
        seat(under_review(members=0), own.expert)

    with django_assert_num_queries(3):
        assert len(expert.get("reviews/").json()["results"]) == rows


def test_without_a_token_there_is_nothing(own):
    assert problem(Caller().get("reviews/")) == (401, "about:blank")
    assert problem(Caller().get(sheet(own))) == (401, "about:blank")


@pytest.mark.parametrize("kind", [PersonKind.EXPERT, PersonKind.BUREAU_CLERK, PersonKind.ENTERPRISE])
def test_anothers_seat_is_as_absent_as_a_random_one(own, kind):
    caller = Caller(user_of_kind(kind))

    answers = [
        caller.get(sheet(own)),
        put(caller, sheet(own), DRAFT),
        caller.post(sheet(own, "sign/"), key="k-1"),
        caller.get("reviews/987654/sheet/"),
    ]

    assert [problem(answer) for answer in answers] == [(404, "about:blank")] * 4
    assert ScoreSheet.objects.count() == 0


def test_an_expert_who_lost_the_role_is_refused(own, expert):
    own.expert.user.groups.clear()

    assert problem(expert.get(sheet(own)))[0] == 403


# ---------------------------------------------------------------- the sheet
def test_an_unwritten_sheet_says_what_is_asked(own, expert):
    answer = expert.get(sheet(own)).json()

    assert set(answer) == set(SheetWhole().fields)
    assert (answer["state"], answer["number"], answer["total"], answer["is_open"]) == ("draft", 1, "0.00", True)
    assert answer["items"] == [
        {
            "id": "S1",
            "name_zh": "总体水平",
            "name_en": "Overall",
            "most": 100,
            "bands": [
                {"at_least": "60", "text_zh": "达到要求", "text_en": "Meets the requirements"},
                {"at_least": "0", "text_zh": "未达到要求", "text_en": "Does not"},
            ],
            "points": None,
            "comment": None,
        }
    ]
    assert [(each["item"], each["part"]) for each in answer["missing"]] == [("S1", "points"), (None, "comment")]
    assert answer["others"] is None


def test_a_draft_is_kept_and_read_again(own, expert):
    answer = put(expert, sheet(own), DRAFT)

    assert (answer.status_code, answer.json()["total"], answer.json()["missing"]) == (200, "80.50", [])
    assert expert.get(sheet(own)).json() == answer.json()
    assert ScoreSheet.objects.get().state == SheetState.DRAFT


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"scores": {"S9": {"points": "1"}}}, "scores.S9"),
        ({"scores": {"S1": {"points": "1" * 13}}}, "scores"),
        ({"remark": "x"}, "remark"),
    ],
)
def test_what_the_sheet_does_not_know_is_refused_by_name(own, expert, content, place):
    answer = put(expert, sheet(own), content)

    assert problem(answer) == (400, "validation")
    assert list(answer.json()["errors"]) == [place]
    assert ScoreSheet.objects.count() == 0


# ---------------------------------------------------------------- signing
def test_signing_freezes_the_sheet_and_a_repetition_gets_the_first_answer(own, expert):
    put(expert, sheet(own), DRAFT)

    first = expert.post(sheet(own, "sign/"), key="k-1")
    again = expert.post(sheet(own, "sign/"), key="k-1")
    anew = expert.post(sheet(own, "sign/"), key="k-2")

    stored = ScoreSheet.objects.get()
    assert (first.status_code, first.json()["state"], first.json()["digest"]) == (200, "signed", stored.digest)
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert problem(anew) == (409, "state")
    assert problem(put(expert, sheet(own), DRAFT)) == (409, "state")


def test_gaps_are_named_place_by_place(own, expert):
    put(expert, sheet(own), {"scores": {"S1": {"points": "59"}}})

    answer = expert.post(sheet(own, "sign/"), key="k-1")

    assert problem(answer) == (422, "incomplete")
    assert answer.json()["errors"] == {
        "scores.S1.comment": ["Overall: say why it is in the lowest band."],
        "comment": ["Write the overall opinion."],
    }


def test_the_last_signature_by_api_closes_the_review(application, own, expert):
    signs(seats(application)[1], "70")
    put(expert, sheet(own), DRAFT)

    answer = expert.post(sheet(own, "sign/"), key="k-1").json()

    application.refresh_from_db()
    assert (application.state, str(application.score)) == (State.REVIEWED, "75.25")
    assert answer["review"]["application"]["state"] == "reviewed"


def test_others_are_hidden_before_the_review_is_closed_and_nameless_after(application, own, expert):
    second = seats(application)[1]
    signs(second, "70", comment="检测不足", opinion="建议整改")
    assert expert.get(sheet(own)).json()["others"] is None
    put(expert, sheet(own), DRAFT)

    answer = expert.post(sheet(own, "sign/"), key="k-1")

    (other,) = answer.json()["others"]
    assert set(other) == set(OtherDescribed().fields)
    assert other == {"total": "70.00", "comment": "建议整改", "comments": [{"item": "Overall", "comment": "检测不足"}]}
    assert second.expert.code not in answer.content.decode()


# ---------------------------------------------------------------- revising
def test_a_signed_sheet_is_revised_with_a_reason_and_counts_until_the_new_one_is_signed(own, expert):
    signs(own, "80")

    first = expert.post(sheet(own, "revise/"), {"reason": "漏看一份检测报告"}, key="k-1")
    again = expert.post(sheet(own, "revise/"), {"reason": "漏看一份检测报告"}, key="k-1")
    anew = expert.post(sheet(own, "revise/"), {"reason": "再改"}, key="k-2")

    assert (first.status_code, first.json()["number"], first.json()["state"]) == (200, 2, "draft")
    assert (first.json()["revision_reason"], first.json()["total"]) == ("漏看一份检测报告", "80.00")
    assert again.content == first.content
    assert problem(anew) == (409, "state")
    assert ScoreSheet.objects.filter(state=SheetState.SIGNED).count() == 1


def test_a_revision_is_dropped_and_what_was_signed_stands(own, expert):
    signs(own, "80")
    expert.post(sheet(own, "revise/"), {"reason": "漏看一份检测报告"})

    dropped = expert.post(sheet(own, "drop/"))

    assert (dropped.status_code, dropped.json()["state"], dropped.json()["number"]) == (200, "signed", 1)
    assert problem(expert.post(sheet(own, "drop/"))) == (409, "state")


def test_only_a_signed_sheet_is_revised_and_only_with_a_reason(own, expert):
    assert problem(expert.post(sheet(own, "revise/"), {"reason": "漏看"})) == (409, "state")
    signs(own, "80")

    assert problem(expert.post(sheet(own, "revise/"), {})) == (400, "validation")
    assert expert.post(sheet(own, "revise/"), {"reason": " "}).status_code == 400
    assert ScoreSheet.objects.count() == 1


# ---------------------------------------------------------------- the note of the chair
def test_the_chair_says_why_totals_lie_apart_and_closes_the_review():
    application = under_review(members=2, panel={"widest_spread": "10"})
    chair, other = seats(application)
    signs(chair, "90")
    signs(other, "60")
    caller = Caller(expert_of(chair))

    wanted = caller.get(sheet(chair)).json()["wants_note"]
    told = {"text": "对产业化程度看法不同，已讨论。"}
    first = caller.post(f"reviews/{chair.pk}/note/", told, key="k-1")
    again = caller.post(f"reviews/{chair.pk}/note/", told, key="k-1")

    application.refresh_from_db()
    assert (wanted, first.status_code, again.content) == (True, 200, first.content)
    assert (application.state, first.json()["wants_note"]) == (State.REVIEWED, False)
    assert problem(caller.post(f"reviews/{chair.pk}/note/", told, key="k-2")) == (409, "state")


def test_nobody_but_the_chair_writes_the_note():
    application = under_review(members=2, panel={"widest_spread": "10"})
    chair, other = seats(application)
    signs(chair, "90")
    signs(other, "60")

    answer = Caller(expert_of(other)).post(f"reviews/{other.pk}/note/", {"text": "看法不同"})

    assert problem(answer) == (409, "state")
    assert Caller(expert_of(other)).get(sheet(other)).json()["wants_note"] is False
    application.refresh_from_db()
    assert application.state == State.REVIEW


# ---------------------------------------------------------------- invitations
@pytest.fixture
def invited(application):
    return seat(application, state=AssignmentState.INVITED, declared_at=None)


def test_an_invitation_names_whom_one_may_not_be_bound_to(invited, application):
    caller = Caller(expert_of(invited))

    (row,) = caller.get("reviews/invitations/").json()["results"]
    whole = caller.get(f"reviews/{invited.pk}/invitation/").json()

    assert (row["id"], set(whole)) == (invited.pk, set(InvitationWhole().fields))
    assert [each["organisation"]["slug"] for each in whole["concerned"]] == [application.organisation.slug]
    assert whole["state"] == "invited"


def test_who_declares_to_be_impartial_takes_the_seat(invited):
    caller = Caller(expert_of(invited))

    refused = caller.post(f"reviews/{invited.pk}/accept/", {"is_impartial": False})
    first = caller.post(f"reviews/{invited.pk}/accept/", {"is_impartial": True}, key="k-1")
    again = caller.post(f"reviews/{invited.pk}/accept/", {"is_impartial": True}, key="k-1")
    anew = caller.post(f"reviews/{invited.pk}/accept/", {"is_impartial": True}, key="k-2")

    assert problem(refused) == (400, "validation")
    assert (first.status_code, first.json()["state"], again.content) == (200, "accepted", first.content)
    assert problem(anew) == (409, "state")
    assert caller.get(sheet(invited)).status_code == 200


def test_who_declines_says_why_and_the_bond_is_kept(invited, application):
    caller = Caller(expert_of(invited))
    told = {"reason": "employed", "note": "曾任顾问", "bound_to": application.organisation.slug}

    answer = caller.post(f"reviews/{invited.pk}/decline/", told, key="k-1")

    assert (answer.status_code, answer.json()["state"]) == (200, "declined")
    assert invited.expert.interests.get().organisation == application.organisation
    assert problem(caller.get(f"reviews/{invited.pk}/invitation/")) == (404, "about:blank")


@pytest.mark.parametrize(
    ("told", "place"),
    [({}, "reason"), ({"reason": "tired"}, "reason"), ({"reason": "kin", "bound_to": "x"}, "bound_to")],
)
def test_what_a_decline_does_not_know_is_refused_by_name(invited, told, place):
    answer = Caller(expert_of(invited)).post(f"reviews/{invited.pk}/decline/", told)

    assert problem(answer) == (400, "validation")
    assert list(answer.json()["errors"]) == [place]


def test_anothers_invitation_is_as_absent_as_a_random_one(invited, expert):
    answers = [
        expert.get(f"reviews/{invited.pk}/invitation/"),
        expert.post(f"reviews/{invited.pk}/accept/", {"is_impartial": True}),
        expert.post(f"reviews/{invited.pk}/decline/", {"reason": "time"}),
        expert.post(f"reviews/{invited.pk}/note/", {"text": "x"}),
        expert.post(sheet(invited, "revise/"), {"reason": "x"}),
        expert.get("reviews/987654/invitation/"),
    ]

    assert [problem(answer) for answer in answers] == [(404, "about:blank")] * 6
    invited.refresh_from_db()
    assert invited.state == AssignmentState.INVITED


@pytest.mark.parametrize("rows", [1, 3])
def test_the_invitations_take_the_same_queries_for_any_number(rows, invited, django_assert_num_queries):
    caller = Caller(expert_of(invited))
    for _number in range(rows - 1):
        seat(under_review(members=0), invited.expert, state=AssignmentState.INVITED, declared_at=None)

    with django_assert_num_queries(3):
        assert len(caller.get("reviews/invitations/").json()["results"]) == rows
