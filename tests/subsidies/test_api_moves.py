"""Complete, sign, mend, withdraw, look back: one's own application by API."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone

from accounts.enums import MembershipRole
from accounts.models import Organisation, User
from common.models import IdempotentRequest
from subsidies.api.private_schema import CorrectionDescribed, MoveDescribed, ReceiptDescribed, SubmissionDescribed
from subsidies.enums import State
from subsidies.missing import missing_of, sentences
from subsidies.models import Application, Submission
from subsidies.withdrawing import withdraw
from tests.factories_subsidies import SMALL_ANSWERS, ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.api_client import Caller, problem
from tests.subsidies.desk import ask_for_correction, clerk, in_check
from tests.subsidies.signing import put_file, ready
from tests.worlds import parts

pytestmark = pytest.mark.django_db

PLEDGE = {"pledge": True}


class World(NamedTuple):
    own: Organisation
    complete: Application
    administrator: User


def make_world() -> World:
    own = firm()
    return World(own, *ready(organisation=own))


own, complete, administrator = parts(World)


@pytest.fixture
def signatory(administrator):
    return Caller(administrator)


def one(application):
    return f"applications/{application.public_id}/"


# ---------------------------------------------------------------- complete
def test_what_is_missing_is_told_in_the_same_sentences_as_everywhere(own, signatory, in_english):
    application = ApplicationFactory(organisation=own, data={**SMALL_ANSWERS, "trl_after": None})

    answer = signatory.get(one(application) + "validate/").json()

    assert answer["is_complete"] is False
    assert [row["text"] for row in answer["missing"]] == sentences(missing_of(application))
    assert answer["missing"] == [
        {
            "code": "required",
            "text": "“Readiness after” is not filled in.",
            "section": "pilot",
            "place": "trl_after",
        },
        {
            "code": "material",
            "text": "The material A01 “Business licence” is not there.",
            "section": None,
            "place": "A01",
        },
    ]


def test_a_complete_one_says_so(complete, signatory):
    assert signatory.get(one(complete) + "validate/").json() == {"is_complete": True, "missing": [], "hints": []}


# ---------------------------------------------------------------- sign
def test_signing_submits_and_answers_with_the_receipt(complete, signatory):
    answer = signatory.post(one(complete) + "submit/", PLEDGE, "k-1")

    complete.refresh_from_db()
    submission = Submission.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/applications/{complete.public_id}/")
    assert (complete.state, complete.submitted_by) == (State.RECOMMENDATION, signatory.user)
    assert answer.json() == {
        "application": str(complete.public_id),
        "number": complete.number,
        "round": 0,
        "at": submission.at.isoformat().replace("+00:00", "Z"),
        "digest": submission.digest,
        "receipt_code": submission.receipt_code,
        "receipt_url": f"http://testserver/applications/{complete.public_id}/receipts/0/",
        "check_url": f"http://testserver/receipts/{submission.receipt_code}/",
        "url": f"http://testserver/api/v1/applications/{complete.public_id}/",
    }
    assert set(answer.json()) == set(ReceiptDescribed().fields)


def test_a_repeated_submission_answers_the_same_bytes_even_where_the_answer_was_lost(complete, signatory):
    first = signatory.post(one(complete) + "submit/", PLEDGE, "k-1")
    kept = signatory.post(one(complete) + "submit/", PLEDGE, "k-1")
    IdempotentRequest.objects.all().delete()  # forgotten after two days; a submission keeps its key for ever
    signatory.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    again = signatory.post(one(complete) + "submit/", PLEDGE, "k-1")

    for repetition in (kept, again):
        assert (repetition.status_code, repetition.content) == (201, first.content)
        assert repetition["Location"] == first["Location"]
    assert kept["Idempotency-Replayed"] == "true"
    assert Submission.objects.count() == 1


def test_signing_needs_a_key(complete, signatory):
    assert problem(signatory.post(one(complete) + "submit/", PLEDGE)) == (400, "idempotency_key_missing")
    assert Submission.objects.count() == 0


def test_a_key_of_another_submission_is_refused(complete, own, signatory):
    other = ready(organisation=own).application
    signatory.post(one(complete) + "submit/", PLEDGE, "k-1")

    refused = signatory.post(one(other) + "submit/", PLEDGE, "k-1")
    IdempotentRequest.objects.all().delete()
    still = signatory.post(one(other) + "submit/", PLEDGE, "k-1")

    assert [problem(refused), problem(still)] == [(422, "idempotency_key_reused")] * 2
    assert Submission.objects.count() == 1


def test_a_second_submission_under_a_new_key_does_not_fit_the_state(complete, signatory):
    signatory.post(one(complete) + "submit/", PLEDGE, "k-1")

    assert problem(signatory.post(one(complete) + "submit/", PLEDGE, "k-2")) == (409, "state")


@pytest.mark.parametrize("role", [MembershipRole.PROJECT_LEAD, MembershipRole.MEMBER, MembershipRole.READER])
def test_only_the_administrator_of_the_firm_signs(complete, own, role):
    caller = Caller(person_of(own, role))

    assert problem(caller.post(one(complete) + "submit/", PLEDGE, "k-1")) == (403, "about:blank")


def test_an_incomplete_one_is_refused_with_the_list_and_can_be_sent_again_under_the_key(own, signatory):
    application = ApplicationFactory(organisation=own, data={**SMALL_ANSWERS, "trl_after": None})

    refused = signatory.post(one(application) + "submit/", PLEDGE, "k-1")
    told = signatory.get(one(application) + "validate/").json()["missing"]

    assert problem(refused) == (422, "incomplete")
    assert refused.json()["missing"] == told
    assert [row["place"] for row in told] == ["trl_after", "A01"]
    assert (Submission.objects.count(), IdempotentRequest.objects.count()) == (0, 0)


@pytest.mark.parametrize(("content", "status"), [({"pledge": False}, 422), ({}, 400), ({"pledge": "x"}, 400)])
def test_without_the_pledge_nothing_is_submitted(complete, signatory, content, status):
    assert signatory.post(one(complete) + "submit/", content, "k-1").status_code == status
    assert Submission.objects.count() == 0


def test_after_the_last_moment_nothing_is_submitted(own, signatory):
    call = CallFactory(opens_at=timezone.now() - timedelta(days=30))  # open for eleven days
    application = ready(organisation=own, call=call).application

    assert problem(signatory.post(one(application) + "submit/", PLEDGE, "k-1")) == (409, "late")


# ---------------------------------------------------------------- mend
@pytest.fixture
def asked_back(complete):
    """Signed once, then asked for more."""
    application = in_check(organisation=complete.organisation)
    ask_for_correction(application, fields=["trl_after"], materials=["A01"])
    return application


def test_a_correction_tells_what_to_mend_by_when_and_how_the_time_runs(asked_back, signatory):
    answer = signatory.get(one(asked_back) + "corrections/").json()

    asked = asked_back.corrections.get()
    (row,) = answer["results"]
    assert answer["most_corrections"] == 2
    assert (row["round"], row["due_on"], row["is_open"]) == (1, asked.due_on.isoformat(), True)
    assert row["closed_after"] == asked.grace_until.isoformat()
    assert [(item["field"], item["material"], item["label"], item["reason"]) for item in row["items"]] == [
        ("trl_after", None, "Readiness after", "请更正"),
        (None, "A01", "Business licence", "请更正"),
    ]
    assert (row["clock"]["stage"], row["clock"]["length"], row["clock"]["used"]) == ("correction", 5, 0)
    assert row["clock"]["due_on"] == asked.due_on.isoformat()
    paused = [clock["stage"] for clock in answer["clocks"] if clock["is_paused"]]
    assert (len(answer["clocks"]), paused) == (4, ["form_check"])
    assert set(row) == set(CorrectionDescribed().fields)


def test_what_was_mended_is_signed_and_submitted_again(asked_back, own, signatory):
    version = signatory.get(one(asked_back)).json()["version"]
    signatory.patch(one(asked_back), {"version": version, "answers": {"trl_after": 8}})
    put_file(asked_back, "A01")

    first = signatory.post(one(asked_back) + "corrections/", PLEDGE, "k-2")
    again = signatory.post(one(asked_back) + "corrections/", PLEDGE, "k-2")

    asked_back.refresh_from_db()
    assert (first.status_code, first.content) == (201, again.content)
    assert asked_back.state == State.FORM_CHECK
    after = signatory.get(one(asked_back) + "corrections/").json()["results"][0]
    assert (after["is_open"], after["clock"], after["answered_at"] is not None) == (False, None, True)


def test_without_a_correction_there_is_nothing_to_submit_again(complete, signatory):
    assert problem(signatory.post(one(complete) + "corrections/", PLEDGE, "k-1")) == (409, "state")
    assert signatory.get(one(complete) + "corrections/").json() == {
        "results": [],
        "clocks": [],
        "most_corrections": 2,
    }


# ---------------------------------------------------------------- withdraw
def test_withdrawing_keeps_the_reason(complete, signatory):
    answer = signatory.post(one(complete) + "withdraw/", {"reason": "另行申报"}, "k-1")
    again = signatory.post(one(complete) + "withdraw/", {"reason": "另行申报"}, "k-1")

    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "withdrawn", "另行申报")
    assert again.content == answer.content
    assert Application.objects.get().steps.count() == 1


def test_withdrawing_needs_a_reason_and_a_lead(complete, own, signatory):
    member = Caller(person_of(own, MembershipRole.MEMBER))

    assert list(signatory.post(one(complete) + "withdraw/").json()["errors"]) == ["reason"]
    assert list(signatory.post(one(complete) + "withdraw/", {"reason": "  "}).json()["errors"]) == ["reason"]
    assert member.post(one(complete) + "withdraw/", {"reason": "不再申报"}).status_code == 403


def test_what_has_ended_cannot_be_withdrawn(own, signatory):
    application = ApplicationFactory(organisation=own, state=State.NOT_ACCEPTED)

    assert problem(signatory.post(one(application) + "withdraw/", {"reason": "不再申报"})) == (409, "state")


# ---------------------------------------------------------------- look back
def test_the_history_names_the_own_people_and_the_bodies_and_no_officer(complete, signatory):
    signatory.post(one(complete) + "submit/", PLEDGE, "k-1")
    withdraw(complete, by=signatory.user, reason="另行申报")

    answer = signatory.get(one(complete) + "history/").json()

    me = str(signatory.user)
    assert [(row["action"], row["state"], row["by"], row["reason"]) for row in answer["steps"]] == [
        ("submit", "recommendation", me, None),
        ("withdraw", "withdrawn", me, "另行申报"),
    ]
    assert [row["in_words"] for row in answer["steps"]] == ["Signed and submitted", "Withdrawn"]
    assert [(row["round"], row["signed_by"]) for row in answer["submissions"]] == [(0, me)]
    assert answer["submissions"][0]["digest"] == Submission.objects.get().digest
    assert set(answer["steps"][0]) == set(MoveDescribed().fields)
    assert set(answer["submissions"][0]) == set(SubmissionDescribed().fields)


def test_officers_are_told_by_their_body(asked_back, signatory):
    row = signatory.get(one(asked_back) + "history/").json()["steps"][-1]

    assert (row["action"], row["by"]) == ("ask_correction", "the bureau")


def test_the_history_costs_the_same_at_any_length(own, signatory, django_assert_num_queries):
    application = in_check(organisation=own)
    ask_for_correction(application, fields=["trl_after"], by=clerk())
    with django_assert_num_queries(6):  # token, person, roles, application, steps, submissions
        signatory.get(one(application) + "history/")
    put_file(application, "A01")
    signatory.post(one(application) + "corrections/", PLEDGE, "k-1")
    with django_assert_num_queries(6):
        signatory.get(one(application) + "history/")
