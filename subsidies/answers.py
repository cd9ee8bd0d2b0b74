"""Answers to the fields of a form: read from what people type or programs send, stored, shown, and typed again.

Stored are plain JSON values: money as yuan text "12605000.00", dates as ISO text, levels and years as integers,
tables as lists of rows by column id. None stands for no answer and is not kept.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts import credit_code
from common.money import LARGEST_YUAN, YUAN_PER_WAN, to_yuan, wan_to_yuan
from common.templatetags.chenzhou import number, shanghai_date, wan_yuan, yuan
from common.texts import clean_text
from common.texts import shown as quoted
from subsidies.content import FormField

LONGEST = {"text": 200, "long_text": 5000, "email": 254, "phone": 30}
LONGEST_OF_ALL = 20_000
FIRST_YEAR, LAST_YEAR = 1900, 2100
WHOLE = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")
FRACTION = re.compile(rf"{WHOLE.pattern}(?:\.[0-9]{{1,9}})?")
DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,24}(?:转 ?[0-9]{1,6})?")
TRUE, FALSE = ("yes", "true", "1"), ("no", "false", "0")


def clean_answer(field: FormField, raw: Any, *, typed: bool = True) -> Any:
    """The stored value, None for no answer; ValidationError with a sentence for what cannot be read.

    `typed`: by a person, who writes money in 万元; else by a program, which sends stored values, money in yuan.
    Bounds and required fields are no matter of reading: a draft may be wrong, see subsidies.missing.
    """
    if raw is None:
        return None
    if field.type == "table":
        return _rows(field, raw, typed)
    if field.type == "yes_no" and isinstance(raw, bool):
        return raw
    text = _text_of(raw, multiline=field.type == "long_text")
    if not text:
        return None
    return (_money if field.type == "money" else READERS[field.type])(field, text, typed)


def shown(field: FormField, value: Any) -> str:
    """The answer for reading, in the reader's language; "" for none, a line for each row of a table."""
    if value in (None, "", []):
        return ""
    if field.type == "table":
        return "\n".join(" · ".join(cell for cell in row if cell) for row in shown_rows(field, value))
    return str(SHOWN.get(field.type, _as_it_is)(field, value))


def shown_rows(field: FormField, rows: Any) -> list[list[str]]:
    """The cells of a table for reading, in the order of its columns."""
    return [[shown(column, row.get(column.id)) for column in field.columns] for row in rows or ()]


def typed(field: FormField, value: Any) -> Any:
    """The answer as a person would type it, for an input; a table as rows of such texts."""
    if field.type == "table":
        return [{column.id: typed(column, row.get(column.id)) for column in field.columns} for row in value or ()]
    if value is None:
        return ""
    if field.type == "money":
        return number((Decimal(value) / YUAN_PER_WAN).normalize())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


# ---------------------------------------------------------------- reading
def _text_of(raw: Any, *, multiline: bool) -> str:
    is_number = isinstance(raw, int | float | Decimal) and not isinstance(raw, bool) and math.isfinite(raw)
    if not isinstance(raw, str) and not is_number:
        raise ValidationError(_("This is not an answer of the expected kind."), code="invalid")
    text = raw if isinstance(raw, str) else str(raw)
    if len(text) > LONGEST_OF_ALL or not _can_be_stored(text):
        raise ValidationError(_("This text is too long or holds characters that cannot be kept."), code="invalid")
    return clean_text(text, multiline=multiline).strip()


def _can_be_stored(text: str) -> bool:
    """Half a character of two, as programs can send it, is no text."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _words(field: FormField, text: str, typed: bool) -> str:
    most = field.longest or LONGEST.get(field.type, LONGEST["text"])
    if len(text) > most:
        message = _("Shorten this to %(most)d characters; it has %(count)d.") % {"most": most, "count": len(text)}
        raise ValidationError(message, code="longest")
    return text


def _yes_no(field: FormField, text: str, typed: bool) -> bool:
    answer = text.lower()
    if answer not in (*TRUE, *FALSE):
        raise ValidationError(_("Choose yes or no."), code="invalid")
    return answer in TRUE


def _integer(field: FormField, text: str, typed: bool) -> int:
    plain = _plain(text)
    if not WHOLE.fullmatch(plain):
        raise ValidationError(_("Enter a whole number in figures, such as 120."), code="invalid")
    return int(plain.replace(",", ""))


def _decimal(field: FormField, text: str, typed: bool) -> str:
    plain = _plain(text)
    if not FRACTION.fullmatch(plain):
        raise ValidationError(_("Enter a number in figures, such as 12.5."), code="invalid")
    return format(Decimal(plain.replace(",", "")), "f")


def _money(field: FormField, text: str, typed: bool) -> str:
    amount = (wan_to_yuan if typed else to_yuan)(_plain(text))
    if abs(amount) > LARGEST_YUAN:
        raise ValidationError(_("The amount is too large."), code="range")
    return format(amount, "f")


def _date(field: FormField, text: str, typed: bool) -> str:
    message = _("Enter a date as year-month-day, such as 2026-03-09.")
    found = DAY.fullmatch(_plain(text))
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValidationError(message, code="invalid")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError as error:
        raise ValidationError(message, code="invalid") from error


def _whole_between(least: int, most: int, field: FormField, text: str, typed: bool) -> int:
    plain = _plain(text)
    if not re.fullmatch(r"[0-9]{1,4}", plain) or not least <= int(plain) <= most:
        message = _("Enter a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        raise ValidationError(message, code="range")
    return int(plain)


def _choice(field: FormField, text: str, typed: bool) -> str:
    if text not in [option.value for option in field.options]:
        raise ValidationError(_("“%(text)s” is not on the list.") % {"text": quoted(text)}, code="choice")
    return text


def _email(field: FormField, text: str, typed: bool) -> str:
    try:
        validate_email(_words(field, text, typed))
    except ValidationError as error:
        message = _("Enter an e-mail address, such as name@example.com.")
        raise ValidationError(message, code="invalid") from error
    return text


def _phone(field: FormField, text: str, typed: bool) -> str:
    plain = _plain(text)
    if not PHONE.fullmatch(plain):
        raise ValidationError(_("Enter a phone number in figures, such as 0735-2368000."), code="invalid")
    return plain


def _credit_code(field: FormField, text: str, typed: bool) -> str:
    code = credit_code.normalise(text)
    credit_code.validate(code)
    return code


READERS: dict[str, Callable[[FormField, str, bool], Any]] = {
    "text": _words,
    "long_text": _words,
    "yes_no": _yes_no,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "year": partial(_whole_between, FIRST_YEAR, LAST_YEAR),
    "choice": _choice,
    "trl": partial(_whole_between, 1, 9),
    "email": _email,
    "phone": _phone,
    "credit_code": _credit_code,
}


def _rows(field: FormField, raw: Any, typed: bool) -> list[dict[str, Any]] | None:
    """Rows without any answer go."""
    if raw == "":
        return None
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise ValidationError(_("Send a table as a list of rows."), code="invalid")
    if len(raw) > field.most_rows:
        raise ValidationError(_("At most %(most)d rows fit.") % {"most": field.most_rows}, code="rows")
    problems: list[str] = []
    rows = [_row(field, position, row, typed, problems) for position, row in enumerate(raw, 1)]
    if problems:
        raise ValidationError(problems, code="row")
    return [row for row in rows if row] or None


def _row(field: FormField, position: int, raw: Mapping[str, Any], typed: bool, problems: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if unknown := [str(name) for name in raw if name not in {column.id for column in field.columns}]:
        problems.append(_("The table has no column “%(name)s”.") % {"name": quoted(unknown[0])})
    for column in field.columns:
        try:
            value = clean_answer(column, raw.get(column.id), typed=typed)
        except ValidationError as error:
            place = {"row": position, "column": column.label, "problem": " ".join(error.messages)}
            problems.append(_("Row %(row)d, %(column)s: %(problem)s") % place)
        else:
            row |= {} if value is None else {column.id: value}
    return row


# ---------------------------------------------------------------- showing
def _as_it_is(field: FormField, value: Any) -> str:
    return str(value)


def _shown_number(field: FormField, value: Any) -> str:
    return f"{number(value)} {field.unit}".strip()


def _shown_money(field: FormField, value: Any) -> str:
    """万元 and yuan side by side; in English they are the same words."""
    in_wan, in_yuan = wan_yuan(Decimal(value)), yuan(Decimal(value))
    return in_yuan if in_wan.endswith("yuan") else f"{in_wan}（{in_yuan}）"


def _shown_choice(field: FormField, value: Any) -> str:
    return next((option.words("label") for option in field.options if option.value == value), str(value))


SHOWN: dict[str, Callable[[FormField, Any], str]] = {
    "yes_no": lambda field, value: _("Yes") if value else _("No"),
    "integer": _shown_number,
    "decimal": _shown_number,
    "money": _shown_money,
    "date": lambda field, value: shanghai_date(date.fromisoformat(value)),
    "choice": _shown_choice,
    "trl": lambda field, value: _("level %(level)s") % {"level": value},
}
