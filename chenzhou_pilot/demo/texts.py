"""Texts put together from clauses whose search tokens are kept, so that a million documents take minutes."""

from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import NamedTuple

from chenzhou_pilot.demo.vocabulary import MATERIALS, PROCESSES
from common.search import pinyin_key
from common.search_pinyin import pinyin_tokens
from common.search_tokens import BREAK, runs, tokens


class Text(NamedTuple):
    """A text and its tokens; joining by a character that separates words joins both."""

    text: str
    tokens: str


@lru_cache(maxsize=50_000)
def known(text: str) -> Text:
    return Text(text, " ".join(tokens(runs(text))))


@lru_cache(maxsize=25_000)
def sounds(name: str) -> tuple[str, str]:
    """What the name is ordered by, and the tokens of its sounds."""
    return pinyin_key(name)[:240], " ".join(pinyin_tokens(name))


def joined(texts: list[Text], separator: str, end: str = "") -> Text:
    return Text(separator.join(part.text for part in texts) + end, " ".join(part.tokens for part in texts))


def document(texts: Iterable[str], name: str) -> str:
    """The search document of texts given by their tokens. See also common.search.search_document()."""
    return "".join(f"{text} {BREAK} " for text in texts if text) + sounds(name)[1]


def often(random: Random, words: tuple[str, ...] | list[str]) -> str:
    """One of the words, the early ones far more often."""
    return words[int(len(words) * random.random() ** 3)]


def clause(random: Random, patterns: tuple[str, ...]) -> Text:
    pattern = patterns[int(len(patterns) * random.random())]
    if "{material}" in pattern:
        return known(pattern.replace("{material}", often(random, MATERIALS)))
    return known(pattern.replace("{process}", often(random, PROCESSES)))


def paragraph(random: Random, patterns: tuple[str, ...], length: int, *first: Text) -> Text:
    """Clauses until the text has about `length` characters."""
    clauses = list(first)
    missing = length - sum(len(part.text) + 1 for part in first)
    while missing > 0:
        clauses.append(clause(random, patterns))
        missing -= len(clauses[-1].text) + 1
    return joined(clauses, "，", "。")
