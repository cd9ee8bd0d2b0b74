"""Seats that no confirmed draw gave, tried by plain SQL (I12); beside each the same statement with what it rests on."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError
from django.utils import timezone

from subsidies.enums import AssignmentState, Seat, State
from subsidies.models import Application, Assignment, Draw, Expert
from tests.factories_accounts import UserFactory
from tests.factories_decision import DrawFactory, ExpertFactory, draw_of, seat
from tests.factories_subsidies import ApplicationFactory, as_kept
from tests.subsidies.by_hand import by_hand
from tests.worlds import parts

pytestmark = pytest.mark.django_db
WAITING = {"seat": Seat.RESERVE, "state": AssignmentState.WAITING, "declared_at": None}
NAMED = "is of an expert whom the confirmed draw named for it"
TAKEN_OVER = "changes when a reserve takes over a seat that was left"


def seated(application: Application, expert: Expert, draw: Draw, as_: str = "member", **fields: Any) -> int:
    """By a statement; the key of the seat."""
    given = {"state": "invited" if as_ == "member" else "waiting", "replaces_id": None} | fields
    row = {
        "application_id": application.pk,
        "expert_id": expert.pk,
        "draw_id": draw.pk,
        "kind": "technical",
        "seat": as_,
        "position": 1,
        "is_chair": False,
        "state_since": as_kept(timezone.now()),
        "decline_reason": "",
        "decline_note": "",
        **given,
    }
    places = ", ".join(["%s"] * len(row))
    by_hand(f"INSERT INTO subsidies_assignment ({', '.join(row)}) VALUES ({places})", *row.values())
    return int(Assignment.objects.get(application=application, expert=expert).pk)


def changed(key: int, assignments: str, *values: Any) -> None:
    by_hand(f"UPDATE subsidies_assignment SET {assignments} WHERE id = %s", *values, key)


def reviewing() -> Application:
    return ApplicationFactory(state=State.REVIEW)


class World(NamedTuple):
    application: Application


def make_world() -> World:
    return World(reviewing())


(application,) = parts(World)


# ---------------------------------------------------------------- an expert whom the draw did not name
def of_a_draw_that_named_nobody(application: Application) -> None:
    seated(application, ExpertFactory(), draw_of(application))


def of_a_draw_that_named_another(application: Application) -> None:
    seated(application, ExpertFactory(), draw_of(application, [ExpertFactory()]))


def of_a_draw_that_named_them_for_another_application(application: Application) -> None:
    expert = ExpertFactory()
    other = ApplicationFactory(call=application.call, state=State.REVIEW)
    panels = [
        {"application": application.number, "members": [], "reserves": []},
        {"application": other.number, "members": [expert.code], "reserves": []},
    ]
    seated(application, expert, DrawFactory(call=application.call, result={"panels": panels}))


def as_a_member_though_drawn_as_a_reserve(application: Application) -> None:
    expert = ExpertFactory()
    seated(application, expert, draw_of(application, reserves=[expert]))


def as_a_reserve_though_not_drawn(application: Application) -> None:
    seated(application, ExpertFactory(), draw_of(application, [ExpertFactory()]), "reserve")


def whose_code_only_begins_with_a_drawn_one(application: Application) -> None:
    drawn = ExpertFactory()
    seated(application, ExpertFactory(code=drawn.code + "1"), draw_of(application, [drawn]))


def on_a_draw_that_is_not_confirmed(application: Application) -> None:
    expert = ExpertFactory()
    panel = {"application": application.number, "members": [expert.code], "reserves": []}
    draw = DrawFactory(call=application.call, result={"panels": [panel]}, confirmed_by=None, confirmed_at=None)
    seated(application, expert, draw)


def draw_inserted_as_confirmed(application: Application) -> None:
    people = {"drawn_by": UserFactory(), "confirmed_by": UserFactory(), "confirmed_at": timezone.now()}
    Draw.objects.create(
        call=application.call, inputs={}, inputs_digest="0" * 64, seed="0" * 64, result={"panels": []}, **people
    )


def drawn_panel_written_anew(application: Application) -> None:
    draw = draw_of(application)
    by_hand("UPDATE subsidies_draw SET result = '{\"panels\": []}' WHERE id = %s", draw.pk)


# ---------------------------------------------------------------- a reserve who was not called
def reserve_called_to_no_seat(application: Application) -> None:
    changed(seat(application, **WAITING).pk, "seat = 'member', state = 'invited'")


def reserve_called_to_a_seat_that_is_taken(application: Application) -> None:
    taken = seat(application)
    changed(seat(application, **WAITING).pk, "seat = 'member', state = 'invited', replaces_id = %s", taken.pk)


def reserve_called_to_the_seat_of_another_panel(application: Application) -> None:
    left = seat(application, state=AssignmentState.DECLINED, decline_reason="time")
    changed(seat(reviewing(), **WAITING).pk, "seat = 'member', state = 'invited', replaces_id = %s", left.pk)


def reserve_who_sits_without_being_called(application: Application) -> None:
    changed(seat(application, **WAITING).pk, "state = 'accepted', declared_at = state_since")


def reserve_inserted_as_sitting(application: Application) -> None:
    expert = ExpertFactory()
    seated(application, expert, draw_of(application, reserves=[expert]), "reserve", state="invited")


def released_reserve_called(application: Application) -> None:
    left = seat(application, state=AssignmentState.DECLINED, decline_reason="time")
    reserve = seat(application, **{**WAITING, "state": AssignmentState.RELEASED})
    changed(reserve.pk, "seat = 'member', replaces_id = %s", left.pk)


def seat_drawn_anew_while_it_is_taken(application: Application) -> None:
    expert = ExpertFactory()
    taken = seat(application)
    seated(application, expert, draw_of(application, [expert]), replaces_id=taken.pk)


def seat_moved_to_another_draw(application: Application) -> None:
    row = seat(application)
    changed(row.pk, "draw_id = %s", draw_of(row.application).pk)


def seat_given_to_another_expert(application: Application) -> None:
    changed(seat(application).pk, "expert_id = %s", ExpertFactory().pk)


def another_expert_under_a_drawn_code(application: Application) -> None:
    drawn = ExpertFactory()
    draw_of(application, [drawn])
    by_hand("UPDATE subsidies_expert SET code = 'ZJ-OLD' WHERE id = %s", drawn.pk)


def another_person_behind_a_drawn_code(_application: Application) -> None:
    by_hand("UPDATE subsidies_expert SET user_id = %s WHERE id = %s", UserFactory().pk, ExpertFactory().pk)


def who_left_comes_back(application: Application) -> None:
    row = seat(application, state=AssignmentState.DECLINED, decline_reason="time")
    changed(row.pk, "state = 'accepted'")


def seat_taken_away(application: Application) -> None:
    by_hand("DELETE FROM subsidies_assignment WHERE id = %s", seat(application).pk)


REFUSED: list[tuple[Callable[[Application], None], str]] = [
    (of_a_draw_that_named_nobody, NAMED),
    (of_a_draw_that_named_another, NAMED),
    (of_a_draw_that_named_them_for_another_application, NAMED),
    (as_a_member_though_drawn_as_a_reserve, NAMED),
    (as_a_reserve_though_not_drawn, NAMED),
    (whose_code_only_begins_with_a_drawn_one, NAMED),
    (on_a_draw_that_is_not_confirmed, "comes of a confirmed draw"),
    (draw_inserted_as_confirmed, "begins unconfirmed"),
    (drawn_panel_written_anew, "keeps its inputs, seed and result"),
    (reserve_called_to_no_seat, TAKEN_OVER),
    (reserve_called_to_a_seat_that_is_taken, TAKEN_OVER),
    (reserve_called_to_the_seat_of_another_panel, TAKEN_OVER),
    (reserve_who_sits_without_being_called, "in reserve only waits"),
    (reserve_inserted_as_sitting, "in reserve only waits"),
    (released_reserve_called, TAKEN_OVER),
    (seat_drawn_anew_while_it_is_taken, "takes over a seat of this panel that was left"),
    (seat_moved_to_another_draw, TAKEN_OVER),
    (seat_given_to_another_expert, "stays with its expert and its application"),
    (another_expert_under_a_drawn_code, "keeps the code and the person"),
    (another_person_behind_a_drawn_code, "keeps the code and the person"),
    (who_left_comes_back, "that was left stays left"),
    (seat_taken_away, "stays on record"),
]


@pytest.mark.parametrize(("attempt", "sentence"), REFUSED, ids=lambda each: getattr(each, "__name__", ""))
def test_the_database_gives_no_seat_that_no_draw_gave(attempt, sentence, application):
    with pytest.raises(IntegrityError, match=sentence):
        attempt(application)


def test_whom_the_draw_named_has_the_seat_and_a_reserve_takes_over_what_was_left(application):
    members, reserve = ExpertFactory.create_batch(2), ExpertFactory()
    draw = draw_of(application, members, [reserve])
    first, second = (seated(application, expert, draw) for expert in members)
    waiting = seated(application, reserve, draw, "reserve")

    changed(first, "state = 'declined', decline_reason = 'time'")
    changed(waiting, "seat = 'member', state = 'invited', replaces_id = %s", first)
    changed(second, "state = 'released'")
    further = ExpertFactory()
    seated(application, further, draw_of(application, [further]), replaces_id=second)

    sitting = application.assignments.filter(seat=Seat.MEMBER, state=AssignmentState.INVITED)
    assert {row.expert for row in sitting} == {reserve, further}
