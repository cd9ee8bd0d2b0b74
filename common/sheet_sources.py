"""The source of a record in one cell of a sheet: its title, and in brackets its day and its web address."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.models import Source
from common.sheet_columns import DAY, Column, plain
from common.texts import clean_text

MARKED = re.compile(r"(?P<title>.*?)\s*[\[【]\s*(?P<marks>[^\[\]【】]+?)\s*[\]】]", re.DOTALL)
BETWEEN_MARKS = re.compile(r"[\s,，;；]+")
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
UNFIT_IN_BRACKETS = re.compile(r"[\s\[\]【】,，;；]")


class Told(NamedTuple):
    """What a cell says of a source."""

    title: str
    published_on: date | None = None
    url: str = ""

    @property
    def label(self) -> str:
        day = self.published_on.isoformat() if self.published_on else ""
        marks = [day, "" if UNFIT_IN_BRACKETS.search(self.url) else self.url]
        return f"{self.title}[{' '.join(filter(None, marks))}]" if any(marks) else self.title

    def as_source(self) -> Source:
        return Source(title_zh=self.title, published_on=self.published_on, url=self.url)


class SourceColumn(Column):
    """A source on record is found again by what the cell tells of it; one that is not is made when the rows are saved.

    Two that are recorded alike count as one.
    """

    hint = gettext_lazy(
        "The title; where several have it, with the day or the web address behind it: 标题[2024-12-06] or "
        "标题[https://…]. A source that is not on record yet is written like that too, and entered with the import."
    )

    def __init__(self, field: models.Field) -> None:
        super().__init__(field)
        self.told: dict[Any, Told] = {}
        self.named: dict[str, set[Any]] = {}
        self.labelled: dict[str, set[Any]] = {}
        self.made: dict[Told, Any] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        for source in Source._base_manager.order_by("pk"):
            told = self.told[source.pk] = _told_of(source)
            self.labelled.setdefault(plain(told.label).lower(), set()).add(source.pk)
            for name in (source.title_zh, source.title_en):
                self.named.setdefault(plain(name).lower(), set()).add(source.pk)

    def read(self, text: str) -> Any:
        """The key of a source, or what is told of one that will be made."""
        if not text.strip():
            return None
        name = plain(text).lower()
        found = self.labelled.get(name) or self.named.get(name) or self._fitting(_told_in(text))
        if len({self.told[pk] for pk in found}) > 1:
            raise ValidationError(
                _("More than one source is called “%(text)s”: add its day or web address, as 标题[2024-12-06].")
                % {"text": text.strip()}
            )
        return min(found) if found else self._new(_told_in(text))

    def _fitting(self, told: Told) -> set[Any]:
        named = self.named.get(plain(told.title).lower(), set()) if told.title else set(self.told)
        return {pk for pk in named if _fits(self.told[pk], told)}

    def _new(self, told: Told) -> Told:
        if not told.title or told == Told(told.title):
            sentence = _(
                "No source “%(text)s” is on record: correct it, or add the day or web address to enter it, "
                "as 标题[2024-12-06]."
            )
            raise ValidationError(sentence % {"text": told.title or told.url})
        if taken := next((each for each in self.told.values() if told.url and each.url == told.url), None):
            raise ValidationError(_("This web address is that of the source “%(title)s”.") % {"title": taken.title})
        if not (self.user and self.user.has_perm("common.add_source")):
            raise ValidationError(
                _("No source “%(text)s” is on record: the bureau enters it first.") % {"text": told.title}
            )
        told.as_source().clean_fields()
        return told

    def settled(self, value: Any, row: models.Model) -> Any:
        own = self.value(row)
        return own if own in self.told and self.told[own] == self.told.get(value) else value

    def put(self, row: models.Model, value: Any) -> None:
        super().put(row, None if isinstance(value, Told) else value)

    def put_made(self, row: models.Model, value: Any) -> None:
        if not isinstance(value, Told):
            return
        if value not in self.made:
            source = value.as_source()
            source.save()
            self.made[value] = source.pk
        super().put(row, self.made[value])

    def cell(self, row: models.Model) -> str:
        source = getattr(row, self.name)
        return _told_of(source).label if source else ""

    def shown(self, value: Any) -> str:
        if isinstance(value, Told):
            return _("new source: %(source)s") % {"source": value.label}
        return self.told[value].label if value in self.told else ""


def _told_of(source: Source) -> Told:
    return Told(source.title_zh, source.published_on, source.url)


def _fits(source: Told, told: Told) -> bool:
    """What the cell leaves open fits any."""
    return told.published_on in (None, source.published_on) and told.url in ("", source.url)


def _told_in(text: str) -> Told:
    whole = clean_text(text, multiline=False).strip()
    if ADDRESS.fullmatch(whole):
        return Told("", url=whole)
    found = MARKED.fullmatch(whole)
    marks = _marks(found["marks"]) if found else None
    return Told(found["title"], **marks) if found and marks else Told(whole)


def _marks(text: str) -> dict[str, Any] | None:
    """A day, an address or both; None where the brackets hold something else, and so belong to the title."""
    marks: dict[str, Any] = {}
    for part in BETWEEN_MARKS.split(text):
        if ADDRESS.fullmatch(part):
            marks["url"] = part
        elif day := _day(part):
            marks["published_on"] = day
        else:
            return None
    return marks


def _day(text: str) -> date | None:
    found = DAY.fullmatch(plain(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
