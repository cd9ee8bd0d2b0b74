"""What keeps a call, or a version of what it asks, from being published: a sentence each, with its place.

The content has the shape that subsidies.call_shape holds imported files to, and the desk's forms cannot leave.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.file_kinds import KINDS
from subsidies.content import (
    BY_FIRM,
    BY_RECOMMENDER,
    CHECKED_KINDS,
    FIELD_TYPES,
    OPTIONAL,
    PERIOD_NAMES,
    CallContent,
    FormField,
    Material,
    ScoreItem,
)
from subsidies.content_words import PARTS, PERIOD_LABELS
from subsidies.enums import ExpertKind, SchemeKind, VisitTime
from subsidies.models import Call
from subsidies.prefill import SOURCES
from subsidies.rule_problems import NUMBERS, rule_problems
from subsidies.scoring import LEAST_TRIMMED

STABLE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
LONGEST_CODE = 12
MOST_FIELDS, MOST_ITEMS = 200, 100
UNITS = ("working_day", "calendar_day")
LONGEST_PERIOD_DAYS = 400
MOST_CORRECTIONS = 5
LARGEST_MB = 200
LARGEST_PANEL = 15


class Problem(NamedTuple):
    part: str  # a key of PARTS
    place: str  # id of the item, of a period its label; "" for the part as a whole
    text: str

    def __str__(self) -> str:
        where = _(", ").join(filter(None, [str(PARTS[self.part]), self.place]))
        return _("%(where)s: %(problem)s") % {"where": where, "problem": self.text}


def problems_of_call(call: Call) -> list[Problem]:
    """Dates, money and texts; what the call asks is problems_of_content()."""
    found = [Problem("call", "", text) for text in (*_money(call), *_dates(call))]
    if not call.name_zh.strip():
        found.append(Problem("call", "", _("The Chinese name is missing.")))
    return found


def problems_of_content(content: CallContent) -> list[Problem]:
    return [
        *_empty_parts(content),
        *_repeated(content),
        *_criteria(content),
        *_materials(content),
        *_sections(content),
        *_check_items(content),
        *_score_items(content),
        *_panel(content),
        *_periods(content),
    ]


# ---------------------------------------------------------------- the call
def _money(call: Call) -> Iterator[str]:
    if call.scheme.kind == SchemeKind.UNPUBLISHED:
        yield _("The scheme has no amount yet: no call can open until it is published and entered.")
    if call.budget_yuan is None:
        return
    amount = call.scheme.amount_yuan
    if amount is not None and call.budget_yuan < amount:
        yield _("The budget is below one award.")


def _dates(call: Call) -> Iterator[str]:
    dates = {
        _("The day and hour when the call opens are missing."): call.opens_at,
        _("The day and hour when the call closes are missing."): call.closes_at,
        _("The recommending units' own deadline is missing."): call.recommend_closes_at,
    }
    yield from (sentence for sentence, moment in dates.items() if moment is None)
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        yield _("A call closes after it opens.")
    if call.closes_at and call.recommend_closes_at and call.recommend_closes_at < call.closes_at:
        yield _("Recommending units need at least until the call closes.")


# ---------------------------------------------------------------- what it asks
def _empty_parts(content: CallContent) -> Iterator[Problem]:
    for part, sentence in (
        ("criteria", _("There is no condition yet.")),
        ("materials", _("No material is asked for yet.")),
        ("sections", _("The form has no section yet.")),
        ("check_items", _("The check table is empty; applicants are to see what the bureau will look at.")),
    ):
        if not getattr(content, part):
            yield Problem(part, "", sentence)
    if not content.pledge_zh.strip():
        yield Problem("pledge", "", _("The Chinese text is missing."))


def _repeated(content: CallContent) -> Iterator[Problem]:
    """Fields, materials and sections share one list of ids: comments and corrections name them without their part."""
    shared = [("sections", each.id) for each in content.sections]
    shared += [("sections", field.id) for field in content.fields()]
    shared += [("materials", each.code) for each in content.materials]
    yield from _twice(shared)
    yield from _twice(("criteria", each.id) for each in content.criteria)
    yield from _twice(("check_items", each.id) for each in content.check_items)
    yield from _twice(("score_items", each.id) for each in content.score_items)
    parts = {part: getattr(content, part) for part in ("criteria", "materials", "check_items", "score_items")}
    parts["sections"] = tuple(content.fields())
    for part, items in parts.items():
        if len(items) > (MOST_FIELDS if part == "sections" else MOST_ITEMS):
            yield Problem(part, "", _("There are too many rows."))


def _twice(named: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    named = list(named)
    counts = Counter(name for _part, name in named)
    for part, name in dict.fromkeys(named):
        if counts[name] > 1:
            yield Problem(part, name, _("This id is used twice."))


def _named(part: str, name: str, text_zh: str, longest: int = 40) -> Iterator[Problem]:
    if not STABLE_ID.fullmatch(name) or len(name) > longest:
        words = _("An id is a letter and then letters, figures or underscores, %(longest)d at most.")
        yield Problem(part, name, words % {"longest": longest})
    if not text_zh.strip():
        yield Problem(part, name, _("The Chinese text is missing."))


def _fields(content: CallContent) -> dict[str, FormField]:
    return {field.id: field for field in content.fields()}


def _criteria(content: CallContent) -> Iterator[Problem]:
    fields = _fields(content)
    for each in content.criteria:
        yield from _named("criteria", each.id, each.text_zh)
        yield from (Problem("criteria", each.id, text) for text in rule_problems(each.rule, fields))
        if not each.basis_zh.strip() and not each.is_draft:
            yield Problem(
                "criteria", each.id, _("A confirmed condition needs its legal basis; else mark it as a draft.")
            )


def _materials(content: CallContent) -> Iterator[Problem]:
    fields = _fields(content)
    for each in content.materials:
        yield from _named("materials", each.code, each.name_zh, LONGEST_CODE)
        yield from (Problem("materials", each.code, text) for text in rule_problems(each.required_when, fields))
        yield from (Problem("materials", each.code, text) for text in _limits(each))


def _limits(material: Material) -> Iterator[str]:
    if material.must not in (BY_FIRM, OPTIONAL, BY_RECOMMENDER):
        yield _("Say whether the firm must send it, may send it, or the recommending unit sends it.")
    if not material.formats or not set(material.formats) <= KINDS.keys():
        yield _("No format of file is allowed, or one that the portal does not take.")
    if not 1 <= material.largest_mb <= LARGEST_MB:
        yield _("The largest size of a file is from 1 to %(most)d MB.") % {"most": LARGEST_MB}
    if not 1 <= material.most_files <= 100:
        yield _("The number of files is from 1 to 100.")
    if not 0 <= material.most_pages <= 2000:
        yield _("The number of pages is from 1 to 2000, or 0 for no limit.")


def _sections(content: CallContent) -> Iterator[Problem]:
    fields = _fields(content)
    for section in content.sections:
        yield from _named("sections", section.id, section.title_zh)
        if not section.fields:
            yield Problem("sections", section.id, _("This section has no field."))
        for field in section.fields:
            yield from (Problem("sections", field.id, text) for text in rule_problems(field.required_when, fields))
            yield from _field(field)


def _field(field: FormField, table: str = "") -> Iterator[Problem]:
    place = f"{table}.{field.id}" if table else field.id
    yield from (Problem("sections", place, each.text) for each in _named("sections", field.id, field.label_zh))
    if field.type not in FIELD_TYPES or (table and field.type == "table"):
        yield Problem("sections", place, _("The type of the field is not known."))
    yield from (Problem("sections", place, text) for text in (*_bounds(field), *_sources(field)))
    if field.type == "choice":
        yield from (Problem("sections", place, text) for text in _options(field))
    if field.type == "table":
        yield from _columns(field)


def _sources(field: FormField) -> Iterator[str]:
    if field.prefill and field.prefill not in SOURCES:
        yield _("It is to be filled in from something the registry does not have.")
    if field.is_held and not field.prefill:
        yield _("It is to follow the record: say what it is filled in from.")
    if field.checks and field.checks not in CHECKED_KINDS:
        yield _("It is to be compared with other applications in a way nobody knows.")


def _options(field: FormField) -> Iterator[str]:
    if len(field.options) < 2:
        yield _("A choice needs at least two options.")
    if len({option.value for option in field.options}) < len(field.options):
        yield _("Two options have the same value.")
    if not all(option.value.strip() and option.label_zh.strip() for option in field.options):
        yield _("An option lacks its value or its Chinese text.")


def _columns(field: FormField) -> Iterator[Problem]:
    if not field.columns:
        yield Problem("sections", field.id, _("A table needs its columns."))
    if not 1 <= field.most_rows <= 200:
        yield Problem("sections", field.id, _("A table has from 1 to 200 rows."))
    yield from _twice(("sections", f"{field.id}.{column.id}") for column in field.columns)
    for column in field.columns:
        if column.is_held:
            yield Problem("sections", f"{field.id}.{column.id}", _("A column is typed and follows no record."))
        if column.required_when is not None:
            yield Problem("sections", f"{field.id}.{column.id}", _("A column is required always or never."))
        yield from _field(column, field.id)


def _bounds(field: FormField) -> Iterator[str]:
    given = [bound for bound in (field.minimum, field.maximum) if bound not in (None, "")]
    if not given:
        return
    if field.type == "date":
        kind, rows = "date", [{"field": "x", "is": "not_before", "value": bound} for bound in given]
    elif field.type in NUMBERS:
        kind, rows = "decimal", [{"field": "x", "is": "at_least", "value": bound} for bound in given]
    else:
        yield _("A field of this type has no smallest and largest value.")
        return
    asked = {"x": FormField(id="x", type=kind, label_zh="x")}
    if any(rule_problems(row, asked) for row in rows):
        yield _("The smallest or largest value cannot be read.")
    elif len(given) == 2 and _is_above(field.type, *given):
        yield _("The smallest value is above the largest.")


def _is_above(kind: str, smallest: str | None, largest: str | None) -> bool:
    if kind == "date":
        return str(smallest) > str(largest)
    return Decimal(str(smallest)) > Decimal(str(largest))


def _check_items(content: CallContent) -> Iterator[Problem]:
    known = {field.id for field in content.fields()} | {material.code for material in content.materials}
    for each in content.check_items:
        yield from _named("check_items", each.id, each.text_zh)
        for name in each.looks_at:
            if name not in known:
                words = _("It looks at “%(name)s”, which is neither a field nor a material.")
                yield Problem("check_items", each.id, words % {"name": name})


def _score_items(content: CallContent) -> Iterator[Problem]:
    for each in content.score_items:
        yield from _named("score_items", each.id, each.name_zh)
        if not 1 <= each.most <= 1000:
            yield Problem("score_items", each.id, _("The most points are from 1 to 1000."))
        yield from (Problem("score_items", each.id, text) for text in _bands(each))


def _bands(item: ScoreItem) -> Iterator[str]:
    if not all(band.text_zh.strip() for band in item.bands):
        yield _("A band lacks its Chinese text.")
    try:
        floors = [Decimal(band.at_least) for band in item.bands]
    except InvalidOperation:
        yield _("The points of a band cannot be read.")
        return
    if any(not 0 <= floor <= item.most for floor in floors) or floors != sorted(set(floors), reverse=True):
        yield _("Bands go down from the highest, each from a number of points within the item.")


def _panel(content: CallContent) -> Iterator[Problem]:
    panel = content.panel
    if panel.size % 2 == 0 or not 1 <= panel.size <= LARGEST_PANEL:
        words = _("A panel has an odd number of members, %(most)d at most.") % {"most": LARGEST_PANEL}
        yield Problem("panel", "", words)
    if not set(panel.least) <= set(ExpertKind.values):
        yield Problem("panel", "", _("A kind of expert is not known."))
    if sum(panel.least.values()) > panel.size:
        yield Problem("panel", "", _("The experts needed by kind are more than the panel has seats."))
    if panel.is_trimmed and panel.size < LEAST_TRIMMED:
        words = _("The highest and the lowest total are dropped only where a panel has %(least)d members or more.")
        yield Problem("panel", "", words % {"least": LEAST_TRIMMED})
    most = sum(each.most for each in content.score_items)
    for points in (panel.least_total, panel.widest_spread):
        if not _is_within(points, most):
            yield Problem("panel", "", _("Points lie between 0 and the sum of the score sheet, with two places."))
    if content.visit not in VisitTime.values:
        yield Problem("panel", "", _("The time of the site visit is not known."))


def _is_within(points: str, most: int) -> bool:
    return re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,2})?", points) is not None and Decimal(points) <= most


def _periods(content: CallContent) -> Iterator[Problem]:
    for name, period in content.periods.items():
        place = str(PERIOD_LABELS.get(name, name))
        if name not in PERIOD_NAMES:
            yield Problem("periods", place, _("Nobody knows this period."))
        if not 1 <= period.length <= LONGEST_PERIOD_DAYS:
            words = _("A period has 1 to %(most)d days.") % {"most": LONGEST_PERIOD_DAYS}
            yield Problem("periods", place, words)
        if period.unit not in UNITS:
            yield Problem("periods", place, _("The unit of the period is not known."))
    if not 0 <= content.most_corrections <= MOST_CORRECTIONS:
        yield Problem(
            "periods", "", _("Corrections are asked for at most %(most)d times.") % {"most": MOST_CORRECTIONS}
        )
