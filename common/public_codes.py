"""Public codes as people type them: in small letters or full width, with other hyphens, with spaces or with none."""

import re
import unicodedata
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import register_converter
from stdnum.iso7064 import mod_11_10

PREFIXES = ("CZZS", "DEMO", "CZXM", "DEMOXM")  # see bases.codes and projects.codes
LONGEST_TYPED = 60
BETWEEN = r"[\s\-_.·‐-―−]*"
TYPED = re.compile(
    BETWEEN.join([rf"({'|'.join(PREFIXES)})", r"([0-9]{4})", r"([0-9]{4,7})", r"([0-9])"]), re.IGNORECASE
)


class ToldNotFound(Http404):
    """A 404 with a sentence that helps the reader on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def written_code(typed: str) -> str:
    """`czzs202400011` as CZZS-2024-0001-1, and "" for what is no code. Whether its last digit fits is not asked."""
    if len(typed) > LONGEST_TYPED:
        return ""
    found = TYPED.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    return "-".join(found.groups()).upper() if found else ""


def is_mistyped(code: str) -> bool:
    """Whether the last digit of a written code does not fit."""
    return not mod_11_10.is_valid("".join(code.split("-")[1:]))


def asked_code(typed: str, validate: Callable[[str], None]) -> str:
    """The code in an address; a 404 where there is none, with the sentence of `validate` where it is mistyped."""
    code = written_code(typed)
    if not code:
        raise Http404
    try:
        validate(code)
    except ValidationError as error:
        raise (ToldNotFound(error.messages[0]) if error.code == "check" else Http404()) from error
    return code


class SlugOrCode:
    """A part of an address: a short name, or a code in whatever way it is typed."""

    regex = "[^/]+"
    slug = re.compile(r"[-a-zA-Z0-9_]+")

    def to_python(self, value: str) -> str:
        if self.slug.fullmatch(value):
            return value
        if code := written_code(value):
            return code
        raise ValueError(value)

    def to_url(self, value: str) -> str:
        return value


register_converter(SlugOrCode, "slug_or_code")
