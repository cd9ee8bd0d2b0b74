from typing import NamedTuple

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import override

from common.row_forms import drawn


class Choice(NamedTuple):
    label: str
    href: str
    number: str
    is_selected: bool


TEMPLATE = "includes/filter_choice.html"


def test_every_row_is_filled_in_and_what_it_lacks_is_left_out():
    rows = [Choice("Public", "?kind=public", "3", False), Choice("All", "?", "", True)]

    with override("en"):
        html = drawn(TEMPLATE, rows)

    first, second = html.strip().splitlines()
    assert first == (
        '<li><a href="?kind=public"><span class="label">Public</span><span class="count num">3</span></a></li>'
    )
    assert second == (
        '<li><a href="?" aria-current="true"><span class="label">All'
        '<span class="visually-hidden">, chosen; follow to remove</span></span></a></li>'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&'\"", "&lt;b&gt;&amp;&#x27;&quot;"),
        ("{0} {label} %s", "{0} {label} %s"),
        (mark_safe("<i>safe</i>"), "<i>safe</i>"),
    ],
)
def test_texts_are_escaped_and_their_braces_mean_nothing(text, shown):
    assert f'class="label">{shown}</span>' in drawn(TEMPLATE, [Choice(text, "?", "", False)])


def test_a_form_is_kept_for_each_language():
    for language, words in (("en", "chosen"), ("zh-hans", "已选")):
        with override(language):
            assert words in drawn(TEMPLATE, [Choice("甲", "?", "", True)])
