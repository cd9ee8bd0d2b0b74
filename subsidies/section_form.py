"""One section of a form as a page: what to draw, and what of a posted page somebody has changed.

Every input `answer-x` comes with `was-x`, a digest of what stood there when the page was drawn: a page that sends all
its fields changes only those that were touched.
"""

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.http import QueryDict

from common.journal_values import canonical
from subsidies.answers import clean_answer, shown, shown_rows, typed
from subsidies.content import CallContent, FormField
from subsidies.missing import is_due

SPARE_ROWS = 3
KINDS = {"date": "date", "email": "email", "phone": "tel"}
FIGURES = ("integer", "decimal", "money", "year")
LEVELS = [str(level) for level in range(1, 10)]


class Option(NamedTuple):
    value: str
    label: str
    is_chosen: bool


class Control(NamedTuple):
    """One input: of a field, or of a column in a row."""

    name: str
    id: str
    value: str
    kind: str  # of FormField.type
    label: str
    input_type: str
    input_mode: str
    longest: int
    unit: str
    options: tuple[Option, ...]
    is_required: bool


@dataclasses.dataclass
class Input:
    """A field on the page; `reason` is the bureau's for a correction, `opened` says what else opened it."""

    field: FormField
    value: Any  # as typed
    is_open: bool
    is_due: bool
    stored: Any = None
    problems: list[str] = dataclasses.field(default_factory=list)
    reason: str = ""
    opened: str = ""
    is_from_registry: bool = False
    comments: list[Any] = dataclasses.field(default_factory=list)

    @property
    def id(self) -> str:
        return f"field-{self.field.id}"

    @property
    def was(self) -> str:
        return digest(self.stored)

    @property
    def shown(self) -> str:
        return shown(self.field, self.stored)

    @property
    def shown_rows(self) -> list[list[str]]:
        return shown_rows(self.field, self.stored)

    @property
    def is_table(self) -> bool:
        return self.field.type == "table"

    @property
    def described_by(self) -> str:
        there = {"help": self.field.help, "reason": self.reason or self.opened, "problem": self.problems}
        return " ".join(f"{self.id}-{name}" for name, text in there.items() if text)

    @property
    def control(self) -> Control:
        return control(self.field, f"answer-{self.field.id}", self.id, str(self.value), self.is_due)

    @property
    def rows(self) -> list[list[Control]]:
        """What is typed, and a few rows to go on with."""
        given = list(self.value or ())
        spare = min(SPARE_ROWS, self.field.most_rows - len(given))
        return [self._row(number, row) for number, row in enumerate([*given, *[{}] * spare])]

    @property
    def new_row(self) -> list[Control]:
        """A pattern whose 0 stands for the number of a row."""
        return self._row(0, {})

    def _row(self, number: int, row: Mapping[str, Any]) -> list[Control]:
        return [
            control(
                column,
                f"answer-{self.field.id}-{number}-{column.id}",
                f"{self.id}-{number}-{column.id}",
                str(row.get(column.id, "")),
                column.is_required,
            )
            for column in self.field.columns
        ]


def control(kind: FormField, name: str, html_id: str, value: str, is_required: bool) -> Control:
    return Control(
        name=name,
        id=html_id,
        value=value,
        kind=kind.type,
        label=kind.label,
        input_type=KINDS.get(kind.type, "text"),
        input_mode="decimal" if kind.type in FIGURES else "",
        longest=kind.longest,
        unit=kind.unit,
        options=tuple(Option(key, label, key == value) for key, label in _choices(kind)),
        is_required=is_required,
    )


def _choices(kind: FormField) -> list[tuple[str, str]]:
    if kind.type == "trl":
        return [(level, level) for level in LEVELS]
    return [(option.value, option.words("label")) for option in kind.options]


def digest(stored: Any) -> str:
    return hashlib.sha256(canonical({"answer": stored})).hexdigest()[:16]


# ---------------------------------------------------------------- reading a posted page
class Posted(NamedTuple):
    """What was changed, as stored values; what cannot be read, with its sentences; and all as it was typed."""

    changes: dict[str, Any]
    problems: dict[str, list[str]]
    typed: dict[str, Any]


def read_page(fields: Iterable[FormField], post: QueryDict) -> Posted:
    """Fields that the page did not show, or that were left at the other's words, are not looked at."""
    there = [each for each in fields if f"was-{each.id}" in post and post.get(f"pick-{each.id}") != "theirs"]
    raw = {each.id: _raw(each, post) for each in there}
    values, problems = read_typed(there, raw)
    changes = {name: value for name, value in values.items() if digest(value) != post[f"was-{name}"]}
    return Posted(changes, problems, raw)


def read_typed(fields: Iterable[FormField], raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Stored values of what people typed, and the sentences for what cannot be read."""
    values: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for each in fields:
        try:
            values[each.id] = clean_answer(each, raw[each.id])
        except ValidationError as error:
            problems[each.id] = error.messages
    return values, problems


def _raw(each: FormField, post: QueryDict) -> Any:
    name = f"answer-{each.id}"
    if each.type != "table":
        return post.get(name, "")
    cell = re.compile(rf"{re.escape(name)}-([0-9]{{1,4}})-(.+)")
    columns = {column.id for column in each.columns}
    rows: dict[int, dict[str, Any]] = {}
    for key in post:
        if (found := cell.fullmatch(key)) and found[2] in columns:
            rows.setdefault(int(found[1]), {})[found[2]] = post.get(key, "")
    return [row for _number, row in sorted(rows.items()) if any(str(text).strip() for text in row.values())]


# ---------------------------------------------------------------- drawing
@dataclasses.dataclass
class Surroundings:
    """What else a page knows of its fields."""

    open_fields: frozenset[str] | None  # None for all
    reasons: Mapping[str, str] = dataclasses.field(default_factory=dict)
    opened: Mapping[str, str] = dataclasses.field(default_factory=dict)
    from_registry: frozenset[str] = frozenset()
    comments: Mapping[str, list[Any]] = dataclasses.field(default_factory=dict)

    def opens(self, name: str) -> bool:
        return self.open_fields is None or name in self.open_fields


def inputs_of(
    fields: Iterable[FormField],
    answers: Mapping[str, Any],
    around: Surroundings,
    posted: Posted | None = None,
) -> list[Input]:
    """With what was typed where it could not be read, else with what is stored."""
    problems = posted.problems if posted else {}
    return [
        Input(
            field=each,
            value=posted.typed[each.id] if posted and each.id in problems else typed(each, answers.get(each.id)),
            # typed words stay on the page in any case
            is_open=(around.opens(each.id) and not each.is_held) or each.id in problems,
            is_due=is_due(each, dict(answers)),
            stored=answers.get(each.id),
            problems=problems.get(each.id, []),
            reason=around.reasons.get(each.id, ""),
            opened=around.opened.get(each.id, ""),
            is_from_registry=each.id in around.from_registry,
            comments=around.comments.get(each.id, []),
        )
        for each in fields
    ]


def all_fields(content: CallContent, names: Iterable[str]) -> list[FormField]:
    return [each for name in names if (each := content.field(name)) is not None]
