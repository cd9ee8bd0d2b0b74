"""The shape of what a call asks, for content that comes from outside: every key known, every value of its kind."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.texts import shown
from subsidies.call_problems import LONGEST_CODE, MOST_FIELDS, MOST_ITEMS
from subsidies.content import PERIOD_NAMES
from subsidies.content_words import PARTS, label_of
from subsidies.enums import ExpertKind

LINE, PARAGRAPH, LONGEST_NAME = 500, 5000, 40
LARGEST_NUMBER = 1_000_000

Check = Callable[[Any, str], Iterator[str]]


def shape_problems(content: Any) -> list[str]:
    """Each with the place it is found in, such as “Conditions 2 › Text (Chinese)”."""
    return list(CONTENT(content, ""))


# ---------------------------------------------------------------- kinds of values
def text(longest: int = LINE) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield _wrong(place, _("a text is expected"))
        elif len(value) > longest:
            yield _wrong(place, _("the text is longer than %(longest)d characters") % {"longest": longest})

    return check


def text_or_nothing(value: Any, place: str) -> Iterator[str]:
    if value is not None:
        yield from text(LONGEST_NAME)(value, place)


def flag(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield _wrong(place, _("true or false is expected"))


def whole(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_NUMBER:
        yield _wrong(place, _("a whole number is expected"))


def rule(value: Any, place: str) -> Iterator[str]:
    """What stands in it is for subsidies.rule_problems."""
    if value is not None and not isinstance(value, Mapping):
        yield _wrong(place, _("a rule is expected"))


def rows(each: Check, most: int = MOST_ITEMS) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield _wrong(place, _("a list is expected"))
        elif len(value) > most:
            yield _wrong(place, _("the list has more than %(most)d rows") % {"most": most})
        else:
            for position, row in enumerate(value, 1):
                yield from each(row, f"{place} {position}")

    return check


def record(known: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield _wrong(place, _("a record is expected"))
            return
        yield from _key_problems(value, known, required, place)
        for name in [each for each in known if each in value]:
            yield from known[name](value[name], f"{place} › {label_of(name)}" if place else label_of(name))

    return check


def _key_problems(
    value: Mapping[str, Any], known: Mapping[str, Check], required: tuple[str, ...], place: str
) -> Iterator[str]:
    for name in [each for each in value if each not in known]:
        yield _wrong(place, _("nobody knows what “%(name)s” is") % {"name": shown(name)})
    for name in required:
        if name not in value:
            yield _wrong(place, _("“%(name)s” is missing") % {"name": label_of(name)})


def _wrong(place: str, what: str) -> str:
    return _("%(place)s: %(what)s.") % {"place": place or _("The whole"), "what": what}


# ---------------------------------------------------------------- the parts
def _bilingual(*names: str, longest: int = LINE) -> dict[str, Check]:
    return {f"{name}_{language}": text(longest) for name in names for language in ("zh", "en")}


NAME = text(LONGEST_NAME)
OPTION = record({"value": NAME, **_bilingual("label")}, ("value", "label_zh"))
PLAIN_FIELD = {
    "id": NAME,
    "type": NAME,
    **_bilingual("label"),
    **_bilingual("help", longest=PARAGRAPH),
    "is_required": flag,
    "required_when": rule,
    "options": rows(OPTION),
    "unit": NAME,
    "minimum": text_or_nothing,
    "maximum": text_or_nothing,
    "longest": whole,
    "most_rows": whole,
    "prefill": text(80),
    "is_held": flag,
    "checks": NAME,
}
COLUMN = record(PLAIN_FIELD, ("id", "type", "label_zh"))
FIELD = record({**PLAIN_FIELD, "columns": rows(COLUMN, 30)}, ("id", "type", "label_zh"))
SECTION = record(
    {"id": NAME, **_bilingual("title"), **_bilingual("help", longest=PARAGRAPH), "fields": rows(FIELD, MOST_FIELDS)},
    ("id", "title_zh"),
)
CRITERION = record(
    {"id": NAME, **_bilingual("text", "basis", longest=PARAGRAPH), "rule": rule, "is_draft": flag}, ("id", "text_zh")
)
MATERIAL = record(
    {
        "code": text(LONGEST_CODE),
        **_bilingual("name"),
        **_bilingual("help", longest=PARAGRAPH),
        "must": NAME,
        "required_when": rule,
        "formats": rows(NAME, 20),
        "largest_mb": whole,
        "most_files": whole,
        "most_pages": whole,
        "is_confidential": flag,
    },
    ("code", "name_zh"),
)
CHECK_ITEM = record({"id": NAME, **_bilingual("text", longest=PARAGRAPH), "looks_at": rows(NAME)}, ("id", "text_zh"))
BAND = record({"at_least": NAME, **_bilingual("text")}, ("at_least", "text_zh"))
SCORE_ITEM = record({"id": NAME, **_bilingual("name"), "most": whole, "bands": rows(BAND, 20)}, ("id", "name_zh"))
PANEL = record(
    {
        "size": whole,
        "reserves": whole,
        "least": record(dict.fromkeys(ExpertKind.values, whole)),
        "most_open": whole,
        "is_trimmed": flag,
        "least_total": NAME,
        "widest_spread": NAME,
    }
)
PERIOD = record({"length": whole, "unit": NAME, "counts_first_day": flag}, ("length",))


def _draft_part(value: Any, place: str) -> Iterator[str]:
    if value not in PARTS:
        yield _wrong(place, _("there is no such part"))


CONTENT = record(
    {
        "criteria": rows(CRITERION),
        "materials": rows(MATERIAL),
        "sections": rows(SECTION),
        "check_items": rows(CHECK_ITEM),
        "score_items": rows(SCORE_ITEM),
        "panel": PANEL,
        "visit": text(LONGEST_NAME),
        "periods": record(dict.fromkeys(PERIOD_NAMES, PERIOD)),
        "most_corrections": whole,
        "draft_parts": rows(_draft_part, len(PARTS)),
        **_bilingual("pledge", longest=PARAGRAPH),
    }
)
