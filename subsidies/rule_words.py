"""A rule in words, for those who read conditions and those who write them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.texts import listed
from subsidies.answers import shown
from subsidies.content import CallContent, FormField
from subsidies.rule_problems import rule_problems
from subsidies.rules import Rule

TEST_NAMES = {
    "yes": gettext_lazy("is yes"),
    "no": gettext_lazy("is no"),
    "given": gettext_lazy("is given"),
    "equals": gettext_lazy("is"),
    "one_of": gettext_lazy("is one of"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "more_than": gettext_lazy("is more than"),
    "not_before": gettext_lazy("is not before"),
    "not_after": gettext_lazy("is not after"),
    "within_months": gettext_lazy("is within so many months after"),
}


def rule_words(rule: Any, content: CallContent) -> str:
    """ "" for no rule; an imported draft may hold one that cannot be read, see subsidies.rule_problems."""
    if not rule:
        return ""
    return _words(rule, content) if can_be_read(rule, content) else _("a rule that is to be mended")


def can_be_read(rule: Any, content: CallContent) -> bool:
    return not rule_problems(rule, {field.id: field for field in content.fields()})


def _words(rule: Rule, content: CallContent, *, is_inner: bool = False) -> str:
    for join, between in (("all", _(" and ")), ("any", _(" or "))):
        if join in rule:
            words = between.join(_words(each, content, is_inner=True) for each in rule[join])
            return _("(%s)") % words if is_inner and len(rule[join]) > 1 else words
    if "not" in rule:
        return _("not: %s") % _words(rule["not"], content, is_inner=True)
    return _test_words(rule, content)


def _test_words(rule: Rule, content: CallContent) -> str:
    asked = [_label(content, name) for name in rule.get("share_of") or [rule["field"]]]
    subject = _("the share of “%(part)s” in “%(whole)s”") if len(asked) > 1 else _("“%(part)s”")
    value = _value(rule, content)
    facts = {"part": asked[0], "whole": asked[-1], "test": TEST_NAMES[rule["is"]], "value": value}
    facts["subject"] = subject % facts
    if rule["is"] == "within_months":
        facts["other"] = _label(content, rule["of"])
        return _("%(subject)s is at most %(value)s months after “%(other)s”") % facts
    words = _("%(subject)s %(test)s %(value)s")
    if not value[:1].isascii():  # Chinese sets Latin letters and figures apart, and nothing else
        words = pgettext("value in Chinese", "%(subject)s %(test)s %(value)s")
    return (words % facts).strip()


def _value(rule: Rule, content: CallContent) -> str:
    if "of" in rule and rule["is"] != "within_months":
        return _("“%(part)s”") % {"part": _label(content, rule["of"])}
    value = rule.get("value")
    if value in (None, ""):
        return ""
    field = content.field(rule.get("field", ""))
    values = value if isinstance(value, list) else [value]
    return listed(_shown(field, each) if rule["is"] != "within_months" else str(each) for each in values)


def _shown(field: FormField | None, value: Any) -> str:
    """No money is "0", whatever it is counted in."""
    if field is None:
        return str(value)
    return "0" if field.type == "money" and Decimal(value) == 0 else shown(field, value)


def _label(content: CallContent, name: str) -> str:
    field = content.field(name)
    return field.label if field else name
