"""What page fragments need to know, as plain data: views and tests build these, `{% load components %}` draws them.

Texts are ready to read (translated, formatted); a fragment adds no words about the data, only about itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple

IS_DEMONSTRATION = "is_demonstration"  # in the session: whether every page leads to the change of person
IS_EXPERT = "is_expert"  # in the session: whether the head of every page leads to the person's reviews


class StopState(StrEnum):
    DONE = "done"
    PASSED = "passed"  # what came later was reached, so this was too; nobody has recorded when
    CURRENT = "current"
    AHEAD = "ahead"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a process line; a stopped one breaks the line, and what follows was not reached."""

    label: str
    state: StopState
    date_text: str = ""
    note: str = ""


class TileShape(StrEnum):
    COUNTY = "county"
    PARK = "park"


class TileKind(StrEnum):
    PUBLIC = "public"
    SPECIALISED = "specialised"
    MIXED = "mixed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tile:
    """A county or a park on the schematic map, by bearing; columns and rows count from 1 to 8."""

    label: str
    column: int
    row: int
    sublabel: str = ""
    shape: TileShape = TileShape.COUNTY
    kind: TileKind = TileKind.NONE
    href: str = ""
    count: int = 0
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class SourceNote:
    number: int
    title: str
    publisher: str = ""
    date_text: str = ""
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A labelled value; an empty one is drawn as not yet published, and `claim_href` is the way to fill it."""

    label: str
    value: str = ""
    note: str = ""
    sources: Sequence[SourceNote] = ()
    claim_href: str = ""


@dataclass(frozen=True, slots=True)
class StatNumber:
    label: str
    value: str = ""
    unit: str = ""
    note: str = ""
    sources: Sequence[SourceNote] = ()


class FilterChoice(NamedTuple):
    """One choice; `href` is the page with this choice put on, or taken off when it is selected."""

    label: str
    href: str
    number: int | None = None
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class FilterGroup:
    name: str
    title: str
    choices: Sequence[FilterChoice]


@dataclass(frozen=True, slots=True)
class Crumb:
    label: str
    href: str = ""


class Pager(NamedTuple):
    """Neighbours by keyset; an empty address means the end."""

    previous_href: str = ""
    next_href: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A next step offered by an empty list, or something missing with the field it leads to."""

    label: str
    href: str = ""


class AlertLevel(StrEnum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    is_numeric: bool = False
    is_code: bool = False

    @property
    def css_class(self) -> str:
        return "numeric" if self.is_numeric else "nowrap" if self.is_code else ""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns; the first cell of a row is its head."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    is_dense: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    href: str
    number: str = ""
    date_text: str = ""
    format: str = ""
    size_text: str = ""


class ClockState(StrEnum):
    RUNNING = "running"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE = "overdue"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days used of those allowed; `words` say the same and are always shown."""

    days_used: int
    days_allowed: int
    words: str
    state: ClockState = ClockState.RUNNING

    MOST_SEGMENTS: ClassVar[int] = 20

    def segments(self) -> list[bool]:
        """True per used segment: one a day, or at most twenty when more days are allowed."""
        count = max(1, min(self.days_allowed, self.MOST_SEGMENTS))
        used = round(count * min(self.days_used, self.days_allowed) / max(1, self.days_allowed))
        return [position < used for position in range(count)]
