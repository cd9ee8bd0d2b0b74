"""How much there is to read in docs/walkthrough.md before and while one walks."""

import re

from tools.own_server import ROOT
from tools.walkthrough.effort import WORDS_A_MINUTE

TEXT = ROOT / "docs" / "walkthrough.md"
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
ADDRESS = re.compile(r"\]\([^)]*\)")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’/.:@-]*")
CHINESE = re.compile(r"[\u3400-\u9fff]")
CHARACTERS_OF_WORD = 2


def part_under(heading: str) -> str:
    """What stands under it; what stands before the first without one."""
    parts = re.split(r"^## ", TEXT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return next(part for part in parts if part.startswith(f"{heading}\n" if heading else "# "))


def words_of(text: str) -> int:
    """As they are read: without pictures and addresses, two Chinese characters for a word."""
    told = ADDRESS.sub("", PICTURE.sub("", text))
    return len(WORD.findall(told)) + -(-len(CHINESE.findall(told)) // CHARACTERS_OF_WORD)


def minutes_to_read(words: int) -> float:
    return words / WORDS_A_MINUTE
