"""Whatever anybody tries, in whatever order: what must never happen does not. See invariants.py for what that is.

`INVARIANT_EXAMPLES` and `INVARIANT_STEPS` make the walk longer: `make drill-invariants`.
"""

import os
from datetime import UTC, datetime
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from subsidies.enums import State
from subsidies.models import Application
from subsidies.workflow import pairs_of_states
from tests.subsidies.award_moves import clear_by_hand
from tests.subsidies.case_memory import lost, remembered
from tests.subsidies.case_model import PAIRS, PATHS, STRAIGHT, at_random, brought, decided_against, tried
from tests.subsidies.case_world import World, small_world
from tests.subsidies.invariants import broken, mark
from tests.turned_clock import turned_clock

pytestmark = pytest.mark.django_db

IS_SHORT = "INVARIANT_EXAMPLES" not in os.environ
EXAMPLES = int(os.environ.get("INVARIANT_EXAMPLES", "1"))
STEPS = int(os.environ.get("INVARIANT_STEPS", "60"))
# A week before the holidays of autumn, with their days that are worked on a Sunday.
BEGINS = datetime(2025, 9, 22, 2, tzinfo=UTC)
# Spread over the way, so that a short walk sees all of it.
EARLY = (State.RECOMMENDATION, State.NOT_APPROVED, State.FORM_CHECK, State.REVIEW, State.MEETING)
LATE = (State.PUBLICITY_READY, State.PUBLICITY, State.CLEARED, State.AWARDED, State.PAYING, State.PAID)
AWARDS = len(LATE) + 1  # that the budget reaches for
WALK = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.integers(0, 2**32)  # of place, move and number; with the step, since some numbers are drawn again and again
BY_HAND, BY_CHANCE = 0.2, 0.5


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
        self.world.read_people_anew()
        self.ahead, self.steps, self.ways = self.world.clock.ahead, 0, {}
        self.states, self.memory, self.since = states(), remembered(), mark()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.world.clock.back_to(self.ahead)

    @rule(seed=SEEDS)
    def goes_on(self, seed):
        """Now and then with a state by hand."""
        self.steps += 1
        random = Random(f"{seed} {self.steps}")
        place = random.randrange(len(self.world.keys))
        key = self.world.keys[place]
        move, pick = self.chosen(random, key)
        self.attempt(move, place, pick)
        if random.random() < BY_HAND:
            self.write_by_hand(key, random.choice(State.values))

    def chosen(self, random, key):
        """As often as not the next of the straight way, so that a walk gets somewhere, else anything."""
        state = self.states[key]
        if state not in STRAIGHT or random.random() < BY_CHANCE:
            return at_random(random, state), random.randrange(840)
        way = STRAIGHT[state]
        self.ways[key, state] = gone = self.ways.get((key, state), -1) + 1
        return way[gone % len(way)]

    def write_by_hand(self, key, state):
        if state == self.states[key]:
            return
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE subsidies_application SET state = %s, version = version + 1 WHERE id = %s", [state, key]
            )

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
        self.look_at_all()

    def look_at_all(self):
        """After each move: rights are asked of what has just been done, since they may change afterwards."""
        now = remembered()
        assert lost(self.memory, now) == []
        assert broken(self.world, self.since) == []
        self.memory, self.since = now, mark()


def test_no_walk_through_the_procedure_breaks_what_must_hold(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with turned_clock(BEGINS) as clock:
        world, tally = small_world(clock, len(EARLY), len(LATE), awards=AWARDS), {}
        decided_against(world, world.keys[EARLY.index(State.NOT_APPROVED)])
        for key, state in zip(world.keys, (*EARLY, *LATE), strict=False):
            if state != State.NOT_APPROVED:
                brought(world, [key], state)

        cases = type("Cases", (Walk,), {"world": world, "tally": tally})
        walked(cases) if IS_SHORT else run_state_machine_as_test(cases, settings=WALK)

    # The walk is long enough to mean something.
    assert len(PAIRS & tally.keys()) > 8, sorted(PAIRS & tally.keys())


def walked(cases):
    """The same way in any company: Hypothesis draws numbers out of all modules that other tests have loaded as well."""
    for number in range(EXAMPLES):
        walk = cases()
        try:
            for _step in range(STEPS):
                walk.goes_on(seed=number)
        finally:
            walk.teardown()


def test_a_short_walk_takes_the_same_seeds_in_any_company():
    taken = []

    class Cases:
        def goes_on(self, seed):
            taken.append(seed)

        def teardown(self):
            taken.append("over")

    walked(Cases)

    assert taken == [each for number in range(EXAMPLES) for each in (*[number] * STEPS, "over")]


def test_a_case_cleared_by_hand_before_the_clock_gets_to_it_breaks_nothing(settings, tmp_path):
    """As can happen between two of the walk at once: the days have passed, and what runs by them has not yet run."""
    settings.MEDIA_ROOT = tmp_path
    with turned_clock(BEGINS) as clock:
        world = small_world(clock, applications=1, approved=1)
        key = world.keys[1]
        brought(world, [key], State.PUBLICITY)
        assert not tried(clear_by_hand, world, key, 0)
        since = mark()
        clock.forward(30)

        assert tried(clear_by_hand, world, key, 0)

        assert states()[key] == State.CLEARED
        assert broken(world, since) == []


def test_the_model_knows_every_move_of_the_table():
    """By hand on both sides: a new pair of the table has to be told to the model, or named here."""
    assert set(pairs_of_states()) - PAIRS == {
        ("acceptance", "not_accepted"),
        ("draft", "unit_review"),
        ("form_check", "form_rejected"),
        ("recommendation", "not_recommended"),
        ("unit_review", "draft"),
        ("unit_review", "recommendation"),
        ("unit_review", "withdrawn"),
    }
    assert set(pairs_of_states()) >= PAIRS
