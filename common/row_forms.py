"""Many rows by one template fragment, which is rendered once for each form a row can take and then only filled in.

To render a fragment for each row of a list costs several times what it costs to put escaped texts into their places.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Row = tuple[str | bool, ...]


class Form(NamedTuple):
    text: str
    filled: list[int]  # the fields that have a place in it, by their number


def drawn(template: str, rows: Iterable[Row]) -> SafeString:
    """The fragment once for each row, a named tuple of texts or of yes and no. What is not safe is escaped.

    The fragment may ask whether a field is empty, and nothing else of it: a text that is there is a place to be filled.
    It must hold no braces of its own.
    """
    return mark_safe("".join([_filled(template, row) for row in rows]))  # noqa: S308 - escaped one by one


def _filled(template: str, row: Row) -> str:
    form_of = _form.__wrapped__ if settings.DEBUG else _form
    form = form_of(template, get_language(), type(row), tuple(map(bool, row)))
    return form.text.format(*[_escaped(row[number]) for number in form.filled])


def _escaped(text: str | bool) -> str:
    return str(text) if hasattr(text, "__html__") else escape(str(text))


@lru_cache(maxsize=256)
def _form(template: str, language: str | None, kind: type, pattern: tuple[bool, ...]) -> Form:
    filled = [number for number, is_there in enumerate(pattern) if is_there]
    places = dict.fromkeys(kind._fields, "")  # type: ignore[attr-defined]
    for place, number in enumerate(filled):
        places[kind._fields[number]] = mark_safe(f"{{{place}}}")  # type: ignore[attr-defined]  # noqa: S308 - a number
    return Form(render_to_string(template, places), filled)
