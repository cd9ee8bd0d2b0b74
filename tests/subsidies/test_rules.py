import pytest

from subsidies.content import CallContent
from subsidies.rule_forms import grouped, joined
from subsidies.rule_problems import rule_problems
from subsidies.rule_words import rule_words
from subsidies.rules import Verdict, fields_of, judge
from tests.factories_subsidies import SMALL_CONTENT

FIELDS = {field.id: field for field in CallContent.from_json(SMALL_CONTENT).fields()}
YES, MET, NOT_MET, UNKNOWN = {"field": "own_pilot", "is": "yes"}, Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def at_least(value, field="investment_yuan"):
    return {"field": field, "is": "at_least", "value": value}


@pytest.mark.parametrize(
    ("rule", "answers", "verdict"),
    [
        (None, {}, UNKNOWN),
        (YES, {}, UNKNOWN),
        (YES, {"own_pilot": True}, MET),
        (YES, {"own_pilot": False}, NOT_MET),
        ({"field": "own_pilot", "is": "no"}, {"own_pilot": False}, MET),
        (at_least("10000000"), {"investment_yuan": "10000000.00"}, MET),
        (at_least("10000000"), {"investment_yuan": "9999999.99"}, NOT_MET),
        (at_least("10000000"), {"investment_yuan": "half typ"}, UNKNOWN),
        ({"field": "x", "is": "more_than", "value": "0"}, {"x": "0.00"}, NOT_MET),
        ({"field": "x", "is": "at_most", "value": "3"}, {"x": 3}, MET),
        ({"field": "x", "is": "one_of", "value": ["a", "b"]}, {"x": "b"}, MET),
        ({"field": "x", "is": "equals", "value": "7"}, {"x": 7}, MET),
        ({"field": "x", "is": "given"}, {"x": [{"number": "1"}]}, MET),
        ({"field": "x", "is": "given"}, {"x": []}, UNKNOWN),
        ({"field": "x", "is": "not_before", "value": "2022-03-01"}, {"x": "2022-02-28"}, NOT_MET),
        ({"field": "x", "is": "not_after", "value": "2022-03-01"}, {"x": "2022-03-01"}, MET),
        ({"share_of": ["x", "y"], "is": "at_least", "value": "0.6"}, {"x": 6, "y": 10}, MET),
        ({"share_of": ["x", "y"], "is": "at_least", "value": "0.6"}, {"x": 5, "y": 10}, NOT_MET),
        ({"share_of": ["x", "y"], "is": "at_least", "value": "0.6"}, {"x": 5, "y": 0}, UNKNOWN),
        ({"field": "x", "is": "at_least", "of": "y"}, {"x": 7, "y": 4}, MET),
        ({"field": "x", "is": "at_least", "of": "y"}, {"x": 3, "y": 4}, NOT_MET),
        ({"field": "x", "is": "at_least", "of": "y"}, {"x": 3}, UNKNOWN),
    ],
)
def test_a_test_is_met_not_met_or_cannot_be_told(rule, answers, verdict):
    assert judge(rule, answers) == verdict


@pytest.mark.parametrize(
    ("industrialised_on", "verdict"), [("2025-02-28", MET), ("2025-03-01", NOT_MET), ("no day", UNKNOWN)]
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(industrialised_on, verdict):
    rule = {"field": "industrialised_on", "is": "within_months", "of": "ended_on", "value": "12"}

    assert judge(rule, {"industrialised_on": industrialised_on, "ended_on": "2024-02-29"}) == verdict


@pytest.mark.parametrize(
    ("join", "answers", "verdict"),
    [
        ("all", {"a": True, "b": True}, MET),
        ("all", {"a": True}, UNKNOWN),
        ("all", {"a": False}, NOT_MET),
        ("any", {"a": True}, MET),
        ("any", {"a": False}, UNKNOWN),
        ("any", {"a": False, "b": False}, NOT_MET),
    ],
)
def test_a_or_b_needs_one_and_a_and_b_needs_both(join, answers, verdict):
    assert judge({join: [{"field": "a", "is": "yes"}, {"field": "b", "is": "yes"}]}, answers) == verdict


@pytest.mark.parametrize(("given", "verdict"), [(True, NOT_MET), (False, MET), (None, UNKNOWN)])
def test_not_turns_a_verdict_round_and_leaves_doubt_alone(given, verdict):
    assert judge({"not": {"field": "a", "is": "yes"}}, {"a": given}) == verdict


def test_the_fields_a_rule_asks_about_are_named_once_and_in_order():
    share = {"share_of": ["c", "d"], "is": "at_least", "value": "0.6"}
    rule = {
        "all": [{"any": [{"field": "b", "is": "yes"}, {"field": "a", "is": "at_least", "of": "d"}]}, {"not": share}]
    }

    assert fields_of(rule) == ["b", "a", "d", "c"]


def test_a_sound_rule_has_no_problem():
    rules = [
        None,
        YES,
        {"any": [at_least("1"), {"not": {"field": "patents", "is": "given"}}]},
        {"field": "trl_after", "is": "at_least", "of": "trl_before"},
        {"share_of": ["sales_yuan", "investment_yuan"], "is": "at_least", "value": "0.55"},
    ]

    assert [rule_problems(rule, FIELDS) for rule in rules] == [[]] * 5


DEEP = YES
for _level in range(8):
    DEEP = {"all": [DEEP]}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ([], "The rule cannot be read."),
        ({"all": [None]}, "The rule cannot be read."),
        ({}, "The rule has a test nobody knows: “None”."),
        ({"field": "own_pilot", "is": ["yes"]}, "The rule has a test nobody knows: “['yes']”."),
        ({"field": "own_pilot", "is": "maybe"}, "The rule has a test nobody knows: “maybe”."),
        ({"all": []}, "The rule has an empty list of tests."),
        ({"all": [YES] * 41}, "The rule has too many tests."),
        ({"all": [YES], "any": [YES]}, "The rule mixes “all”, “any” and “not” on one level."),
        (DEEP, "The rule is nested too deeply."),
        (YES | {"field": "nowhere"}, "The rule asks about the field “nowhere”, which is not in the form."),
        (YES | {"extra": 1}, "The rule has a part nobody knows: “extra”."),
        ({"is": "yes"}, "The rule names no field to ask about."),
        ({"share_of": ["trl_after"], "is": "at_least", "value": "1"}, "The rule names no field to ask about."),
        (YES | {"value": "x"}, "This test takes no value."),
        (
            {"field": "investment_yuan", "is": "yes"},
            "The rule asks the field “investment_yuan” for what a field of its type cannot answer.",
        ),
        (at_least("NaN"), "The rule compares with “NaN”, which cannot be read as such a value."),
        (at_least(5), "The rule compares with “5”, which cannot be read as such a value."),
        (
            at_least("1") | {"of": "trl_after"},
            "This test compares with a value or with another field, not with both.",
        ),
        (YES | {"of": "trl_after"}, "This test cannot compare with another field."),
        (
            {"field": "contact_name", "is": "equals", "of": "contact_phone"},
            "This test cannot compare with another field.",
        ),
    ],
)
def test_a_rule_that_cannot_work_says_why(in_english, rule, sentence):
    assert rule_problems(rule, FIELDS) == [sentence]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (YES, "“Run by the firm itself” is yes"),
        (at_least("10000000.00"), "“Pilot investment” is at least 10,000,000.00 yuan"),
        (
            {"field": "trl_after", "is": "at_least", "of": "trl_before"},
            "“Readiness after” is at least “Readiness before”",
        ),
        (
            {"all": [YES, {"any": [at_least("1"), {"field": "line_in_city", "is": "no"}]}]},
            "“Run by the firm itself” is yes and "
            "(“Pilot investment” is at least 1.00 yuan or “A line in the city” is no)",
        ),
        ({"not": YES}, "not: “Run by the firm itself” is yes"),
        (
            {"field": "investment_yuan", "is": "more_than", "value": "0.00"},
            "“Pilot investment” is more than 0",
        ),
        (None, ""),
    ],
)
def test_a_rule_is_told_in_words(in_english, rule, words):
    assert rule_words(rule, CallContent.from_json(SMALL_CONTENT)) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (YES, "“是否企业自主开展”为“是”"),
        (at_least("10000000.00"), "“中试总投入”不低于 1,000 万元（10,000,000.00 元）"),
        ({"field": "investment_yuan", "is": "more_than", "value": "0"}, "“中试总投入”大于 0"),
        ({"field": "trl_after", "is": "at_least", "of": "trl_before"}, "“中试后技术成熟度”不低于“中试前技术成熟度”"),
        ({"field": "contact_name", "is": "one_of", "value": ["甲", "乙"]}, "“联系人”属于甲、乙"),
        ({"field": "contact_name", "is": "one_of", "value": ["A 类", "B 类"]}, "“联系人”属于 A 类、B 类"),
    ],
)
def test_a_rule_in_chinese_sets_figures_and_latin_letters_apart_and_nothing_else(rule, words):
    assert rule_words(rule, CallContent.from_json(SMALL_CONTENT)) == words


A, B, C = ({"field": name, "is": "yes"} for name in "abc")


@pytest.mark.parametrize(
    ("rule", "join", "numbers"),
    [
        (None, "all", []),
        (A, "all", [1]),
        ({"all": [A, B]}, "all", [1, 2]),
        ({"all": [A, {"any": [B, C]}]}, "all", [1, 2, 2]),
        ({"any": [A, {"all": [B, C]}]}, "any", [1, 2, 2]),
    ],
)
def test_a_rule_becomes_groups_of_tests_and_the_same_rule_again(rule, join, numbers):
    parts = grouped(rule)

    assert (parts.join, [number for number, _test in parts.tests]) == (join, numbers)
    assert joined(parts.join, parts.tests) == rule


@pytest.mark.parametrize("rule", [{"not": A}, {"all": [{"all": [A]}]}, {"all": [{"any": [{"all": [A, B]}, C]}]}])
def test_a_deeper_rule_is_not_forced_into_two_levels(rule):
    assert grouped(rule) is None
