"""Text as a person may have typed or pasted it, without the characters that nobody sees."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

# C0 and C1 controls, and the marks that turn the order of writing: with them a name can pose as another.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LINE_BREAK = re.compile(r"\r\n?")
KEPT_IN_LINES = "\n\t"
BETWEEN_WORDS = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85"


def clean_text(text: str, *, multiline: bool = False) -> str:
    """The text without controls and marks of direction; a line break or tab is a space where one line is meant."""
    if text.isascii() and text.isprintable():
        return text
    return UNSEEN.sub(lambda found: _instead_of(found[0], multiline), LINE_BREAK.sub("\n", text))


def shown(text: str, longest: int = 40) -> str:
    """What somebody sent, to be quoted back in a refusal."""
    return UNSEEN.sub("�", text[:longest])


def listed(words: Iterable[str]) -> str:
    """“PDF, JPG, PNG”, as the reader's language parts the items of a list."""
    return pgettext("between items of a list", ", ").join(words)


def language_of_record() -> translation.override:
    """What the portal itself writes into the record is in the language of the house, whoever acts."""
    return translation.override(settings.LANGUAGE_CODE)


def _instead_of(character: str, multiline: bool) -> str:
    if multiline and character in KEPT_IN_LINES:
        return character
    return " " if character in BETWEEN_WORDS else ""
