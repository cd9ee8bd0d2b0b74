"""Whatever anybody tries, in whatever order: what must never happen does not. See case_world.py for what that is.

`INVARIANT_EXAMPLES` and `INVARIANT_STEPS` make the walk longer: `make drill-invariants`.
"""

import os

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from subsidies.enums import State
from subsidies.models import Application
from subsidies.workflow import pairs_of_states
from tests.subsidies.actors import last_step, without_right
from tests.subsidies.case_world import (
    MOVES,
    ONWARDS,
    PATHS,
    World,
    broken,
    brought,
    decided_against,
    lost,
    remembered,
    small_world,
    tried,
)

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("INVARIANT_EXAMPLES", "7"))
STEPS = int(os.environ.get("INVARIANT_STEPS", "30"))
# Spread over the way, so that a short walk sees all of it.
BEGINNINGS = (State.RECOMMENDATION, State.FORM_CHECK, State.REVIEW, State.MEETING, State.NOT_APPROVED)
WALK = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize="INVARIANT_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
PLACES = st.integers(0, len(BEGINNINGS) - 1)
PICKS = st.integers(0, 119)


def states():
    return dict(Application.objects.values_list("pk", "state"))


class Walk(RuleBasedStateMachine):
    """In a transaction of its own for each example; `world` and `tally` are those of the test."""

    world: World
    tally: dict

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.states, self.memory, self.step = states(), remembered(), last_step()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(place=PLACES, step=st.integers(0, 5), pick=PICKS)
    def goes_on(self, place, step, pick):
        onwards = ONWARDS.get(self.states[self.world.keys[place]], MOVES)
        self.attempt(onwards[step % len(onwards)], place, pick)

    @rule(place=PLACES, move=st.sampled_from(MOVES), pick=PICKS)
    def tries_anything(self, place, move, pick):
        self.attempt(move, place, pick)

    @rule(place=PLACES, state=st.sampled_from(State.values))
    def writes_a_state_by_hand(self, place, state):
        key = self.world.keys[place]
        if state == self.states[key]:
            return
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE subsidies_application SET state = %s, version = version + 1 WHERE id = %s", [state, key]
            )
        self.tally["by hand"] = self.tally.get("by hand", 0) + 1

    def attempt(self, move, place, pick):
        """What the move changes is what the model allows it to; what is refused changes no state."""
        is_made = tried(move, self.world, self.world.keys[place], pick)
        allowed = PATHS[move] if is_made else set()
        now = states()
        made = {(before, now[key]) for key, before in self.states.items() if before != now[key]}
        assert made <= allowed, (move.__name__, made)
        self.states = now
        self.tally[move.__name__, is_made] = self.tally.get((move.__name__, is_made), 0) + 1
        for pair in made:
            self.tally[pair] = self.tally.get(pair, 0) + 1

    @invariant()
    def nothing_is_lost(self):
        now = remembered()
        assert lost(self.memory, now) == []
        self.memory = now

    @invariant()
    def every_move_was_made_by_somebody_who_had_the_right(self):
        assert list(without_right(self.step)) == []
        self.step = last_step()

    @invariant()
    def nothing_is_broken(self):
        assert broken(self.world) == []


def test_no_walk_through_the_procedure_breaks_what_must_hold(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world, tally = small_world(len(BEGINNINGS)), {}
    decided_against(world, world.keys[-1])
    for key, state in zip(world.keys, BEGINNINGS, strict=True):
        if state != State.NOT_APPROVED:
            brought(world, key, state)

    run_state_machine_as_test(type("Cases", (Walk,), {"world": world, "tally": tally}), settings=WALK)

    walked = {pair for paths in PATHS.values() for pair in paths} & tally.keys()
    # The walk is long enough to mean something.
    assert len(walked) > 10


def test_the_model_knows_every_move_between_recommendation_and_release():
    """By hand on both sides: a new pair of the table has to be told to the model, or named here."""
    told = {pair for paths in PATHS.values() for pair in paths}
    within = {(before, after) for before, after in pairs_of_states() if before in ONWARDS}

    assert within - told == {
        ("draft", "unit_review"),
        ("recommendation", "not_recommended"),
        ("acceptance", "not_accepted"),
        ("form_check", "form_rejected"),
        ("correction", "lapsed"),
    }
    assert told <= set(pairs_of_states())
