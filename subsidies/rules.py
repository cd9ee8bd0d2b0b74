"""Conditions over answers, in three values: met, not met, or cannot be told yet.

A rule is {"all": [rules]}, {"any": [rules]}, {"not": rule}, or a test of one answer:
{"field": id, "is": test, "value": …}, where numbers and dates are written as text. A share keeps both its numbers:
{"share_of": [numerator id, denominator id], "is": "at_least", "value": "0.6"}. With {"of": id} in place of the value
the answer is compared with another answer; {"is": "within_months", "of": id, "value": "24"} needs both.
"""

import calendar
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

Rule = Mapping[str, Any]
Answers = Mapping[str, Any]


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


def judge(rule: Rule | None, answers: Answers) -> Verdict:
    """KeyError or ValueError for a rule that subsidies.rule_problems refuses; such a rule is never published."""
    if rule is None:
        return Verdict.UNKNOWN
    if "all" in rule:
        return _worst([judge(each, answers) for each in rule["all"]])
    if "any" in rule:
        return _best([judge(each, answers) for each in rule["any"]])
    if "not" in rule:
        return OPPOSITE[judge(rule["not"], answers)]
    return _judge_test(rule, answers)


def fields_of(rule: Rule | None) -> list[str]:
    """The ids of the fields a rule asks about, each once, in the order of their naming."""
    if rule is None:
        return []
    if "is" in rule:
        asked = rule["share_of"] if "share_of" in rule else [rule["field"]]
        return list(dict.fromkeys([*asked, *([rule["of"]] if "of" in rule else [])]))
    parts = rule.get("all") or rule.get("any") or [rule["not"]]
    return list(dict.fromkeys(name for part in parts for name in fields_of(part)))


def _judge_test(rule: Rule, answers: Answers) -> Verdict:
    given = _share(rule["share_of"], answers) if "share_of" in rule else answers.get(rule["field"])
    other = answers.get(rule["of"]) if "of" in rule else rule.get("value")
    if given in EMPTY or ("of" in rule and other in EMPTY):
        return Verdict.UNKNOWN
    try:
        if rule["is"] == "within_months":
            is_met = _is_within_months(given, other, rule["value"])
        else:
            is_met = TESTS[rule["is"]](given, other)
    except (InvalidOperation, ValueError, TypeError):  # an answer half typed
        return Verdict.UNKNOWN
    return Verdict.MET if is_met else Verdict.NOT_MET


EMPTY: tuple[Any, ...] = (None, "", [])
OPPOSITE = {Verdict.MET: Verdict.NOT_MET, Verdict.NOT_MET: Verdict.MET, Verdict.UNKNOWN: Verdict.UNKNOWN}

TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "yes": lambda given, value: given is True,
    "no": lambda given, value: given is False,
    "given": lambda given, value: True,
    "equals": lambda given, value: str(given) == str(value),
    "one_of": lambda given, value: str(given) in [str(each) for each in value],
    "at_least": lambda given, value: Decimal(str(given)) >= Decimal(str(value)),
    "at_most": lambda given, value: Decimal(str(given)) <= Decimal(str(value)),
    "more_than": lambda given, value: Decimal(str(given)) > Decimal(str(value)),
    "not_before": lambda given, value: date.fromisoformat(given) >= date.fromisoformat(value),
    "not_after": lambda given, value: date.fromisoformat(given) <= date.fromisoformat(value),
}


def _is_within_months(given: Any, start: Any, months: Any) -> bool:
    """On or before the same day of the month so many months after `start`; the last day where there is no such day."""
    first = date.fromisoformat(start)
    year, month = divmod(first.year * 12 + first.month - 1 + int(months), 12)
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    return date.fromisoformat(given) <= date(year, month + 1, day)


def _worst(verdicts: list[Verdict]) -> Verdict:
    if Verdict.NOT_MET in verdicts:
        return Verdict.NOT_MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.MET


def _best(verdicts: list[Verdict]) -> Verdict:
    if Verdict.MET in verdicts:
        return Verdict.MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.NOT_MET


def _share(pair: list[str], answers: Answers) -> Decimal | None:
    part, whole = (answers.get(name) for name in pair)
    try:
        return Decimal(str(part)) / Decimal(str(whole))
    except (InvalidOperation, ZeroDivisionError):
        return None
