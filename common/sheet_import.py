"""A sheet compared with the register: what each row would change, then all of it or nothing."""

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from common import journal, versions
from common.sheet_columns import Column, plain
from common.slugs import first_free
from common.texts import listed

MOST_CHANGES = 1_000
NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Difference:
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Problem:
    column: str
    sentence: str


@dataclass(slots=True)
class PlannedRow:
    number: int  # as Excel counts
    cells: Cells
    label: str = ""
    code: str = ""
    row: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # whose source or verification goes with the old value

    @property
    def status(self) -> str:
        if self.problems:
            return WRONG
        if self.row is None or self.row.pk is None:
            return NEW
        return CHANGED if self.differences else UNCHANGED

    @property
    def digest(self) -> str:
        """Of what the preview showed for this row, and of the version it was compared with."""
        shown = [(d.column, d.before, d.after) for d in self.differences]
        version = getattr(self.row, "version", 0) if self.row is not None and self.row.pk else 0
        return hashlib.sha256(
            repr((self.number, self.status, self.code, version, shown, self.lost)).encode()
        ).hexdigest()[:24]

    @property
    def lost_words(self) -> str:
        return listed(self.lost)

    def refuse(self, column: str, sentence: str) -> None:
        self.problems.append(Problem(column, sentence))


@dataclass(slots=True)
class Plan:
    titles: Cells
    rows: list[PlannedRow]
    problems: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.status for row in self.rows)
        return {status: found[status] for status in (NEW, CHANGED, UNCHANGED, WRONG)}

    @property
    def going(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.status in (NEW, CHANGED)]

    @property
    def is_possible(self) -> bool:
        return not self.problems and not self.counts[WRONG] and bool(self.going)


class SheetImport(ABC):
    """One import of one model by one person; subclasses say which columns, rights and rules."""

    model: ClassVar[Any]
    required: ClassVar[tuple[str, ...]] = ("name_zh",)

    def __init__(self, user: Any) -> None:
        self.user = user
        self.columns = {column.name: column for column in self.all_columns()}
        for column in self.columns.values():
            column.user = user

    # ------------------------------------------------------------ for subclasses
    @classmethod
    @abstractmethod
    def all_columns(cls) -> list[Column]:
        """In the order of the sheet; the first is the code, empty for a new row."""

    @abstractmethod
    def check_code(self, code: str) -> None:
        """ValidationError for a code with a typing error."""

    @abstractmethod
    def visible(self) -> models.QuerySet:
        """The rows this person may change."""

    def refusals(self, planned: PlannedRow, changed: set[str]) -> Iterable[Problem]:
        """What the rules of the register say against this row."""
        return ()

    def lost_by(self, row: Any, changed: set[str]) -> list[str]:
        """Whose source or verification a change of these fields takes away, in words."""
        return []

    @abstractmethod
    def fill_in(self, row: Any) -> None:
        """Give a new row what the sheet cannot hold, in the saving transaction."""

    def complete(self, planned: PlannedRow) -> None:  # noqa: B027 - most sheets leave nothing out
        """Add to the values what the sheet may leave out, before the row is shown."""

    def holding_names(self) -> Any:
        """Rows whose Chinese names a new row may not take."""
        return self.model.objects.all()

    # ------------------------------------------------------------ plan
    def plan(self, table: Sequence[Cells]) -> Plan:
        """Compare a sheet, titles first."""
        if not table:
            return Plan([], [], [_("The sheet is empty.")])
        titles, *rows = table
        numbered = [(number, cells) for number, cells in enumerate(rows, start=2) if any(cells)]
        return self.plan_rows(titles, numbered)

    def plan_rows(self, titles: Cells, numbered: Sequence[tuple[int, Cells]]) -> Plan:
        places, problems = self._places(titles)
        if not problems and not numbered:
            problems.append(_("The sheet holds no row below its titles."))
        if problems:
            return Plan(titles, [], problems)
        self._prepare(places, numbered)
        planned = [PlannedRow(number, cells) for number, cells in numbered]
        for row in planned:
            self._read(row, places)
        self._find(planned)
        self._refuse_twins(planned)
        for row in planned:
            self._compare(row)
        if len([row for row in planned if row.status in (NEW, CHANGED)]) > MOST_CHANGES:
            problems.append(
                _("The sheet would change more than %(count)d records. Split it.") % {"count": MOST_CHANGES}
            )
        return Plan(titles, planned, problems)

    def _places(self, titles: Cells) -> tuple[dict[str, int], list[str]]:
        known = {name: column for column in self.columns.values() for name in column.names()}
        places: dict[str, int] = {}
        problems = []
        for place, title in enumerate(titles):
            column = known.get(plain(title).lower())
            if column is None and title:
                problems.append(_("Unknown column “%(title)s”. Take the template.") % {"title": title})
            elif column is not None and column.name in places:
                problems.append(_("The column “%(title)s” stands there twice.") % {"title": title})
            elif column is not None:
                places[column.name] = place
        missing = [name for name in ("code", *self.required) if name not in places]
        problems += [_("The column “%(title)s” is missing.") % {"title": self.columns[name].title} for name in missing]
        return places, problems

    def _prepare(self, places: dict[str, int], numbered: Sequence[tuple[int, Cells]]) -> None:
        for name, place in places.items():
            self.columns[name].prepare([cells[place] for _number, cells in numbered if place < len(cells)])

    def _read(self, planned: PlannedRow, places: dict[str, int]) -> None:
        for name, place in places.items():
            column = self.columns[name]
            try:
                planned.values[name] = column.read(planned.cells[place] if place < len(planned.cells) else "")
            except ValidationError as error:
                planned.refuse(column.title, " ".join(error.messages))
        planned.code = plain(planned.values.pop("code", "")).upper()
        planned.label = planned.values.get("name_zh", "")
        for name in self.required:
            if name in planned.values and not planned.values[name]:
                planned.refuse(self.columns[name].title, _("This cell cannot be empty."))

    def _find(self, planned: list[PlannedRow]) -> None:
        many = [column.name for column in self.columns.values() if column.field.many_to_many]
        wanted = [row.code for row in planned if row.code]
        found = {row.code: row for row in self.visible().filter(code__in=wanted).prefetch_related(*many)}
        for each in planned:
            each.row = found.get(each.code) if each.code else self.model()
            if each.row is None:
                each.refuse(self.columns["code"].title, self._unknown(each.code))

    def _unknown(self, code: str) -> str:
        try:
            self.check_code(code)
        except ValidationError as error:
            return " ".join(error.messages)
        return _("No record of yours has the code %(code)s. Leave the cell empty for a new one.") % {"code": code}

    def _refuse_twins(self, planned: list[PlannedRow]) -> None:
        """One row a record; a new name is one that nobody has yet."""
        codes = Counter(row.code for row in planned if row.code)
        named = [row for row in planned if row.label and row.row is not None and row.label != row.row.name_zh]
        names = Counter(row.label for row in named)
        taken = dict(self.holding_names().filter(name_zh__in=list(names)).values_list("name_zh", "code"))
        for row in planned:
            if codes[row.code] > 1:
                row.refuse(
                    self.columns["code"].title, _("The code %(code)s stands in several rows.") % {"code": row.code}
                )
        for row in named:
            if names[row.label] > 1:
                row.refuse(self.columns["name_zh"].title, _("This name stands in several new rows."))
            if row.label in taken:
                sentence = _("The record %(code)s has this name already.") % {"code": taken[row.label]}
                row.refuse(self.columns["name_zh"].title, sentence)

    def _compare(self, planned: PlannedRow) -> None:
        if planned.problems:
            return
        self.complete(planned)
        for name, value in planned.values.items():
            planned.values[name] = self.columns[name].settled(value, planned.row)
        before = {name: self.columns[name].value(planned.row) for name in planned.values}
        changed = {name for name, value in planned.values.items() if value != before[name]}
        planned.label = planned.label or str(planned.row)
        planned.problems += self.refusals(planned, changed)
        planned.differences = [
            self._difference(name, before, planned.values) for name in planned.values if name in changed
        ]
        if changed and not planned.problems:
            planned.lost = self.lost_by(planned.row, changed)
            self._validate(planned)

    def _difference(self, name: str, before: dict[str, Any], after: dict[str, Any]) -> Difference:
        column = self.columns[name]
        return Difference(column.title, column.shown(before[name]), column.shown(after[name]))

    def _validate(self, planned: PlannedRow) -> None:
        """The model's own rules; keys were looked up already and are left out."""
        row = planned.row
        for name, value in planned.values.items():
            if not self.columns[name].field.many_to_many:
                self.columns[name].put(row, value)
        keys = {each.name for each in self.model._meta.concrete_fields if each.is_relation}
        absent = {each.name for each in self.model._meta.concrete_fields if each.name not in planned.values}
        try:
            row.clean_fields(exclude=keys | absent)
            row.clean()
            row.validate_constraints(exclude={"name_zh"})  # compared with all names at once
        except ValidationError as error:
            planned.problems += self._as_problems(error)

    def _as_problems(self, error: ValidationError) -> Iterable[Problem]:
        if not hasattr(error, "error_dict"):
            return [Problem("", sentence) for sentence in error.messages]
        titles = {name: column.title for name, column in self.columns.items()}
        return [Problem(titles.get(name, ""), text) for name, texts in error.message_dict.items() for text in texts]

    # ------------------------------------------------------------ apply
    @versions.at_the_end()
    def apply(self, plan: Plan) -> None:
        """Save every row that is new or changed; the caller names who acts and why."""
        for planned in plan.going:
            row = planned.row
            if row.pk is None:
                self.fill_in(row)
            else:
                row.version += 1
            for name, value in planned.values.items():
                self.columns[name].put_made(row, value)
            row.save()
            self._save_lists(planned)

    def _save_lists(self, planned: PlannedRow) -> None:
        with journal.relations_together():
            for name, value in planned.values.items():
                if self.columns[name].field.many_to_many:
                    getattr(planned.row, name).set(value)

    def lock(self, codes: Iterable[str]) -> None:
        """Nobody else saves these rows until the transaction ends."""
        list(self.model._base_manager.select_for_update().filter(code__in=codes).order_by("pk").values_list("pk"))

    # ------------------------------------------------------------ addresses
    @cached_property
    def slugs(self) -> dict[str, Any]:
        """Every address with the key of its row, None for one promised to a new row."""
        return dict(self.model._base_manager.values_list("slug", "pk"))

    def new_slug(self, planned: PlannedRow) -> str:
        slug = first_free(self.model, planned.values.get("name_en", ""), planned.label, self.slugs)
        self.slugs[slug] = None
        return slug

    def is_taken(self, planned: PlannedRow) -> bool:
        return self.slugs.get(planned.values["slug"]) not in (None, planned.row.pk)
