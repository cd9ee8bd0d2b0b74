"""What a call asks, as typed objects over the JSON that a version of the call stores; imports no model.

The JSON is {"criteria": […], "materials": […], "sections": […], "check_items": […], "score_items": […],
"panel": {…}, "visit": "none", "periods": {…}, "most_corrections": 2, "draft_parts": […], "pledge_zh": "",
"pledge_en": ""}. Every item has a stable `id` (materials a `code`), which answers, files, corrections and checks
refer to; texts end in _zh and _en.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Self

from common.models.names import in_reader_language

FIELD_TYPES = (
    "text",
    "long_text",
    "yes_no",
    "integer",
    "decimal",
    "money",  # kept as yuan, "12605000.00"; typed in 万元
    "date",
    "year",
    "choice",
    "trl",  # readiness level 1 to 9
    "email",
    "phone",
    "credit_code",  # of 18 characters, see accounts.credit_code
    "table",  # rows of `columns`, which are fields of the simple types
)
PERIOD_NAMES = (
    "acceptance",
    "form_check",
    "correction",
    "correction_grace",
    "recommendation",
    "review",
    "appeal",
    "appeal_answer",
    "notice",
    "objection",
)
CHECKED_KINDS = ("patent", "invoice", "product", "support")  # see subsidies.hits
STAMPED_FORM = "A02"  # the material that the system prints and the unit stamps, see subsidies.printing
BY_FIRM, OPTIONAL, BY_RECOMMENDER = "yes", "optional", "by_recommender"


class Item:
    """Reads itself from a mapping and leaves out what it does not know."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        known = {each.name for each in dataclasses.fields(cls)}  # type: ignore[arg-type]
        return cls(**{name: value for name, value in row.items() if name in known})

    def words(self, name: str) -> str:
        """`name`_zh or `name`_en, for the reader."""
        return in_reader_language(getattr(self, f"{name}_zh", ""), getattr(self, f"{name}_en", ""))


@dataclasses.dataclass(frozen=True, slots=True)
class Choice(Item):
    value: str
    label_zh: str
    label_en: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class FormField(Item):
    id: str
    type: str
    label_zh: str
    label_en: str = ""
    help_zh: str = ""
    help_en: str = ""
    is_required: bool = False
    required_when: Mapping[str, Any] | None = None  # a rule, see subsidies.rules
    options: tuple[Choice, ...] = ()
    columns: tuple["FormField", ...] = ()
    unit: str = ""
    minimum: str | None = None  # numbers as text, so that no digit is lost; dates as ISO
    maximum: str | None = None
    longest: int = 0  # characters, 0 for the usual limit of the type
    most_rows: int = 50
    prefill: str = ""  # such as "organisation.name_zh", "project.investment_yuan"; see subsidies.prefill
    is_held: bool = False  # stays what its `prefill` says and is not typed, see subsidies.held
    checks: str = ""  # one of CHECKED_KINDS: what is compared with other applications; mostly on a column

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        options = tuple(Choice.of(each) for each in row.get("options", ()))
        columns = tuple(FormField.of(each) for each in row.get("columns", ()))
        return super(FormField, cls).of({**row, "options": options, "columns": columns})

    @property
    def label(self) -> str:
        return self.words("label")

    @property
    def help(self) -> str:
        return self.words("help")


@dataclasses.dataclass(frozen=True, slots=True)
class Section(Item):
    id: str
    title_zh: str
    title_en: str = ""
    help_zh: str = ""
    help_en: str = ""
    fields: tuple[FormField, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        own = tuple(FormField.of(each) for each in row.get("fields", ()))
        return super(Section, cls).of({**row, "fields": own})

    @property
    def title(self) -> str:
        return self.words("title")


@dataclasses.dataclass(frozen=True, slots=True)
class Criterion(Item):
    """A condition of eligibility. `rule` is three-valued over the answers; without one a person judges."""

    id: str
    text_zh: str
    text_en: str = ""
    basis_zh: str = ""
    basis_en: str = ""
    rule: Mapping[str, Any] | None = None
    is_draft: bool = True  # not settled by the policy: shown as "to be confirmed by the bureau"

    @property
    def text(self) -> str:
        return self.words("text")

    @property
    def basis(self) -> str:
        return self.words("basis")


@dataclasses.dataclass(frozen=True, slots=True)
class Material(Item):
    code: str
    name_zh: str
    name_en: str = ""
    help_zh: str = ""
    help_en: str = ""
    must: str = BY_FIRM  # "yes", "optional" or "by_recommender"
    required_when: Mapping[str, Any] | None = None  # makes an optional one required
    formats: tuple[str, ...] = ("pdf",)  # of common.file_kinds
    largest_mb: int = 20
    most_files: int = 10
    most_pages: int = 0  # 0 for no limit
    is_confidential: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return super(Material, cls).of({**row, "formats": tuple(row.get("formats", ("pdf",)))})

    @property
    def name(self) -> str:
        return self.words("name")

    @property
    def help(self) -> str:
        return self.words("help")


@dataclasses.dataclass(frozen=True, slots=True)
class CheckItem(Item):
    """A line of the form check, published with the call: what the bureau itself will look at."""

    id: str
    text_zh: str
    text_en: str = ""
    looks_at: tuple[str, ...] = ()  # ids of fields and codes of materials

    @property
    def text(self) -> str:
        return self.words("text")


@dataclasses.dataclass(frozen=True, slots=True)
class Band(Item):
    at_least: str
    text_zh: str
    text_en: str = ""

    @property
    def text(self) -> str:
        return self.words("text")


@dataclasses.dataclass(frozen=True, slots=True)
class ScoreItem(Item):
    id: str
    name_zh: str
    name_en: str = ""
    most: int = 0
    bands: tuple[Band, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return super(ScoreItem, cls).of({**row, "bands": tuple(Band.of(each) for each in row.get("bands", ()))})

    @property
    def name(self) -> str:
        return self.words("name")


@dataclasses.dataclass(frozen=True, slots=True)
class Period(Item):
    length: int
    unit: str = "working_day"  # or "calendar_day"
    counts_first_day: bool = False


# Where a call sets nothing: 公示 counts the day it begins, as all dated examples of domain.md §3.2 do.
USUAL_PERIODS = {"notice": Period(5, counts_first_day=True), "objection": Period(15)}


def usual_period(name: str) -> Period:
    return USUAL_PERIODS.get(name, Period(5))


@dataclasses.dataclass(frozen=True, slots=True)
class Panel(Item):
    """How experts are drawn and their scores counted. Where a call sets nothing: five, and nothing dropped."""

    size: int = 5  # odd
    reserves: int = 2
    least: Mapping[str, int] = dataclasses.field(default_factory=dict)  # by ExpertKind, together at most `size`
    most_open: int = 0  # open reviews of one expert under this call, 0 for the expert's own limit alone
    is_trimmed: bool = False  # one highest and one lowest total are dropped where there are five or more
    least_total: str = "0"  # to be put before the meeting with approval in view
    widest_spread: str = "0"  # highest minus lowest total; above it the chair says why; 0 for no limit

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return super(Panel, cls).of({**row, "least": dict(row.get("least", {}))})


@dataclasses.dataclass(frozen=True, slots=True)
class CallContent:
    criteria: tuple[Criterion, ...] = ()
    materials: tuple[Material, ...] = ()
    sections: tuple[Section, ...] = ()
    check_items: tuple[CheckItem, ...] = ()
    score_items: tuple[ScoreItem, ...] = ()
    panel: Panel = Panel()
    visit: str = "none"  # a VisitTime
    periods: Mapping[str, Period] = dataclasses.field(default_factory=dict)
    most_corrections: int = 2
    draft_parts: tuple[str, ...] = ()  # parts that the policy does not settle, such as "score_items"
    pledge_zh: str = ""
    pledge_en: str = ""

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "CallContent":
        return cls(
            criteria=tuple(Criterion.of(row) for row in content.get("criteria", ())),
            materials=tuple(Material.of(row) for row in content.get("materials", ())),
            sections=tuple(Section.of(row) for row in content.get("sections", ())),
            check_items=tuple(
                CheckItem.of({**row, "looks_at": tuple(row.get("looks_at", ()))})
                for row in content.get("check_items", ())
            ),
            score_items=tuple(ScoreItem.of(row) for row in content.get("score_items", ())),
            panel=Panel.of(content.get("panel", {})),
            visit=content.get("visit", "none"),
            periods={name: Period.of(row) for name, row in content.get("periods", {}).items()},
            most_corrections=content.get("most_corrections", 2),
            draft_parts=tuple(content.get("draft_parts", ())),
            pledge_zh=content.get("pledge_zh", ""),
            pledge_en=content.get("pledge_en", ""),
        )

    @property
    def pledge(self) -> str:
        return in_reader_language(self.pledge_zh, self.pledge_en)

    def fields(self) -> Iterator[FormField]:
        for section in self.sections:
            yield from section.fields

    def names(self) -> dict[str, str]:
        """Labels by id of the field; with the section's title where two fields, or a column, have the same label."""
        labels = Counter(field.label for field in self.fields())
        labels.update(column.label for field in self.fields() for column in field.columns)
        return {
            field.id: f"{section.title} · {field.label}" if labels[field.label] > 1 else field.label
            for section in self.sections
            for field in section.fields
        }

    def field(self, field_id: str) -> FormField | None:
        return next((each for each in self.fields() if each.id == field_id), None)

    def section(self, section_id: str) -> Section | None:
        return next((each for each in self.sections if each.id == section_id), None)

    def section_of(self, field_id: str) -> Section | None:
        return next((each for each in self.sections if any(own.id == field_id for own in each.fields)), None)

    def material(self, code: str) -> Material | None:
        return next((each for each in self.materials if each.code == code), None)

    def period(self, name: str) -> Period:
        """The period of that name; the usual one where the call sets none."""
        return self.periods.get(name) or usual_period(name)


def empty_content() -> dict[str, Any]:
    return {
        "criteria": [],
        "materials": [],
        "sections": [],
        "check_items": [],
        "score_items": [],
        "panel": {},
        "visit": "none",
        "periods": {},
        "most_corrections": 2,
        "draft_parts": [],
        "pledge_zh": "",
        "pledge_en": "",
    }
