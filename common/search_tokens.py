"""Text as the tokens both engines index.

A run of Chinese becomes its overlapping pairs and, alone, its last character: 固态电池 is 固态 态电 电池 池.
A word asked as the phrase of its pairs is then found wherever it stands and nowhere else: the single ends the run.
Latin words and numbers are tokens as they are.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

BREAK = "\ue001"  # a token no query has: no phrase reaches from one text into the next
LONGEST_WORD = 200  # spelled by number that is 1,800 bytes, of the 2,046 PostgreSQL takes
ESCAPE = "\ue000"
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
RUNS = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")
# Letters that every version of SQLite's tokenizer takes as they are; the others are written by their number.
PLAIN = re.compile(r"[0-9a-z\u3400-\u4db5\u4e00-\u9fcc]")


class Run(NamedTuple):
    text: str
    is_han: bool


def normalise(text: str) -> str:
    """Full-width and compatibility forms as the usual ones, capitals as small letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def runs(text: str) -> list[Run]:
    """The stretches of Chinese and of other letters and digits, in order; what lies between separates."""
    found = RUNS.finditer(normalise(text))
    return [Run(match[0], is_han=True) if match[1] else Run(match[0][:LONGEST_WORD], is_han=False) for match in found]


def tokens(found: Iterable[Run]) -> Iterator[str]:
    for run in found:
        if run.is_han:
            yield from map(spell, pairs(run.text))
            yield spell(run.text[-1])
        else:
            yield spell(run.text)


def pairs(han: str) -> list[str]:
    return [han[start : start + 2] for start in range(len(han) - 1)]


def spell(token: str) -> str:
    """Letter by letter, so that a prefix stays a prefix."""
    return "".join(letter if PLAIN.match(letter) else f"{ESCAPE}{ord(letter):06x}" for letter in token)
