"""What must never happen, tried by plain SQL: the database refuses it whoever writes. The table is by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.calendar import shanghai_today
from subsidies.enums import AppealState, State
from subsidies.models import (
    Appeal,
    Application,
    BudgetChange,
    Decision,
    ExpertInterest,
    FormCheck,
    Meeting,
    SiteVisit,
    Submission,
)
from subsidies.submitting import submit
from tests.factories_accounts import UserFactory
from tests.factories_awarding import payment_of
from tests.factories_decision import (
    AMOUNT,
    DrawFactory,
    ExpertFactory,
    MeetingFactory,
    approved_without_money,
    budget_for,
    rejected,
    seat,
)
from tests.factories_subsidies import ApplicationFactory, CallFactory, as_kept
from tests.subsidies.by_hand import MOVE, by_hand, step_by_hand, step_of
from tests.subsidies.deciders import Bureau, agenda, bureau, funded_call, held, recorded, released
from tests.subsidies.ledgers import raw_entry
from tests.subsidies.panel import seats, signed_by_the_firm, signs, under_review
from tests.subsidies.signing import ready

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- I3: a move and its step
def move_without_step() -> None:
    by_hand(MOVE, State.FORM_CHECK, ApplicationFactory(state=State.ACCEPTANCE).pk)


def move_on_an_old_step() -> None:
    application = ApplicationFactory(state=State.ACCEPTANCE)
    step_by_hand(application, State.ACCEPTANCE, State.FORM_CHECK, application.version)
    by_hand(MOVE, State.FORM_CHECK, application.pk)


def move_on_the_step_of_another_move() -> None:
    application = ApplicationFactory(state=State.ACCEPTANCE)
    step_by_hand(application, State.ACCEPTANCE, State.NOT_ACCEPTED, application.version + 1)
    by_hand(MOVE, State.FORM_CHECK, application.pk)


def move_on_the_step_of_another_application() -> None:
    application, other = ApplicationFactory(state=State.ACCEPTANCE), ApplicationFactory(state=State.ACCEPTANCE)
    step_by_hand(other, State.ACCEPTANCE, State.FORM_CHECK, application.version + 1)
    by_hand(MOVE, State.FORM_CHECK, application.pk)


def two_steps_for_one_version() -> None:
    application = ApplicationFactory(state=State.ACCEPTANCE)
    step_by_hand(application, State.ACCEPTANCE, State.FORM_CHECK, application.version)


def step_of_a_person_by_nobody() -> None:
    application = ApplicationFactory(state=State.ACCEPTANCE)
    step_of(application, "accept", State.ACCEPTANCE, State.FORM_CHECK, application.version + 1, by=None)


def step_of_the_clock_by_a_person() -> None:
    application = ApplicationFactory(state=State.CORRECTION)
    by = application.started_by_id
    step_of(application, "lapse", State.CORRECTION, State.LAPSED, application.version + 1, by=by)


def move_on_a_step_without_version_by_nobody() -> None:
    application = ApplicationFactory(state=State.ACCEPTANCE)
    application.steps.create(action="accept", from_state=State.ACCEPTANCE, to_state=State.FORM_CHECK)
    by_hand(MOVE, State.FORM_CHECK, application.pk)


def step_taken_back() -> None:
    (step,) = ApplicationFactory(state=State.UNIT_REVIEW).steps.all()
    by_hand("DELETE FROM subsidies_applicationstep WHERE id = %s", step.pk)


# ---------------------------------------------------------------- I5: in time
def submitted_at(application: Application, moment: datetime) -> None:
    set_time = "UPDATE subsidies_application SET first_submitted_at = %s WHERE id = %s"
    by_hand(set_time, as_kept(moment), application.pk)


def submitted_as_the_call_closes() -> None:
    application = ApplicationFactory()
    submitted_at(application, application.call.closes_at)


def submitted_before_the_call_opens() -> None:
    application = ApplicationFactory()
    submitted_at(application, application.call.opens_at - timedelta(microseconds=1))


def submitted_at_another_time_afterwards() -> None:
    application = ApplicationFactory(state=State.RECOMMENDATION)
    submitted_at(application, application.call.opens_at)


def submitted_again_after_the_close() -> None:
    application = ApplicationFactory(state=State.RECOMMENDATION)
    step_by_hand(application, State.RECOMMENDATION, State.DRAFT, application.version + 1)
    by_hand(MOVE, State.DRAFT, application.pk)
    step_by_hand(application, State.DRAFT, State.RECOMMENDATION, application.version + 2)
    by_hand(
        "UPDATE subsidies_application SET state = 'recommendation', version = version + 1, state_since = %s "
        "WHERE id = %s",
        as_kept(application.call.closes_at),
        application.pk,
    )


# ---------------------------------------------------------------- I1, I2: states and moves
def state_that_there_is_not() -> None:
    by_hand(MOVE, "nowhere", ApplicationFactory().pk)


def move_that_there_is_not() -> None:
    application = ApplicationFactory(state=State.ACCEPTANCE)
    step_by_hand(application, State.ACCEPTANCE, State.PUBLICITY_READY, application.version + 1)
    by_hand(MOVE, State.PUBLICITY_READY, application.pk)


# ---------------------------------------------------------------- I4: what was signed
def signed_submission() -> Submission:
    return signed_by_the_firm(ApplicationFactory(state=State.RECOMMENDATION))


def snapshot_written_anew() -> None:
    by_hand("UPDATE subsidies_submission SET snapshot = '{}' WHERE id = %s", signed_submission().pk)


def digest_written_anew() -> None:
    by_hand("UPDATE subsidies_submission SET digest = 'x' WHERE id = %s", signed_submission().pk)


def submission_deleted() -> None:
    by_hand("DELETE FROM subsidies_submission WHERE id = %s", signed_submission().pk)


# ---------------------------------------------------------------- I6: four eyes
def recorded_decision() -> Decision:
    return recorded_decision_of(bureau())


def recorded_decision_of(people: Bureau) -> Decision:
    _meeting, (decision,) = agenda(people, funded_call(), "80.00")
    return recorded(decision, people.secretary)


def approved_by_whoever_recorded_it() -> None:
    decision = recorded_decision()
    by_hand(
        "UPDATE subsidies_decision SET released_by_id = staged_by_id, released_at = staged_at WHERE id = %s",
        decision.pk,
    )


def approved_by_whoever_submitted_it() -> None:
    decision = recorded_decision()
    by_hand(
        "UPDATE subsidies_decision SET released_by_id = %s, released_at = staged_at WHERE id = %s",
        decision.application.submitted_by_id,
        decision.pk,
    )


def approved_by_whoever_scored_it() -> None:
    decision, leader = recorded_decision(), UserFactory()
    seat(decision.application, ExpertFactory(user=leader))
    by_hand(
        "UPDATE subsidies_decision SET released_by_id = %s, released_at = staged_at WHERE id = %s",
        leader.pk,
        decision.pk,
    )


def decision_inserted_as_released() -> None:
    application = ApplicationFactory(state=State.MEETING)
    told = {"verdict": "reject", "reason": "不符", "appeal_route": "十日内", "position": 1}
    people = {name: UserFactory() for name in ("put_by", "staged_by", "released_by")}
    with transaction.atomic():
        Decision.objects.create(
            meeting=MeetingFactory(call=application.call),
            application=application,
            staged_at=timezone.now(),
            released_at=timezone.now(),
            **told,
            **people,
        )


def appeal_inserted_as_upheld() -> None:
    decision = rejected(ApplicationFactory(state=State.MEETING))
    with transaction.atomic():
        Appeal.objects.create(
            decision=decision,
            text="请复核",
            made_by=decision.application.started_by,
            due_on=shanghai_today(),
            state=AppealState.UPHELD,
            answer="属实",
            answered_by=decision.staged_by,
            answered_at=timezone.now(),
        )


def released_meeting() -> Meeting:
    people = bureau()
    decision = recorded_decision_of(people)
    return released(people, decision.meeting)


def member_added_after_the_release() -> None:
    meeting = released_meeting()
    by_hand(
        "INSERT INTO subsidies_meetingmember (meeting_id, name, post, is_chair) VALUES (%s, '某某', '', %s)",
        meeting.pk,
        False,
    )


def member_renamed_after_the_release() -> None:
    by_hand("UPDATE subsidies_meetingmember SET name = '某某' WHERE meeting_id = %s", released_meeting().pk)


def member_taken_away_after_the_release() -> None:
    by_hand("DELETE FROM subsidies_meetingmember WHERE meeting_id = %s", released_meeting().pk)


def member_moved_to_a_released_meeting() -> None:
    meeting, other = released_meeting(), held(funded_call(), bureau().secretary)
    by_hand("UPDATE subsidies_meetingmember SET meeting_id = %s WHERE meeting_id = %s", meeting.pk, other.pk)


def budget_of_a_released_meeting_changed() -> None:
    other = budget_for(CallFactory())
    by_hand("UPDATE subsidies_meeting SET budget_id = %s WHERE id = %s", other.pk, released_meeting().pk)


def check_confirmed_by_whoever_made_it() -> None:
    application = ApplicationFactory(state=State.FORM_CHECK)
    check = FormCheck.objects.create(application=application, round=0, checked_by=UserFactory())
    by_hand(
        "UPDATE subsidies_formcheck SET confirmed_by_id = checked_by_id, confirmed_at = created_at WHERE id = %s",
        check.pk,
    )


def budget_raised_by_whoever_proposed_it() -> None:
    change = BudgetChange.objects.create(
        budget=budget_for(CallFactory()), kind="increase", amount_yuan=AMOUNT, reason="年中", proposed_by=UserFactory()
    )
    by_hand(
        "UPDATE subsidies_budgetchange SET confirmed_by_id = proposed_by_id, confirmed_at = proposed_at WHERE id = %s",
        change.pk,
    )


# ---------------------------------------------------------------- I8, I9: money
def entry(kind: str, way: tuple[str, str], amount: Decimal) -> None:
    application = ApplicationFactory(state=State.MEETING)
    raw_entry(budget_for(application.call), kind, way, amount, application)


def reserved_in_part() -> None:
    entry("reserve", ("free", "reserved"), AMOUNT / 2)


def reserved_twice() -> None:
    application = ApplicationFactory(state=State.MEETING)
    approved_without_money(application)
    budget = budget_for(application.call)
    for _time in range(2):
        raw_entry(budget, "reserve", ("free", "reserved"), AMOUNT, application)


def reserved_beyond_the_budget() -> None:
    application = ApplicationFactory(state=State.MEETING)
    raw_entry(budget_for(application.call, AMOUNT / 2), "reserve", ("free", "reserved"), AMOUNT, application)


def paid_without_an_award() -> None:
    entry("pay", ("committed", "paid"), AMOUNT)


def paid_more_than_the_award() -> None:
    application = ApplicationFactory(state=State.PAYING)
    raw_entry(budget_for(application.call), "pay", ("committed", "paid"), AMOUNT + 1, application)


def entry_written_anew() -> None:
    row = budget_for(CallFactory()).entries.get()
    by_hand("UPDATE subsidies_budgetentry SET amount_yuan = amount_yuan + 1 WHERE id = %s", row.pk)


def one_thing_under_way_twice() -> None:
    one, other = ApplicationFactory(state=State.MEETING), ApplicationFactory(state=State.MEETING)
    by_hand("UPDATE subsidies_application SET once_key = %s WHERE id = %s", one.once_key, other.pk)


def approved_without_its_money() -> None:
    application = ApplicationFactory(state=State.MEETING)
    step_by_hand(application, State.MEETING, State.PUBLICITY_READY, application.version + 1)
    by_hand(MOVE, State.PUBLICITY_READY, application.pk)


# ---------------------------------------------------------------- I6 to I11: award and payment
def payment_approved_by_whoever_prepared_it() -> None:
    payment = payment_of(ApplicationFactory(state=State.PAYING))
    by_hand(
        "UPDATE subsidies_payment SET state = 'approved', approved_by_id = prepared_by_id, approved_at = prepared_at"
        " WHERE id = %s",
        payment.pk,
    )


def awarded_without_a_document() -> None:
    application = ApplicationFactory(state=State.CLEARED)
    step_by_hand(application, State.CLEARED, State.AWARDED, application.version + 1)
    by_hand(MOVE, State.AWARDED, application.pk)


def award_of_another_amount() -> None:
    award = ApplicationFactory(state=State.AWARDED).award
    by_hand("UPDATE subsidies_award SET amount_yuan = amount_yuan + 1 WHERE id = %s", award.pk)


def shares_beyond_the_award() -> None:
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application)
    payment_of(application, "0.01", payer="county")


def paid_without_its_entry_in_the_ledger() -> None:
    payment = payment_of(ApplicationFactory(state=State.PAYING), state="approved")
    by_hand(
        "UPDATE subsidies_payment SET state = 'paid', executed_by_id = prepared_by_id, paid_on = '2026-01-01',"
        " voucher_number = 'X' WHERE id = %s",
        payment.pk,
    )


def paid_row_written_anew() -> None:
    payment = payment_of(ApplicationFactory(state=State.PAYING), state="paid")
    by_hand("UPDATE subsidies_payment SET paid_on = '2020-01-01' WHERE id = %s", payment.pk)


def paid_after_the_award_was_revoked() -> None:
    application = ApplicationFactory(state=State.PAYING)
    by_hand("UPDATE subsidies_award SET revoked_on = '2026-01-01' WHERE id = %s", application.award.pk)
    payment_of(application)


# ---------------------------------------------------------------- I12: the panel
def reviewed_with_too_few_sheets() -> None:
    application = under_review(members=2)
    signs(seats(application)[0])
    application.refresh_from_db()
    step_by_hand(application, State.REVIEW, State.REVIEWED, application.version + 1)
    by_hand(MOVE, State.REVIEWED, application.pk)


def expert_of_the_firm_seated() -> None:
    application, expert = ApplicationFactory(state=State.REVIEW), ExpertFactory()
    ExpertInterest.objects.create(expert=expert, organisation=application.organisation, kind="adviser")
    seat(application, expert)


def seat_given_to_another_expert() -> None:
    (row,) = seats(under_review(members=1))
    by_hand("UPDATE subsidies_assignment SET expert_id = %s WHERE id = %s", ExpertFactory().pk, row.pk)


def signed_sheet_written_anew() -> None:
    application = under_review(members=2)
    sheet = signs(seats(application)[0])
    by_hand("UPDATE subsidies_scoresheet SET total = 100 WHERE id = %s", sheet.pk)


def sheet_inserted_as_signed() -> None:
    (row,) = seats(under_review(members=1))
    by_hand(
        "INSERT INTO subsidies_scoresheet (assignment_id, number, state, scores, comment, revision_reason, total, "
        "signed_at, digest, created_at) VALUES (%s, 1, 'signed', '{}', '', '', 80, %s, 'x', %s)",
        row.pk,
        *[as_kept(timezone.now())] * 2,
    )


def visit_inserted_as_concluded() -> None:
    with transaction.atomic():
        SiteVisit.objects.create(
            application=ApplicationFactory(state=State.CHECKED),
            key=uuid4(),
            visited_on=shanghai_today(),
            place="车间",
            planned_by=UserFactory(),
            state="concluded",
            findings="相符",
            is_as_applied=True,
            concluded_at=timezone.now(),
        )


def draw_taken_away() -> None:
    by_hand("DELETE FROM subsidies_draw WHERE id = %s", DrawFactory(call=CallFactory()).pk)


def discarded_draw_taken_up_again() -> None:
    gone = {"discarded_by": UserFactory(), "discarded_at": timezone.now(), "discard_reason": "重抽"}
    draw = DrawFactory(call=CallFactory(), confirmed_by=None, confirmed_at=None, **gone)
    by_hand(
        "UPDATE subsidies_draw SET discarded_at = NULL, discarded_by_id = NULL, discard_reason = '' WHERE id = %s",
        draw.pk,
    )


# ---------------------------------------------------------------- I13: attachments
def attachment_of_a_signed_application_deleted() -> None:
    application, signatory = ready()
    submit(application, signatory)
    by_hand("DELETE FROM subsidies_applicationfile WHERE application_id = %s", application.pk)


# ---------------------------------------------------------------- I14: versions
def version_set_back() -> None:
    application = ApplicationFactory(version=5)
    by_hand("UPDATE subsidies_application SET version = 4 WHERE id = %s", application.pk)


def move_without_a_new_version() -> None:
    application = ApplicationFactory(state=State.ACCEPTANCE)
    by_hand("UPDATE subsidies_application SET state = 'form_check' WHERE id = %s", application.pk)


REFUSED: list[tuple[str, Callable[[], None], str]] = [
    ("I1", state_that_there_is_not, "cannot go"),
    ("I2", move_that_there_is_not, "cannot go"),
    ("I3", move_without_step, "moves with its step alone"),
    ("I3", move_on_an_old_step, "(?i)unique"),
    ("I3", move_on_the_step_of_another_move, "moves with its step alone"),
    ("I3", move_on_the_step_of_another_application, "moves with its step alone"),
    ("I3", two_steps_for_one_version, "(?i)unique"),
    ("I3", step_of_a_person_by_nobody, "names who made the move"),
    ("I3", step_of_the_clock_by_a_person, "is made by nobody"),
    ("I3", move_on_a_step_without_version_by_nobody, "moves with its step alone"),
    ("I3", step_taken_back, "append-only"),
    ("I5", submitted_as_the_call_closes, "while its call is open"),
    ("I5", submitted_before_the_call_opens, "while its call is open"),
    ("I5", submitted_again_after_the_close, "while its call is open"),
    ("I5", submitted_at_another_time_afterwards, "keeps the time of its submission"),
    ("I4", snapshot_written_anew, "append-only"),
    ("I4", digest_written_anew, "append-only"),
    ("I4", submission_deleted, "append-only"),
    ("I6", approved_by_whoever_recorded_it, "decision_four_eyes"),
    ("I6", approved_by_whoever_submitted_it, "is released by somebody"),
    ("I6", approved_by_whoever_scored_it, "tied to nothing in it"),
    ("I6", decision_inserted_as_released, "released after it is recorded"),
    ("I6", appeal_inserted_as_upheld, "begins without an answer"),
    ("I6", member_added_after_the_release, "once the decisions are released"),
    ("I6", member_renamed_after_the_release, "once the decisions are released"),
    ("I6", member_taken_away_after_the_release, "once the decisions are released"),
    ("I6", member_moved_to_a_released_meeting, "once the decisions are released"),
    ("I6", budget_of_a_released_meeting_changed, "stays as it is once released"),
    ("I6", check_confirmed_by_whoever_made_it, "formcheck_four_eyes"),
    ("I6", budget_raised_by_whoever_proposed_it, "budgetchange_four_eyes"),
    ("I8", reserved_in_part, "gives what the call gives"),
    ("I8", reserved_twice, "reserves once"),
    ("I8", one_thing_under_way_twice, "once"),
    ("I9", reserved_beyond_the_budget, "takes more than the budget has"),
    ("I9", paid_without_an_award, "takes more than|pays what was approved"),
    ("I9", paid_more_than_the_award, "takes more than|pays what was approved"),
    ("I9", entry_written_anew, "append-only"),
    ("I9", approved_without_its_money, "needs a released decision and its money first"),
    ("I6", payment_approved_by_whoever_prepared_it, "payment_four_eyes"),
    ("I7", awarded_without_a_document, "needs an award of an issued document"),
    ("I8", award_of_another_amount, "revoked or stays"),
    ("I9", shares_beyond_the_award, "more than the award"),
    ("I9", paid_without_its_entry_in_the_ledger, "in the ledger first"),
    ("I10", paid_row_written_anew, "never changes once paid"),
    ("I11", paid_after_the_award_was_revoked, "needs an award being paid"),
    ("I12", reviewed_with_too_few_sheets, "needs its score sheets first"),
    ("I12", expert_of_the_firm_seated, "bound to an organisation concerned"),
    ("I12", seat_given_to_another_expert, "stays with its expert"),
    ("I12", signed_sheet_written_anew, "never changes once signed"),
    ("I12", sheet_inserted_as_signed, "begins as a draft"),
    ("I12", visit_inserted_as_concluded, "begins as planned"),
    ("I12", draw_taken_away, "stays on record"),
    ("I12", discarded_draw_taken_up_again, "stays discarded"),
    ("I13", attachment_of_a_signed_application_deleted, "of a signed application is kept"),
    ("I14", version_set_back, "cannot go back"),
    ("I14", move_without_a_new_version, "gets a new version with every move"),
]


@pytest.mark.parametrize(("invariant", "attempt", "sentence"), REFUSED, ids=lambda each: getattr(each, "__name__", ""))
def test_the_database_refuses_what_must_never_happen(invariant, attempt, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        attempt()


@pytest.mark.parametrize(("name", "later"), [("opens_at", 0), ("closes_at", -1)])
def test_the_first_microsecond_and_the_last_are_in_time(name, later):
    application = ApplicationFactory()
    moment = getattr(application.call, name) + timedelta(microseconds=later)

    submitted_at(application, moment)

    assert Application.objects.get().first_submitted_at == moment


@pytest.mark.parametrize("microsecond", [0, 1])
def test_times_with_and_without_a_fraction_compare_as_they_should(microsecond):
    """SQLite compares them as text, and leaves out a fraction of nothing."""
    closes = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    application = ApplicationFactory(call__closes_at=closes)

    with pytest.raises(IntegrityError, match="while its call is open"):
        submitted_at(application, closes + timedelta(microseconds=microsecond))


def test_every_invariant_of_the_catalogue_has_its_attempt():
    assert {name for name, _attempt, _sentence in REFUSED} == {f"I{n}" for n in range(1, 15)}
