"""Names by their sound: gutai, tai, gtdc and dc all find 固态电池."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin

from common.search_tokens import Run, runs, spell

LONGEST_SOUND = 24
LONGEST_INITIALS = 16


def pinyin_key(name: str) -> str:
    """The name's syllables and words, for ordering and for looking up by prefix: "gu tai dian chi"."""
    return " ".join(_units(name))


def pinyin_tokens(name: str) -> Iterator[str]:
    """From every character of the name to its end: the full sound and the initials, each once."""
    units = _units(name)
    initials = "".join(unit[0] for unit in units)
    starts = range(len(units))
    spoken = ("".join(units[start:])[:LONGEST_SOUND] for start in starts)
    yield from map(spell, dict.fromkeys([*spoken, *(initials[start:][:LONGEST_INITIALS] for start in starts)]))


def _units(name: str) -> list[str]:
    return [unit for run in runs(name) for unit in _sounds(run) if unit]


@lru_cache(maxsize=20_000)
def _sounds(run: Run) -> tuple[str, ...]:
    if not run.is_han:
        return (run.text,)
    return tuple(lazy_pinyin(run.text, errors=_silent))


def _silent(unknown: str) -> Any:
    return [""] * len(unknown)
