import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone, translation

from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import Organisation, User
from common.models import Counter, JournalEntry
from subsidies import workflow
from subsidies.enums import Action, State
from subsidies.models import Application, Correction, CorrectionItem, Submission
from subsidies.recommending import return_to_applicant
from subsidies.submitting import Incomplete, resubmit, submit
from subsidies.workflow import MoveRefused
from tests.factories import ProjectFactory
from tests.factories_accounts import OrganisationFactory, UserFactory
from tests.factories_subsidies import ApplicationFactory, CallFactory, SchemeFactory, firm, person_of
from tests.subsidies.signing import Ready, ready, rewritten
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def make_world() -> Ready:
    return ready()


application, signatory = parts(Ready)


def fresh(application):
    return Application.objects.get(pk=application.pk)


def state_of_things(application):
    """Everything a submission writes, to see that a refusal writes nothing."""
    row = fresh(application)
    return (
        row.state,
        row.number,
        row.version,
        Submission.objects.count(),
        row.steps.count(),
        JournalEntry.objects.count(),
        list(Counter.objects.filter(name__startswith="ZSBZ").values_list("name", "value")),
    )


def test_submitting_gives_number_state_signature_and_one_time(application, signatory):
    submission = submit(application, signatory)

    row, step = fresh(application), application.steps.last()
    assert row.number == "ZSBZ-2026-431025-0001"
    assert (row.state, row.submitted_by, row.version) == (State.RECOMMENDATION, signatory, 2)
    assert row.recommender == application.organisation.recommender
    assert row.first_submitted_at == row.state_since == step.at == submission.at
    assert (step.action, step.from_state, step.to_state) == (Action.SUBMIT, State.DRAFT, State.RECOMMENDATION)
    assert step.by == signatory
    assert submission.application.number == row.number
    assert (submission.round, submission.signed_by) == (0, signatory)
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{20}", submission.receipt_code)


@pytest.mark.parametrize("was_returned", [False, True], ids=["first time", "after a return"])
def test_what_the_firm_still_writes_goes_to_the_unit_that_the_bureau_has_set_since(
    was_returned, application, signatory
):
    if was_returned:
        old = submit(application, signatory).application.recommender
        return_to_applicant(fresh(application), by=person_of(old, MembershipRole.OFFICER), reason="不归我局推荐")
    new = OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    application.organisation.recommender = new
    application.organisation.save()

    submission = submit(fresh(application), signatory)

    assert fresh(application).recommender == new
    assert submission.snapshot["organisation"]["recommender"] == new.name_zh


def test_the_journal_tells_who_submitted(application, signatory):
    submit(application, signatory)

    entry = JournalEntry.objects.filter(object_type="subsidies.application", action="submit").get()
    assert (entry.actor, entry.object_id) == (signatory, str(application.pk))
    assert entry.changes["state"] == ["draft", "recommendation"]
    assert entry.changes["submitted_by"] == [None, signatory.pk]


def test_an_application_that_waits_for_the_signature_can_be_submitted():
    application, signatory = ready(state=State.UNIT_REVIEW)

    submit(application, signatory)

    assert application.steps.last().from_state == State.UNIT_REVIEW


def test_numbers_count_a_call_over_all_divisions(application, signatory):
    call = application.call
    pairs = [(application, signatory), ready(call=call), ready(call=call, organisation=firm(registered_division=None))]

    for application, signatory in pairs:
        submit(application, signatory)

    assert [fresh(application).number for application, _ in pairs] == [
        "ZSBZ-2026-431025-0001",
        "ZSBZ-2026-431025-0002",
        "ZSBZ-2026-431000-0003",
    ]


def test_another_call_of_the_year_counts_under_letters_of_its_own_and_another_year_anew(application):
    first, second, later = application.call, CallFactory(), CallFactory(year=2027)
    numbers = []
    for call in (first, second, later):
        application, signatory = ready(call=call)
        submit(application, signatory)
        numbers.append(fresh(application).number)

    assert numbers == ["ZSBZ-2026-431025-0001", "ZSBZ2-2026-431025-0001", "ZSBZ-2027-431025-0001"]


def test_a_number_past_9999_has_five_figures(application, signatory):
    Counter.objects.create(name=f"ZSBZ-{application.call.year}", value=9999)

    submit(application, signatory)

    assert fresh(application).number == "ZSBZ-2026-431025-10000"


def test_the_statement_that_locks_the_counter_is_the_last_one_of_the_transaction(
    django_assert_max_num_queries, application, signatory
):
    with django_assert_max_num_queries(40) as done:
        submit(application, signatory)

    statements = [query["sql"] for query in done.captured_queries]
    first_lock = next(n for n, sql in enumerate(statements) if "common_counter" in sql and "ZSBZ" in sql)
    after = [sql for sql in statements[first_lock + 1 :] if not sql.startswith("RELEASE SAVEPOINT")]
    assert [sql.split()[0] for sql in after] == ([] if connection.vendor == "postgresql" else ["UPDATE"])


@pytest.mark.parametrize(
    "role", [MembershipRole.PROJECT_LEAD, MembershipRole.MEMBER, MembershipRole.READER, None], ids=str
)
def test_only_the_administrator_of_the_firm_signs(role, application):
    person = person_of(application.organisation, role) if role else UserFactory()
    before = state_of_things(application)

    with pytest.raises(PermissionDenied):
        submit(application, person)

    assert state_of_things(application) == before


def test_without_the_pledge_nothing_is_submitted(application, signatory):
    before = state_of_things(application)

    with pytest.raises(MoveRefused) as refused:
        submit(application, signatory, pledge=False)

    assert refused.value.code == "pledge"
    assert state_of_things(application) == before


def test_what_is_missing_is_listed_and_nothing_is_submitted():
    organisation = firm(verified_at=None, recommender=None)
    application, signatory = ApplicationFactory(organisation=organisation, data={}), person_of(organisation)
    before = state_of_things(application)

    with pytest.raises(Incomplete) as refused, translation.override("en"):
        submit(application, signatory)

    assert refused.value.code == "incomplete"
    assert {(each.code, each.place) for each in refused.value.missing} == {
        ("required", "contact_name"),
        ("required", "own_pilot"),
        ("required", "investment_yuan"),
        ("required", "trl_before"),
        ("required", "trl_after"),
        ("material", "A01"),
        ("unverified", ""),
        ("recommender", ""),
    }
    assert refused.value.messages == [each.text for each in refused.value.missing]
    assert state_of_things(application) == before


def test_a_recommending_unit_set_after_the_draft_was_begun_is_taken_from_the_firm():
    organisation = firm(recommender=None)
    application, signatory = ready(organisation=organisation)
    unit = OrganisationFactory()
    organisation.recommender = unit
    organisation.save()

    submit(application, signatory)

    assert fresh(application).recommender == unit


@pytest.mark.parametrize("state", [state for state in State if state not in (State.DRAFT, State.UNIT_REVIEW)], ids=str)
def test_nothing_is_submitted_from_another_state(state):
    application, signatory = ready(state=state)
    before = state_of_things(application)

    with pytest.raises(MoveRefused) as refused:
        submit(application, signatory)

    assert refused.value.code == "state"
    assert state_of_things(application) == before


# ---------------------------------------------------------------- keys
def test_a_repeated_request_finds_what_the_first_one_made(application, signatory):
    first = submit(application, signatory, "4f1c")
    before = state_of_things(application)

    again = submit(application, signatory, "4f1c")

    assert again == first
    assert again.application.number == "ZSBZ-2026-431025-0001"
    assert state_of_things(application) == before


def test_without_a_key_a_repetition_is_told_the_state(application, signatory):
    submit(application, signatory)

    with pytest.raises(MoveRefused) as refused:
        submit(application, signatory)

    assert refused.value.code == "state"


def test_a_key_serves_one_application():
    organisation = firm()
    application, signatory = ready(organisation=organisation)
    other, _ = ready(organisation=organisation)
    submit(application, signatory, "4f1c")
    before = state_of_things(other)

    with pytest.raises(MoveRefused) as refused:
        submit(other, signatory, "4f1c")

    assert refused.value.code == "key_reused"
    assert state_of_things(other) == before


def test_two_people_may_use_the_same_key():
    for application, signatory in (ready(), ready()):
        submit(application, signatory, "same")

    assert Submission.objects.filter(idempotency_key="same").count() == 2


@pytest.mark.parametrize("key", ["a" * 256, "中", "a b", "a\x00", "\n"])
def test_a_key_that_cannot_be_kept_is_refused(key, application, signatory):
    with pytest.raises(MoveRefused) as refused:
        submit(application, signatory, key)

    assert refused.value.code == "key"


# ---------------------------------------------------------------- once
def test_the_same_project_is_under_way_once_and_the_firm_is_told_which_one_it_is():
    organisation = firm()
    application, signatory = ready(organisation=organisation, project_name="赤泥提钪中试")
    other, _ = ready(organisation=organisation, project_name="赤泥提钪 中试", call__scheme=application.call.scheme)
    submit(application, signatory)
    before = state_of_things(other)

    with pytest.raises(MoveRefused) as refused, translation.override("en"):
        submit(other, signatory)

    assert refused.value.code == "once"
    assert fresh(application).number in refused.value.messages[0]
    assert state_of_things(other) == before


def test_the_number_of_another_firm_is_not_told():
    project = ProjectFactory()
    application, signatory = ready(project=project)
    other, stranger = ready(project=project, call__scheme=application.call.scheme)
    submit(application, signatory)

    with pytest.raises(MoveRefused) as refused, translation.override("en"):
        submit(other, stranger)

    assert refused.value.code == "once"
    assert "ZSBZ" not in refused.value.messages[0]


def test_after_a_withdrawal_the_project_can_be_applied_for_again():
    scheme, organisation = SchemeFactory(), firm()
    application, signatory = ready(organisation=organisation, project_name="赤泥提钪中试", call__scheme=scheme)
    other, _ = ready(organisation=organisation, project_name="赤泥提钪中试", call__scheme=scheme)
    submit(application, signatory)
    workflow.move(application, Action.WITHDRAW, by=signatory, reason="另行申报")

    submit(other, signatory)

    assert fresh(other).state == State.RECOMMENDATION


# ---------------------------------------------------------------- sent back by the recommending unit
def test_what_the_recommending_unit_returned_keeps_its_number_and_first_time(application, signatory):
    first = submit(application, signatory, "one")
    officer = person_of(application.recommender, MembershipRole.OFFICER)
    workflow.move(application, Action.RETURN, by=officer, reason="请补充说明")

    second = submit(application, signatory, "two")

    row = fresh(application)
    assert (row.number, row.state) == ("ZSBZ-2026-431025-0001", State.RECOMMENDATION)
    assert row.first_submitted_at == first.at
    assert (second.round, row.state_since) == (1, second.at)
    assert Counter.objects.get(name="ZSBZ-2026").value == 1


def test_the_key_of_the_first_signature_is_no_key_for_the_second(application, signatory):
    submit(application, signatory, "one")
    officer = person_of(application.recommender, MembershipRole.OFFICER)
    workflow.move(application, Action.RETURN, by=officer, reason="请补充说明")

    with pytest.raises(MoveRefused) as refused:
        submit(application, signatory, "one")

    assert refused.value.code == "key_reused"
    assert fresh(application).state == State.DRAFT


# ---------------------------------------------------------------- corrected
def corrected(grace_days=3, **fields):
    application, signatory = ready(state=State.CORRECTION, **fields)
    clerk, today = UserFactory(), timezone.localdate()
    correction = Correction.objects.create(
        application=application,
        round=1,
        asked_by=clerk,
        due_on=today,
        grace_until=today + timedelta(days=grace_days),
    )
    CorrectionItem.objects.create(correction=correction, field="summary", reason="请补充")
    return application, signatory, correction


def test_a_correction_is_answered_by_a_new_signature():
    application, signatory, correction = corrected()

    submission = resubmit(application, signatory, "k")

    row, step = fresh(application), application.steps.last()
    correction.refresh_from_db()
    assert (row.state, row.submitted_by) == (State.FORM_CHECK, signatory)
    assert (row.number, row.first_submitted_at) == (application.number, application.first_submitted_at)
    assert correction.answered_at == submission.at == step.at == row.state_since
    assert submission.round == 0
    assert submission.application.state == State.FORM_CHECK
    assert resubmit(application, signatory, "k") == submission


def test_a_correction_may_come_on_the_last_day_of_grace_and_not_after_it():
    in_time, late = corrected(grace_days=0), corrected(grace_days=-1)

    resubmit(*in_time[:2])
    with pytest.raises(MoveRefused) as refused:
        resubmit(*late[:2])

    assert refused.value.code == "late"
    assert fresh(late[0]).state == State.CORRECTION
    assert Correction.objects.get(pk=late[2].pk).answered_at is None


def test_a_correction_that_leaves_something_out_is_refused():
    application, signatory, correction = corrected()
    rewritten(application, contact_name=None)

    with pytest.raises(Incomplete) as refused:
        resubmit(application, signatory)

    assert [each.place for each in refused.value.missing] == ["contact_name"]
    assert Submission.objects.count() == 0
    assert Correction.objects.get(pk=correction.pk).is_open


@pytest.mark.parametrize("role", [MembershipRole.PROJECT_LEAD, MembershipRole.READER], ids=str)
def test_only_the_administrator_signs_a_correction(role):
    application, _signatory, _correction = corrected()

    with pytest.raises(PermissionDenied):
        resubmit(application, person_of(application.organisation, role))

    assert fresh(application).state == State.CORRECTION


def test_nothing_is_resubmitted_that_was_not_sent_back():
    application, signatory = ready(state=State.FORM_CHECK)

    with pytest.raises(MoveRefused) as refused:
        resubmit(application, signatory)

    assert refused.value.code == "state"


def test_an_organisation_that_loses_its_administrator_cannot_submit(application, signatory):
    signatory.memberships.get().delete()

    with pytest.raises(PermissionDenied):
        submit(application, User.objects.get(pk=signatory.pk))

    assert Organisation.objects.filter(applications=application).count() == 1
