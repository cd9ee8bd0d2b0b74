"""Columns of an Excel sheet that is both written and read: each knows its field as text, as cell and as value."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.texts import clean_text, listed

LIST_SEPARATOR = "；"
BETWEEN_ITEMS = re.compile(r"[;；\n]+")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
NAME_AND_CODE = re.compile(r"(?P<name>.*?)\s*[\[【]\s*(?P<code>[^\[\]【】]+?)\s*[\]】]")
BARE_CODE = re.compile(r"[0-9A-Z]{15,20}|[A-Z]{2,8}-\d+-\d+-\d")  # of an organisation, of a base
CHINESE = "zh-hans"


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


class Column:
    """A text field; the other kinds are below."""

    hint: Any = ""  # for whoever fills the column in
    user: Any = None  # whoever imports

    def __init__(self, field: models.Field, title: Any = "") -> None:
        self.field = field
        self.name = field.name
        self._title = title or field.verbose_name

    @property
    def title(self) -> str:
        """Sheets are titled in Chinese whoever writes them."""
        with translation.override(CHINESE):
            return capfirst(str(self._title))

    def names(self) -> set[str]:
        """What the title may be in a sheet that is read."""
        with translation.override("en"):
            english = str(self._title)
        return {plain(name).lower() for name in (self.title, english, self.name)}

    def prepare(self, texts: Iterable[str]) -> None:
        """Read what the texts of this column refer to, at once."""

    def choices(self) -> list[str]:
        """For the list of the cell in the template."""
        return []

    def read(self, text: str) -> Any:
        """The value; ValidationError with a sentence. An empty cell is an empty field."""
        return clean_text(text, multiline=isinstance(self.field, models.TextField)).strip()

    def value(self, row: models.Model) -> Any:
        return getattr(row, self.field.attname)

    def settled(self, value: Any, row: models.Model) -> Any:
        """What was read, or what the row holds where that means the same."""
        return value

    def put(self, row: models.Model, value: Any) -> None:
        setattr(row, self.field.attname, value)

    def put_made(self, row: models.Model, value: Any) -> None:
        """Make what the value names and nobody has made yet; in the saving transaction, before the row is saved."""

    def cell(self, row: models.Model) -> Any:
        return self.value(row)

    def shown(self, value: Any) -> str:
        return "" if value is None else str(value)


class Choice(Column):
    @cached_property
    def labels(self) -> dict[Any, str]:
        with translation.override(CHINESE):
            return {value: str(label) for value, label in self.field.flatchoices}

    @cached_property
    def known(self) -> dict[str, Any]:
        with translation.override("en"):
            english = {plain(str(label)).lower(): value for value, label in self.field.flatchoices}
        own = {str(value).lower(): value for value in self.labels}
        return own | english | {plain(label).lower(): value for value, label in self.labels.items()}

    def choices(self) -> list[str]:
        return list(self.labels.values())

    def read(self, text: str) -> str:
        if not text.strip():
            return ""
        if plain(text).lower() not in self.known:
            choices = listed(self.labels.values())
            raise ValidationError(_("“%(text)s” is none of: %(choices)s.") % {"text": text, "choices": choices})
        return self.known[plain(text).lower()]

    def cell(self, row: models.Model) -> str:
        return self.shown(self.value(row))

    def shown(self, value: Any) -> str:
        return self.labels.get(value, str(value or ""))


class YesNo(Column):
    YES, NO = "是", "否"
    KNOWN = {"是": True, "yes": True, "true": True, "1": True, "否": False, "no": False, "false": False, "0": False}

    def choices(self) -> list[str]:
        return [self.YES, self.NO]

    def read(self, text: str) -> bool | None:
        if not text.strip():
            return None if self.field.null else False
        if plain(text).lower() not in self.KNOWN:
            raise ValidationError(_("Write 是 or 否, not “%(text)s”.") % {"text": text})
        return self.KNOWN[plain(text).lower()]

    def cell(self, row: models.Model) -> str:
        return self.shown(self.value(row))

    def shown(self, value: Any) -> str:
        return "" if value is None else (self.YES if value else self.NO)


class Number(Column):
    """Whole numbers and decimals, never rounded from what the sheet says."""

    def read(self, text: str) -> Any:
        if not text.strip():
            return None
        try:
            number = Decimal(plain(text).replace(",", ""))
            value = self.field.clean(number, None) if number.is_finite() else None
        except InvalidOperation:
            value = None
        if value is None:
            raise ValidationError(_("“%(text)s” is no number.") % {"text": text})
        if Decimal(value) != number:
            raise ValidationError(_("Write a whole number, not “%(text)s”.") % {"text": text})
        places = getattr(self.field, "decimal_places", None)
        return value if places is None else value.quantize(Decimal(1).scaleb(-places))

    def shown(self, value: Any) -> str:
        return "" if value is None else f"{value:,f}" if isinstance(value, Decimal) else str(value)


class Day(Column):
    def read(self, text: str) -> date | None:
        if not text.strip():
            return None
        found = DAY.fullmatch(plain(text))
        try:
            return date(*map(int, found.groups())) if found else self._refuse(text)
        except ValueError:
            return self._refuse(text)

    @staticmethod
    def _refuse(text: str) -> None:
        raise ValidationError(_("Write the day as 2024-12-06, not “%(text)s”.") % {"text": text})


class Listed(Column):
    """A key of a short table, given by its code or its name."""

    def __init__(self, field: models.Field, *, by: Sequence[str], refusal: Any) -> None:
        super().__init__(field)
        self.by = by
        self.refusal = refusal
        self.keys: dict[str, Any] = {}
        self.labels: dict[Any, str] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        related: Any = self.field.related_model
        for row in related._base_manager.all():
            self.labels[row.pk] = row.name_zh
            self.keys |= {plain(getattr(row, name)).lower(): row.pk for name in self.by if getattr(row, name)}

    def choices(self) -> list[str]:
        self.prepare([])
        return list(self.labels.values())

    def read(self, text: str) -> Any:
        return self.key(text) if text.strip() else None

    def key(self, text: str) -> Any:
        key = self.keys.get(plain(text).lower())
        if key is None:
            raise ValidationError(str(self.refusal) % {"text": text.strip()})
        return key

    def cell(self, row: models.Model) -> str:
        related = getattr(row, self.name)
        return related.name_zh if related else ""

    def shown(self, value: Any) -> str:
        return "" if value is None else self.labels.get(value, str(value))


class ListedMany(Listed):
    """Several of them in one cell, separated by semicolons."""

    def read(self, text: str) -> list[Any]:
        return sorted({self.key(item) for item in BETWEEN_ITEMS.split(text) if item.strip()})

    def value(self, row: models.Model) -> list[Any]:
        return sorted(related.pk for related in getattr(row, self.name).all()) if row.pk else []

    def cell(self, row: models.Model) -> str:
        return LIST_SEPARATOR.join(related.name_zh for related in getattr(row, self.name).all())

    def shown(self, value: Any) -> str:
        return LIST_SEPARATOR.join(super(ListedMany, self).shown(key) for key in value)


class Coded(Listed):
    """A key of a long table, written as name [code]: the code decides, a name alone must be the only one."""

    def __init__(self, field: models.Field, *, code: str, check: Any, refusal: Any) -> None:
        super().__init__(field, by=(), refusal=refusal)
        self.code, self.check = code, check
        self.named: dict[str, list[Any]] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        names, codes = set(), set()
        for item in self._items(texts):
            name, code = self._parts(item)
            names.add(name)
            codes.add(code)
        related: Any = self.field.related_model
        fitting = related._base_manager.complex_filter(self.field.get_limit_choices_to())  # type: ignore[attr-defined]
        rows = fitting.filter(Q(name_zh__in=names - {""}) | Q(**{f"{self.code}__in": codes - {""}}))
        for row in rows:
            self.labels[row.pk] = self._label(row)
            self.named.setdefault(row.name_zh, []).append(row.pk)
            self.keys[getattr(row, self.code) or ""] = row.pk

    def key(self, text: str) -> Any:
        name, code = self._parts(text)
        if code:
            self.check(code)
        found = [self.keys[code]] if code and code in self.keys else [] if code else self.named.get(name, [])
        if len(found) > 1:
            raise ValidationError(
                _("More than one is called “%(text)s”: add the credit code as 名称[代码].") % {"text": name}
            )
        if not found:
            raise ValidationError(str(self.refusal) % {"text": text.strip()})
        return found[0]

    def choices(self) -> list[str]:
        return []

    def cell(self, row: models.Model) -> str:
        related = getattr(row, self.name)
        return self._label(related) if related else ""

    def _label(self, row: Any) -> str:
        code = getattr(row, self.code)
        return f"{row.name_zh}[{code}]" if code else row.name_zh

    def _items(self, texts: Iterable[str]) -> Iterable[str]:
        return (text for text in texts if text.strip())

    @staticmethod
    def _parts(text: str) -> tuple[str, str]:
        found = NAME_AND_CODE.fullmatch(text.strip())
        if found:
            return found["name"], plain(found["code"]).upper()
        bare = plain(text).upper()
        return ("", bare) if BARE_CODE.fullmatch(bare) else (text.strip(), "")


class CodedMany(Coded):
    def read(self, text: str) -> list[Any]:
        return sorted({self.key(item) for item in BETWEEN_ITEMS.split(text) if item.strip()})

    def value(self, row: models.Model) -> list[Any]:
        return sorted(related.pk for related in getattr(row, self.name).all()) if row.pk else []

    def cell(self, row: models.Model) -> str:
        return LIST_SEPARATOR.join(self._label(related) for related in getattr(row, self.name).all())

    def shown(self, value: Any) -> str:
        return LIST_SEPARATOR.join(self.labels.get(key, str(key)) for key in value)

    def _items(self, texts: Iterable[str]) -> Iterable[str]:
        return (item for text in texts for item in BETWEEN_ITEMS.split(text) if item.strip())


def column_for(field: Any) -> Column:
    """The plain column of a field by its type."""
    if field.flatchoices:
        return Choice(field)
    kinds: tuple[tuple[type[models.Field], type[Column]], ...] = (
        (models.BooleanField, YesNo),
        (models.DecimalField, Number),
        (models.IntegerField, Number),
        (models.DateField, Day),
    )
    return next((kind for of_field, kind in kinds if isinstance(field, of_field)), Column)(field)
