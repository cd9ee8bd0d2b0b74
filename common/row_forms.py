"""Many rows by one template fragment, which is rendered once for each form a row can take and then only filled in.

To render a fragment for each row of a list costs several times what it costs to put escaped texts into their places.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Row = tuple[str | bool, ...]
PLACE = re.compile("\0([0-9]+)\0")
SEPARATOR = "\0"  # no text of the database holds one


class Form(NamedTuple):
    text: str  # as str.format() fills it
    present: list[int]  # the fields that have a place in it, by their number


def drawn(template: str, rows: Iterable[Row]) -> SafeString:
    """The fragment once for each row, a named tuple of texts or of yes and no. What is not safe is escaped.

    The fragment may ask whether a field is empty, and nothing else of it: a text that is there is a place to be filled.
    """
    return mark_safe("".join(drawn_each(template, rows)))  # noqa: S308 - escaped by the column


def drawn_each(template: str, rows: Iterable[Row]) -> list[str]:
    """The same, not yet put together."""
    kept, language = _form.__wrapped__ if settings.DEBUG else _form, get_language()
    texts: list[str] = []
    for is_there, neighbours in groupby(rows, key=_is_there):
        alike = list(neighbours)
        texts += _filled_alike(kept(template, language, type(alike[0]), is_there), alike)
    return texts


def _is_there(row: Row) -> tuple[bool, ...]:
    return tuple(map(bool, row))


def form_of(fields: Sequence[str], is_there: Sequence[bool], render: Callable[[Mapping[str, str]], str]) -> Form:
    """What `render` makes of the names of the fields, each with its place or, where it is not there, with nothing."""
    present = [number for number, there in enumerate(is_there) if there]
    places = dict.fromkeys(fields, "")
    for place, number in enumerate(present):
        places[fields[number]] = mark_safe(f"\0{place}\0")  # noqa: S308 - a number
    text = render(places).replace("{", "{{").replace("}", "}}")
    return Form(PLACE.sub(r"{\1}", text), present)


def filled(form: Form, row: Row) -> str:
    [text] = _filled_alike(form, [row])
    return text


def _filled_alike(form: Form, rows: Sequence[Row]) -> Iterable[str]:
    """Rows that have the same fields, by the column."""
    columns = list(zip(*rows, strict=True))
    if not form.present:
        return [form.text.format()] * len(rows)
    return map(form.text.format, *[_escaped(columns[number]) for number in form.present])


def _escaped(texts: Sequence[str | bool]) -> Sequence[str]:
    """All at once where all are plain, which costs a fraction of escaping one by one."""
    if {*map(type, texts)} == {str}:
        together = escape(SEPARATOR.join(texts))  # type: ignore[arg-type]
        if together.count(SEPARATOR) == len(texts) - 1:
            return together.split(SEPARATOR)
    return [str(text) if hasattr(text, "__html__") else escape(str(text)) for text in texts]


@lru_cache(maxsize=256)
def _form(template: str, language: str | None, kind: type, is_there: tuple[bool, ...]) -> Form:
    return form_of(kind._fields, is_there, lambda places: render_to_string(template, places))  # type: ignore[attr-defined]
