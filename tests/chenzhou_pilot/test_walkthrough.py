"""What `make walkthrough` walks and reckons; the walk itself takes a browser and minutes."""

import re

import pytest

from tools.walkthrough.effort import Effort, keys_of
from tools.walkthrough.hand import Hand
from tools.walkthrough.reading import minutes_to_read, part_under, words_of
from tools.walkthrough.steps import PARTS


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.heading)
def test_each_numbered_step_of_the_text_is_walked_by_verbs_that_the_hand_knows(part):
    numbers = re.findall(r"^(\d+)\. ", part_under(part.heading), re.MULTILINE)

    assert numbers == [str(number + 1) for number in range(len(part.steps))]
    assert {verb for step in part.steps for verb, *_words in step} <= set(dir(Hand))


def test_an_effort_is_reckoned_by_the_keystroke_level_model():
    click = Effort(clicks=1, decisions=1)
    field = Effort(clicks=1, decisions=1, fields=1, keys=keys_of("a中"))
    page = Effort(pages=1, scrolls=1, loading=0.5)

    assert [round(each.seconds, 2) for each in (click, field, page)] == [2.65, 4.57, 5.5]
    assert round((click + field + page).seconds, 2) == 12.72


def test_words_are_counted_as_they_are_read():
    text = "**`clerk`** presses *保存审查结果*, once.\n\n   ![The case](images/path-case.png)\n[how](draw.md)"

    assert words_of(text) == 3 + 3 + 1
    assert minutes_to_read(238) == 1
