from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.content import Band, CallContent, Panel, ScoreItem
from subsidies.scoring import (
    SheetProblem,
    as_signed,
    as_typed,
    band_of,
    is_lowest,
    is_too_wide,
    panel_total,
    points_of,
    problems_of,
    sheet_total,
    spread,
)

TRIMMED = Panel(is_trimmed=True, widest_spread="20")
PLAIN = Panel(is_trimmed=False)
BANDS = (Band("21", "完整", "Whole"), Band("11", "有缺项", "Gaps"), Band("0", "不可信", "Not credible"))
TRUTH = ScoreItem("S1", "真实性", "Truth", 25, BANDS)
TEAM = ScoreItem("S2", "团队", "Team", 10, (Band("0", "一般", "Plain"),))
SHEET = CallContent(score_items=(TRUTH, TEAM))


def totals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def marks(**points: str) -> dict[str, dict[str, str]]:
    return {item: {"points": text, "comment": ""} for item, text in points.items()}


# ---------------------------------------------------------------- a panel
@pytest.mark.parametrize(
    ("given_totals", "panel", "total"),
    [
        (["80"], PLAIN, "80.00"),
        (["70", "75", "81"], PLAIN, "75.33"),
        (["80.00", "80.01"], PLAIN, "80.01"),  # 80.005, half up
        (["60", "70", "80", "90", "100"], PLAIN, "80.00"),
        (["10", "70", "80", "90", "91"], TRIMMED, "80.00"),
        (["60", "70", "70", "80", "90"], TRIMMED, "73.33"),
        (["70", "70", "70", "90", "90"], TRIMMED, "76.67"),  # of equal ones a single one goes
        (["50", "60", "70", "80"], TRIMMED, "65.00"),  # four: nothing is dropped
        (["1", "2", "3", "4", "5", "6", "99"], TRIMMED, "4.00"),
    ],
)
def test_the_total_of_a_panel_is_the_mean_by_the_rule_of_the_call(given_totals, panel, total):
    assert str(panel_total(totals(*given_totals), panel)) == total


def test_a_panel_without_a_sheet_has_no_total():
    with pytest.raises(ValueError, match="no total"):
        panel_total([], PLAIN)


def test_the_spread_counts_what_trimming_drops():
    assert spread(totals("60", "80.5", "90.25")) == Decimal("30.25")
    assert spread([]) == 0


@pytest.mark.parametrize(
    ("given_totals", "widest", "is_wide"),
    [(["60", "80"], "20", False), (["60", "80.01"], "20", True), (["0", "100"], "0", False)],
)
def test_a_spread_is_too_wide_above_the_limit_where_there_is_one(given_totals, widest, is_wide):
    assert is_too_wide(totals(*given_totals), Panel(widest_spread=widest)) is is_wide


TOTALS = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=9)


@given(TOTALS, st.booleans(), st.randoms())
def test_a_total_lies_between_lowest_and_highest_whatever_the_order(found, is_trimmed, chance):
    panel = Panel(is_trimmed=is_trimmed)
    shuffled = found.copy()
    chance.shuffle(shuffled)

    total = panel_total(found, panel)

    assert min(found) <= total <= max(found)
    assert total == panel_total(shuffled, panel)
    assert total.as_tuple().exponent == -2


@given(st.lists(st.decimals(0, 100, places=2), min_size=5, max_size=9))
def test_nobody_alone_moves_a_trimmed_total_beyond_the_others(found):
    lone, *others = sorted(found)

    moved = panel_total([Decimal(0), *others], TRIMMED)

    assert min(others) <= moved <= max(others)
    assert moved == panel_total([lone, *others], TRIMMED)


# ---------------------------------------------------------------- an item
@pytest.mark.parametrize(
    ("typed", "points"),
    [("0", "0"), ("25", "25"), (" 20.5 ", "20.5"), ("20.55", "20.55"), ("00.10", "0.10")],
)
def test_points_are_read_exactly(typed, points):
    assert points_of(TRUTH, typed) == Decimal(points)


@pytest.mark.parametrize("typed", ["", "25.01", "-1", "+1", "1e1", "20.555", "20,5", "二十", "２０", "NaN", ".5", "5."])
def test_what_is_no_number_of_points_is_none(typed):
    assert points_of(TRUTH, typed) is None


@pytest.mark.parametrize(
    ("points", "floor", "is_low"),
    [("25", "21", False), ("20.99", "11", False), ("11", "11", False), ("10.99", "0", True)],
)
def test_points_fall_into_the_highest_band_they_reach(points, floor, is_low):
    band = band_of(TRUTH, Decimal(points))

    assert band is not None
    assert (band.at_least, is_lowest(TRUTH, Decimal(points))) == (floor, is_low)


def test_a_single_band_is_no_lowest_one_and_below_all_bands_is_the_lowest():
    high = ScoreItem("S3", "高", most=10, bands=(Band("8", "高"), Band("5", "中")))

    assert is_lowest(TEAM, Decimal(0)) is False
    assert band_of(high, Decimal(4)) is None
    assert is_lowest(high, Decimal(4)) is True


# ---------------------------------------------------------------- a sheet
def test_a_sheet_adds_up_what_can_be_read():
    assert str(sheet_total(SHEET, marks(S1="20.55", S2="9.9"))) == "30.45"
    assert str(sheet_total(SHEET, marks(S1="20.55", S2="many"))) == "20.55"
    assert str(sheet_total(SHEET, {})) == "0.00"


def test_a_whole_sheet_has_no_problem():
    assert problems_of(SHEET, marks(S1="21", S2="0"), "同意") == []


def test_every_problem_is_named_with_its_place(in_english):
    given_marks = {"S1": {"points": "10", "comment": " "}, "S2": {"points": "11", "comment": ""}}

    assert problems_of(SHEET, given_marks, "\u202e\n") == [
        SheetProblem("S1", "comment", "Truth: say why it is in the lowest band."),
        SheetProblem("S2", "points", "Team: give points from 0 to 10, with at most two places."),
        SheetProblem("", "comment", "Write the overall opinion."),
    ]


def test_a_comment_lets_the_lowest_band_pass():
    given_marks = {"S1": {"points": "3", "comment": "记录缺失"}, "S2": {"points": "9", "comment": ""}}

    assert problems_of(SHEET, given_marks, "不同意") == []


def test_a_draft_keeps_what_was_typed_and_a_signed_sheet_two_places():
    typed = {"S1": {"points": " 20.5 ", "comment": "好\r\n"}, "S2": {"points": "7"}, "S9": {"points": "1"}}

    assert as_typed(SHEET, typed) == {
        "S1": {"points": "20.5", "comment": "好"},
        "S2": {"points": "7", "comment": ""},
    }
    assert as_signed(SHEET, typed) == {
        "S1": {"points": "20.50", "comment": "好"},
        "S2": {"points": "7.00", "comment": ""},
    }
