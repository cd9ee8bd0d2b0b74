"""Eight people at a time try anything on twenty applications, and what must never happen does not. PostgreSQL alone."""

from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime
from random import Random
from threading import Barrier, Lock, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from subsidies import accepting, meetings
from subsidies.enums import State
from subsidies.models import Application, ApplicationStep
from subsidies.workflow import locked
from tests.factories_subsidies import ApplicationFactory
from tests.plain_sql import run
from tests.subsidies.award_moves import days_pass
from tests.subsidies.case_memory import lost, remembered
from tests.subsidies.case_model import ALONE, PAIRS, at_random, brought, tried
from tests.subsidies.case_world import small_world, state_of
from tests.subsidies.deciders import held
from tests.subsidies.invariants import broken, mark
from tests.turned_clock import turned_clock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS, STEPS, SEED = 8, 40, 20261128
APPLICATIONS, APPROVED, AWARDS = 12, 8, 10
BEGINS = datetime(2025, 9, 22, 2, tzinfo=UTC)


@pytest.fixture
def clock():
    with turned_clock(BEGINS) as turned:
        yield turned


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def together(work):
    """`work(number)` on each of the threads, all begun at once; what went wrong other than by a refusal."""
    start, wrong, lock = Barrier(THREADS), [], Lock()

    def act(number):
        start.wait()
        try:
            run("SET lock_timeout = '60s'; SET statement_timeout = '60s'")  # on a busy machine all wait longer
            work(number)
        except DatabaseError as error:
            with lock:
                wrong.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [Thread(target=act, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_eight_who_try_anything_at_once_break_nothing(clock):
    """From the recommendation to the recovery, two firms for one thing among them, and money for ten of twenty."""
    world = small_world(clock, APPLICATIONS, APPROVED, awards=AWARDS)
    for key, state in zip(world.keys[APPLICATIONS:], ("publicity", "cleared", "paying", "paid"), strict=False):
        brought(world, [key], state)
    before, since, tally = remembered(), mark(), Counter()

    def walk(number):
        random = Random(SEED + number)
        for _step in range(STEPS):
            key = random.choice(world.keys)
            move = at_random(random, state_of(key))
            if move not in ALONE:
                with nullcontext() if move is days_pass else clock.standing():  # it turns the clock itself
                    is_made = tried(move, world, key, random.randrange(840))
                tally[move.__name__, is_made] += 1

    assert together(walk) == []
    assert broken(world, since) == []
    assert lost(before, remembered()) == []
    assert {is_made for _name, is_made in tally} == {True, False}
    pairs = set(ApplicationStep.objects.filter(pk__gt=since.step).values_list("from_state", "to_state"))
    assert pairs <= PAIRS
    assert len(pairs) > 10  # which, the threads decide


@pytest.mark.parametrize("state", [State.ACCEPTANCE, State.REVIEWED])
def test_of_eight_who_make_one_move_at_once_one_wins(clock, state):
    """Each application has one winner; the others are told that it has moved on, and leave no step."""
    world = small_world(clock, APPLICATIONS)
    keys, since = world.keys[:APPLICATIONS], mark()
    brought(world, keys, state)
    steps = ApplicationStep.objects.count()
    meeting = held(world.call, world.clerks[0]) if state == State.REVIEWED else None
    won, refused = Counter(), Counter()

    def race(number):
        for key in keys:
            application = Application.objects.get(pk=key)
            try:
                if meeting:
                    meetings.propose(application, meeting=meeting, by=world.heads[number % 2])
                else:
                    accepting.accept(application, by=world.clerks[number % 2])
            except ValidationError as refusal:
                refused[refusal.code] += 1
            else:
                won[key] += 1

    assert together(race) == []
    assert won == dict.fromkeys(keys, 1)
    assert refused == {"state": APPLICATIONS * (THREADS - 1)}
    assert ApplicationStep.objects.count() == steps + APPLICATIONS
    assert broken(world, since) == []


def test_a_move_under_way_lets_others_refer_to_the_application():
    """Two who each move one application and note something about the other's would wait for each other."""
    key, refused = ApplicationFactory().pk, []

    def refer():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM subsidies_application WHERE id = %s FOR KEY SHARE NOWAIT", [key])
        except DatabaseError as error:
            refused.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        current = locked(Application.objects.get(pk=key))
        current.state_reason = "补充说明"
        current.save()
        other = Thread(target=refer)
        other.start()
        other.join()

    assert refused == []
