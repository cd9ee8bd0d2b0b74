"""Am I eligible? A call's conditions put to answers: met, not met, or cannot be told yet. Nothing is stored."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from subsidies.answers import shown
from subsidies.content import CallContent, Criterion, FormField
from subsidies.rule_words import rule_words
from subsidies.rules import Rule, Verdict, fields_of, judge


class Failed(NamedTuple):
    """A part of a condition that the answers do not meet: they, and in words what is needed."""

    answers: tuple[tuple[FormField, str], ...]
    needed: str


class Finding(NamedTuple):
    criterion: Criterion
    verdict: Verdict
    unanswered: tuple[FormField, ...]  # answers that could tell
    failed: tuple["Failed", ...]  # why it is not met
    is_for_person: bool  # no rule can tell: the bureau judges


def asked_fields(content: CallContent) -> list[FormField]:
    """The fields that conditions ask about, in the order of the form."""
    wanted = {name for criterion in content.criteria for name in fields_of(criterion.rule)}
    return [field for field in content.fields() if field.id in wanted]


def assess(content: CallContent, answers: Mapping[str, Any]) -> list[Finding]:
    """One finding for each condition, in their order."""
    return [_finding(content, criterion, answers) for criterion in content.criteria]


def overall(findings: list[Finding]) -> Verdict:
    """Of the conditions that answers can settle; those for a person leave it open."""
    verdicts = {finding.verdict for finding in findings}
    if Verdict.NOT_MET in verdicts:
        return Verdict.NOT_MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts or not findings else Verdict.MET


def _finding(content: CallContent, criterion: Criterion, answers: Mapping[str, Any]) -> Finding:
    verdict = judge(criterion.rule, answers)
    asked = [content.field(name) for name in fields_of(criterion.rule)] if verdict == Verdict.UNKNOWN else []
    unanswered = tuple(field for field in asked if field is not None and answers.get(field.id) in (None, "", []))
    failed = _failed(content, criterion.rule, answers) if verdict == Verdict.NOT_MET and criterion.rule else ()
    return Finding(criterion, verdict, unanswered, tuple(failed), criterion.rule is None)


def _failed(content: CallContent, rule: Rule, answers: Mapping[str, Any]) -> Iterator[Failed]:
    """Of what has to hold together, the parts that do not; what may hold instead of something else stays one part."""
    if "all" in rule:
        for part in rule["all"]:
            if judge(part, answers) == Verdict.NOT_MET:
                yield from _failed(content, part, answers)
        return
    fields = [field for name in fields_of(rule) if (field := content.field(name)) is not None]
    given = tuple((field, shown(field, answers.get(field.id))) for field in fields)
    yield Failed(given, rule_words(rule, content))
