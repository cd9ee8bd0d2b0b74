"""What keeps a rule from being published, as sentences; whatever JSON it is, nothing here fails on it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from common.texts import shown
from subsidies.content import FormField

DEEPEST = 6
MOST_PARTS = 40
NUMBERS = ("integer", "decimal", "money", "trl", "year")
SIMPLE = (*NUMBERS, "text", "choice")
ANY_TYPE: tuple[str, ...] = ()
# For each test: the types of field it can ask, and what its value is.
SUITS: dict[str, tuple[tuple[str, ...], str]] = {
    "yes": (("yes_no",), ""),
    "no": (("yes_no",), ""),
    "given": (ANY_TYPE, ""),
    "equals": (SIMPLE, "text"),
    "one_of": (SIMPLE, "list"),
    "at_least": (NUMBERS, "number"),
    "at_most": (NUMBERS, "number"),
    "more_than": (NUMBERS, "number"),
    "not_before": (("date",), "date"),
    "not_after": (("date",), "date"),
    "within_months": (("date",), "months"),
}
JOINS = ("all", "any", "not")
COMPARABLE = ("number", "date")

Fields = Mapping[str, FormField]


def rule_problems(rule: Any, fields: Fields, *, depth: int = 0) -> list[str]:
    if rule is None and depth == 0:
        return []
    if not isinstance(rule, Mapping):
        return [_("The rule cannot be read.")]
    if depth > DEEPEST:
        return [_("The rule is nested too deeply.")]
    joins = [name for name in JOINS if name in rule]
    if joins:
        return _join_problems(rule, joins, fields, depth)
    return _test_problems(rule, fields)


def _join_problems(rule: Mapping[str, Any], joins: list[str], fields: Fields, depth: int) -> list[str]:
    if len(rule) != 1:
        return [_("The rule mixes “all”, “any” and “not” on one level.")]
    parts = rule[joins[0]]
    if joins[0] == "not":
        parts = [parts]
    if not isinstance(parts, list) or not parts:
        return [_("The rule has an empty list of tests.")]
    if len(parts) > MOST_PARTS:
        return [_("The rule has too many tests.")]
    return [
        problem
        for part in parts
        for problem in (rule_problems(part, fields, depth=depth + 1) if part is not None else [_cannot_be_read()])
    ]


def _cannot_be_read() -> str:
    return _("The rule cannot be read.")


def _test_problems(rule: Mapping[str, Any], fields: Fields) -> list[str]:
    unknown = sorted(set(rule) - {"field", "share_of", "is", "value", "of"}, key=str)
    if unknown:
        return [_("The rule has a part nobody knows: “%(name)s”.") % {"name": shown(str(unknown[0]))}]
    test = rule.get("is")
    if not isinstance(test, str) or test not in SUITS:
        return [_("The rule has a test nobody knows: “%(name)s”.") % {"name": shown(str(test))}]
    asked = _asked(rule)
    if asked is None:
        return [_("The rule names no field to ask about.")]
    types, value_kind = SUITS[test]
    problems = [_absent(name) for name in asked if name not in fields]
    problems += [_unsuited(fields[name]) for name in asked if name in fields and not _suits(rule, fields[name], types)]
    return problems + _value_problems(rule, value_kind, fields)


def _asked(rule: Mapping[str, Any]) -> list[str] | None:
    if "share_of" in rule:
        pair = rule["share_of"]
        is_pair = isinstance(pair, list) and len(pair) == 2 and "field" not in rule
        return pair if is_pair and all(isinstance(name, str) for name in pair) else None
    return [rule["field"]] if isinstance(rule.get("field"), str) else None


def _suits(rule: Mapping[str, Any], field: FormField, types: tuple[str, ...]) -> bool:
    if "share_of" in rule:
        return field.type in NUMBERS and types == NUMBERS
    return types == ANY_TYPE or field.type in types


def _absent(name: str) -> str:
    return _("The rule asks about the field “%(name)s”, which is not in the form.") % {"name": shown(name)}


def _unsuited(field: FormField) -> str:
    return _("The rule asks the field “%(name)s” for what a field of its type cannot answer.") % {"name": field.id}


def _value_problems(rule: Mapping[str, Any], kind: str, fields: Fields) -> list[str]:
    if kind == "months":
        return _other_problems(rule, "date", fields) + _plain_value_problems(rule, "months")
    if "of" in rule:
        if kind not in COMPARABLE:
            return [_("This test cannot compare with another field.")]
        if "value" in rule:
            return [_("This test compares with a value or with another field, not with both.")]
        return _other_problems(rule, kind, fields)
    return _plain_value_problems(rule, kind)


def _other_problems(rule: Mapping[str, Any], kind: str, fields: Fields) -> list[str]:
    name = rule.get("of")
    if not isinstance(name, str) or name not in fields:
        return [_absent(str(name))]
    types = NUMBERS if kind == "number" else ("date",)
    return [] if fields[name].type in types else [_unsuited(fields[name])]


def _plain_value_problems(rule: Mapping[str, Any], kind: str) -> list[str]:
    value = rule.get("value")
    if kind == "":
        return [] if value in (None, "") else [_("This test takes no value.")]
    if READABLE[kind](value):
        return []
    return [
        _("The rule compares with “%(value)s”, which cannot be read as such a value.") % {"value": shown(str(value))}
    ]


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


READABLE = {
    "number": _is_number,
    "date": _is_date,
    "text": _is_text,
    "list": lambda value: isinstance(value, list) and bool(value) and all(_is_text(each) for each in value),
    "months": lambda value: isinstance(value, str) and value.isdecimal() and 1 <= int(value[:6]) <= 600,
}
