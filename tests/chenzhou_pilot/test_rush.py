"""What makes the drill of the last minute fail."""

import pytest

from bench.rush_clients import Outcome
from bench.rush_run import wrong_pace


def outcomes(*seconds):
    return [Outcome(None, seconds=each) for each in seconds]


@pytest.mark.parametrize(("slow", "is_failed"), [(0, False), (4, False), (8, True)])
def test_the_drill_fails_when_more_than_five_of_a_hundred_wait_too_long(slow, is_failed):
    assert bool(wrong_pace(outcomes(*[0.1] * (100 - slow), *[1.6] * slow))) == is_failed


def test_the_goal_itself_is_too_long():
    assert wrong_pace(outcomes(*[1.5] * 100)) == ["p95 is 1.500 s, not under 1.5 s"]
