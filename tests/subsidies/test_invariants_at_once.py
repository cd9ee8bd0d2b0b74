"""Eight people at a time try anything on twenty applications, and what must never happen does not. PostgreSQL alone."""

from collections import Counter
from random import Random
from threading import Barrier, Lock, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from subsidies import accepting, meetings
from subsidies.enums import State
from subsidies.models import Application, ApplicationStep
from subsidies.workflow import locked
from tests.subsidies.case_world import MOVES, ONWARDS, PATHS, broken, brought, lost, remembered, small_world, tried
from tests.subsidies.deciders import held

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS, STEPS, APPLICATIONS, SEED = 8, 60, 20, 20261128


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def together(work):
    """`work(number)` on each of the threads, all begun at once; what went wrong other than by a refusal."""
    start, wrong, lock = Barrier(THREADS), [], Lock()

    def run(number):
        start.wait()
        try:
            work(number)
        except DatabaseError as error:
            with lock:
                wrong.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_eight_who_try_anything_at_once_break_nothing():
    world = small_world(APPLICATIONS)
    before, tally = remembered(), Counter()

    def walk(number):
        random = Random(SEED + number)
        for _step in range(STEPS):
            key = random.choice(world.keys)
            state = Application.objects.values_list("state", flat=True).get(pk=key)
            move = random.choice(ONWARDS.get(state, MOVES) if random.random() < 0.9 else MOVES)
            tally[move.__name__, tried(move, world, key, random.randrange(120))] += 1

    assert together(walk) == []
    assert broken(world) == []
    assert lost(before, remembered()) == []
    assert {is_made for _name, is_made in tally} == {True, False}
    pairs = set(ApplicationStep.objects.exclude(by=F("application__started_by")).values_list("from_state", "to_state"))
    assert pairs <= {pair for paths in PATHS.values() for pair in paths}


@pytest.mark.parametrize("state", [State.ACCEPTANCE, State.REVIEWED])
def test_of_eight_who_make_one_move_at_once_one_wins(state):
    """Each application has one winner; the others are told that it has moved on, and leave no step."""
    world = small_world(APPLICATIONS)
    for key in world.keys:
        brought(world, key, state)
    steps = ApplicationStep.objects.count()
    meeting = held(world.call, world.clerks[0]) if state == State.REVIEWED else None
    won, refused = Counter(), Counter()

    def race(number):
        for key in world.keys:
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
    assert won == dict.fromkeys(world.keys, 1)
    assert refused == {"state": APPLICATIONS * (THREADS - 1)}
    assert ApplicationStep.objects.count() == steps + APPLICATIONS
    assert broken(world) == []


def test_a_move_under_way_lets_others_refer_to_the_application():
    """Two who each move one application and note something about the other's would wait for each other."""
    world = small_world(1)
    (key,), refused = world.keys, []

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
