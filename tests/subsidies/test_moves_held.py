"""Moves without what they rest on, tried by plain SQL: the step alone is not enough. See also test_invariants_held."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from subsidies.enums import AssignmentState, Opinion, Outcome, Seat, State
from subsidies.models import Application, FormCheck, Recommendation, ScoreSheet
from tests.factories_accounts import OrganisationFactory, UserFactory
from tests.factories_decision import DrawFactory, ExpertFactory, seat
from tests.factories_steps import checked, drawn, recommended
from tests.factories_subsidies import ApplicationFactory, as_kept, put
from tests.subsidies.by_hand import by_hand, moved_by_hand
from tests.subsidies.deciders import agenda, bureau, funded_call, recorded
from tests.subsidies.panel import seats, signed_by_the_firm, signs, under_review
from tests.worlds import in_state, parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    application: Application


def make_world() -> World:
    """An application under review, and one in each of the states that are left by the moves tried here."""
    for state in (State.RECOMMENDATION, State.FORM_CHECK, State.CHECKED, State.REVIEWED):
        ApplicationFactory(state=state)
    return World(ApplicationFactory(state=State.REVIEW))


(application,) = parts(World)


def opinion(application: Application, **fields: object) -> Recommendation:
    given = {"unit": application.recommender, "opinion": Opinion.RECOMMEND, "prepared_by": UserFactory()}
    return Recommendation.objects.create(application=application, text="属实", **{**given, **fields})


def decide(row: Recommendation) -> None:
    by_hand(
        "UPDATE subsidies_recommendation SET decided_by_id = %s, decided_at = %s WHERE id = %s",
        UserFactory().pk,
        as_kept(timezone.now()),
        row.pk,
    )


# ---------------------------------------------------------------- the recommendation
def accepted_without_a_recommendation() -> None:
    moved_by_hand(in_state(State.RECOMMENDATION), State.ACCEPTANCE)


def accepted_on_an_opinion_nobody_decided_on() -> None:
    application = in_state(State.RECOMMENDATION)
    opinion(application)
    moved_by_hand(application, State.ACCEPTANCE)


def accepted_on_a_refusal() -> None:
    application = in_state(State.RECOMMENDATION)
    recommended(application, Opinion.DECLINE)
    moved_by_hand(application, State.ACCEPTANCE)


def accepted_on_the_word_of_another_unit() -> None:
    application = in_state(State.RECOMMENDATION)
    decide(opinion(application, unit=OrganisationFactory()))
    moved_by_hand(application, State.ACCEPTANCE)


def turned_down_without_an_opinion() -> None:
    moved_by_hand(in_state(State.RECOMMENDATION), State.NOT_RECOMMENDED)


def recommendation_inserted_as_decided() -> None:
    application = in_state(State.RECOMMENDATION)
    opinion(application, decided_by=UserFactory(), decided_at=timezone.now())


def decided_recommendation_turned_round() -> None:
    row = recommended(in_state(State.RECOMMENDATION), Opinion.DECLINE)
    by_hand("UPDATE subsidies_recommendation SET opinion = 'recommend' WHERE id = %s", row.pk)


def decided_recommendation_taken_away() -> None:
    row = recommended(in_state(State.RECOMMENDATION))
    by_hand("DELETE FROM subsidies_recommendation WHERE id = %s", row.pk)


# ---------------------------------------------------------------- the form check
def passed_without_a_check() -> None:
    moved_by_hand(in_state(State.FORM_CHECK), State.CHECKED)


def passed_on_a_proposal_nobody_confirmed() -> None:
    application = in_state(State.FORM_CHECK)
    FormCheck.objects.create(
        application=application, checked_by=UserFactory(), proposal=Outcome.PASS, proposed_at=timezone.now()
    )
    moved_by_hand(application, State.CHECKED)


def passed_on_a_failed_check() -> None:
    application = in_state(State.FORM_CHECK)
    checked(application, Outcome.FAIL)
    moved_by_hand(application, State.CHECKED)


def passed_on_the_check_of_an_earlier_submission() -> None:
    application = in_state(State.FORM_CHECK)
    checked(application)
    signed_by_the_firm(application, round=1)
    moved_by_hand(application, State.CHECKED)


def failed_without_a_check() -> None:
    moved_by_hand(in_state(State.FORM_CHECK), State.FORM_REJECTED)


def check_inserted_as_confirmed() -> None:
    FormCheck.objects.create(
        application=in_state(State.FORM_CHECK),
        checked_by=UserFactory(),
        proposal=Outcome.PASS,
        proposed_at=timezone.now(),
        confirmed_by=UserFactory(),
        confirmed_at=timezone.now(),
    )


def confirmed_check_turned_round() -> None:
    row = checked(in_state(State.FORM_CHECK), Outcome.FAIL)
    by_hand("UPDATE subsidies_formcheck SET proposal = 'pass' WHERE id = %s", row.pk)


# ---------------------------------------------------------------- the draw
def reviewed_without_a_draw() -> None:
    moved_by_hand(in_state(State.CHECKED), State.REVIEW)


def reviewed_on_a_draw_nobody_confirmed() -> None:
    application = in_state(State.CHECKED)
    panels = {"panels": [{"application": application.number, "members": [], "reserves": []}]}
    DrawFactory(call=application.call, result=panels, confirmed_by=None, confirmed_at=None)
    moved_by_hand(application, State.REVIEW)


def reviewed_on_the_draw_of_others() -> None:
    application = in_state(State.CHECKED)
    drawn(ApplicationFactory(call=application.call, state=State.CHECKED))
    moved_by_hand(application, State.REVIEW)


# ---------------------------------------------------------------- the sheets
def needed(application: Application, sheets: int) -> None:
    by_hand("UPDATE subsidies_application SET sheets_needed = %s WHERE id = %s", sheets, application.pk)


def fewer_sheets_needed_than_were_drawn() -> None:
    application = under_review(members=2)
    signs(seats(application)[0])
    needed(application, 1)


def fewer_sheets_needed_once_reviewed() -> None:
    needed(in_state(State.REVIEWED), 0)


def more_sheets_needed_once_reviewed() -> None:
    needed(in_state(State.REVIEWED), 2)


def reviewed_with_a_seat_that_has_not_signed() -> None:
    application = under_review(members=1)
    seat(application)
    by_hand(
        "INSERT INTO subsidies_scoresheet (assignment_id, number, state, scores, comment, revision_reason, digest, "
        "created_at) VALUES (%s, 1, 'draft', '{}', '', '', '', %s)",
        seats(application)[0].pk,
        as_kept(timezone.now()),
    )
    by_hand(
        "UPDATE subsidies_scoresheet SET state = 'signed', total = 80, digest = 'x', signed_at = created_at "
        "WHERE state = 'draft'"
    )
    moved_by_hand(application, State.REVIEWED)


REFUSED: list[tuple[Callable[[], None], str]] = [
    (accepted_without_a_recommendation, "needs the opinion of its unit first"),
    (accepted_on_an_opinion_nobody_decided_on, "needs the opinion of its unit first"),
    (accepted_on_a_refusal, "needs the opinion of its unit first"),
    (accepted_on_the_word_of_another_unit, "needs the opinion of its unit first|subsidies_recommendation"),
    (turned_down_without_an_opinion, "needs the opinion of its unit first"),
    (recommendation_inserted_as_decided, "begins undecided"),
    (decided_recommendation_turned_round, "never changes once decided"),
    (decided_recommendation_taken_away, "never changes once decided"),
    (passed_without_a_check, "needs a confirmed check first"),
    (passed_on_a_proposal_nobody_confirmed, "needs a confirmed check first"),
    (passed_on_a_failed_check, "needs a confirmed check first"),
    (passed_on_the_check_of_an_earlier_submission, "needs a confirmed check first"),
    (failed_without_a_check, "needs a confirmed check first"),
    (check_inserted_as_confirmed, "begins unconfirmed"),
    (confirmed_check_turned_round, "never changes once confirmed"),
    (reviewed_without_a_draw, "needs a confirmed draw first"),
    (reviewed_on_a_draw_nobody_confirmed, "needs a confirmed draw first"),
    (reviewed_on_the_draw_of_others, "needs a confirmed draw first"),
    (fewer_sheets_needed_than_were_drawn, "asks for no fewer score sheets"),
    (fewer_sheets_needed_once_reviewed, "asks for no fewer score sheets"),
    (more_sheets_needed_once_reviewed, "asks for no fewer score sheets"),
    (reviewed_with_a_seat_that_has_not_signed, "needs the sheet of every seat first"),
]


@pytest.mark.parametrize(("attempt", "sentence"), REFUSED, ids=lambda each: getattr(each, "__name__", ""))
@pytest.mark.usefixtures("world")
def test_the_database_refuses_a_move_without_what_it_rests_on(attempt, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        attempt()


@pytest.mark.usefixtures("world")
def test_with_what_they_rest_on_the_same_statements_go_through():
    application = in_state(State.RECOMMENDATION)
    recommended(application)
    moved_by_hand(application, State.ACCEPTANCE)
    moved_by_hand(application, State.FORM_CHECK)
    checked(application)
    moved_by_hand(application, State.CHECKED)
    drawn(application)
    moved_by_hand(application, State.REVIEW)
    seat(application)
    needed(application, 1)
    signed_by_the_firm(application)
    signs(seats(application)[0])

    application.refresh_from_db()
    assert application.state == State.REVIEWED


# ---------------------------------------------------------------- who had a part in it sits on no panel
def corrected_and_checked(application: Application, **by: User) -> None:
    signed_by_the_firm(application, round=1)
    checked(application, **by)


HANDS: dict[str, Callable[[Application, User], object]] = {
    "started it": lambda row, person: put(row, started_by_id=person.pk),
    "signatory": lambda row, person: put(row, submitted_by_id=person.pk),
    "signed a submission": lambda row, person: signed_by_the_firm(row, signed_by=person),
    "advised the firm": lambda row, person: row.guests.create(user=person, let_in_by=row.started_by),
    "prepared the opinion": lambda row, person: recommended(row, prepared_by=person),
    "recommended it": lambda row, person: recommended(row, decided_by=person),
    "checked it": lambda row, person: corrected_and_checked(row, checked_by=person),
    "confirmed its check": lambda row, person: corrected_and_checked(row, confirmed_by=person),
    "judged a hit": lambda row, person: row.hits.create(
        kind="invoice", key="1", judgement="harmless", judged_by=person, judged_at=timezone.now(), reason="不同"
    ),
}
TOOK_PART = "had a part in the application"


EVERY_HAND = pytest.mark.parametrize("hand", HANDS.values(), ids=list(HANDS))


@EVERY_HAND
def test_no_statement_inserts_a_seat_for_who_had_a_part_in_it(application, hand):
    expert = ExpertFactory()
    hand(application, expert.user)

    with pytest.raises(IntegrityError, match=TOOK_PART), transaction.atomic():
        seat(application, expert)
    seat(application)


@EVERY_HAND
def test_no_statement_calls_a_reserve_who_has_come_to_have_a_part_in_it(application, hand):
    expert = ExpertFactory()
    row = seat(application, expert, seat=Seat.RESERVE, state=AssignmentState.WAITING, declared_at=None)
    hand(application, expert.user)

    with pytest.raises(IntegrityError, match=TOOK_PART):
        by_hand("UPDATE subsidies_assignment SET state = 'invited', seat = 'member' WHERE id = %s", row.pk)
    by_hand("UPDATE subsidies_assignment SET state = 'released' WHERE id = %s", row.pk)


def test_no_statement_signs_for_who_has_come_to_have_a_part_in_it(application):
    row = seat(application)
    sheet = ScoreSheet.objects.create(assignment=row, scores={}, comment="同意")
    put(application, submitted_by_id=row.expert.user_id)

    with pytest.raises(IntegrityError, match=TOOK_PART):
        by_hand(
            "UPDATE subsidies_scoresheet SET state = 'signed', total = 80, digest = 'x', signed_at = created_at "
            "WHERE id = %s",
            sheet.pk,
        )


# ---------------------------------------------------------------- the decision
def test_no_statement_releases_a_decision_before_its_meeting():
    people = bureau()
    _meeting, (row,) = agenda(people, funded_call(), "80.00")
    decision = recorded(row, people.secretary)
    release = "UPDATE subsidies_decision SET released_by_id = %s, released_at = staged_at WHERE id = %s"

    with pytest.raises(IntegrityError, match="released with its meeting"):
        by_hand(release, UserFactory().pk, decision.pk)
