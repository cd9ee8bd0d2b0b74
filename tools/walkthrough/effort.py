"""What a walk asks of whoever does it, and how long that takes by the keystroke-level model (Card, Moran, Newell)."""

from dataclasses import astuple, dataclass, fields

DECISION, CLICK, KEY, HAND = 1.35, 1.3, 0.28, 0.4  # seconds; a click with its pointing; a hand from mouse to keys
PAGE, SCROLL = 4.0, 1.0  # seconds; the twenty characters that must be read on a page
WORDS_A_MINUTE = 238  # read in silence (Brysbaert 2019)
KEYS_OF_CHARACTER = 3  # a Chinese character by pinyin


@dataclass
class Effort:
    pages: int = 0
    clicks: int = 0
    fields: int = 0
    keys: int = 0
    decisions: int = 0
    scrolls: int = 0
    loading: float = 0.0  # seconds, as measured

    def __add__(self, other: "Effort") -> "Effort":
        return Effort(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    @property
    def seconds(self) -> float:
        """A field takes the hand to the keys and back."""
        acts = self.clicks * CLICK + self.keys * KEY + self.decisions * DECISION + self.fields * 2 * HAND
        return acts + self.pages * PAGE + self.scrolls * SCROLL + self.loading


COLUMNS = [field.name for field in fields(Effort)]


def keys_of(text: str) -> int:
    return sum(1 if character.isascii() else KEYS_OF_CHARACTER for character in text)
