"""How points become totals: pure functions over what a call says and what an expert typed; exact decimals throughout.

A total has two places, half up. A trimmed mean leaves out one highest and one lowest total, however many are equal.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.texts import clean_text
from subsidies.content import Band, CallContent, Panel, ScoreItem

LEAST_TRIMMED = 5  # totals; with fewer a trimmed mean would rest on one or two people
CENT = Decimal("0.01")
LONGEST_POINTS = 12  # characters, as typed
LONGEST_COMMENT = 1000
LONGEST_OPINION = 4000
POINTS = re.compile(r"\d{1,4}(\.\d{1,2})?")

Mark = Mapping[str, str]  # {"points": "21.00", "comment": ""}, both as typed
Marks = Mapping[str, Mark]  # by the ids of the score items


class SheetProblem(NamedTuple):
    """`item` is empty for what concerns the sheet as a whole; `part` is "points" or "comment"."""

    item: str
    part: str
    text: str


# ---------------------------------------------------------------- a panel
def two_places(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def panel_total(totals: Iterable[Decimal], panel: Panel) -> Decimal:
    """The mean of the totals, by the rule of the call; ValueError where there is none."""
    kept = sorted(totals)
    if not kept:
        raise ValueError("A panel without a signed sheet has no total.")
    if panel.is_trimmed and len(kept) >= LEAST_TRIMMED:
        kept = kept[1:-1]
    return two_places(sum(kept, Decimal(0)) / len(kept))


def spread(totals: Sequence[Decimal]) -> Decimal:
    """Highest minus lowest, of all of them: trimming hides nothing here."""
    return max(totals) - min(totals) if totals else Decimal(0)


def is_too_wide(totals: Sequence[Decimal], panel: Panel) -> bool:
    widest = Decimal(panel.widest_spread)
    return widest > 0 and spread(totals) > widest


# ---------------------------------------------------------------- an item
def points_of(item: ScoreItem, typed: str) -> Decimal | None:
    """None for what is no number from 0 to the most of the item with at most two places."""
    text = typed.strip()
    points = Decimal(text) if POINTS.fullmatch(text) and text.isascii() else None
    return points if points is not None and points <= item.most else None


def band_of(item: ScoreItem, points: Decimal) -> Band | None:
    """A published call lists its bands from the highest down; see call_problems."""
    return next((band for band in item.bands if points >= Decimal(band.at_least)), None)


def is_lowest(item: ScoreItem, points: Decimal) -> bool:
    """In the lowest of several bands, or below all of them."""
    return len(item.bands) > 1 and points < Decimal(item.bands[-2].at_least)


# ---------------------------------------------------------------- a sheet
def sheet_total(content: CallContent, marks: Marks) -> Decimal:
    """The sum of what can be read; whether the sheet is whole is for problems_of()."""
    found = (points_of(item, marks.get(item.id, {}).get("points", "")) for item in content.score_items)
    return two_places(sum((points for points in found if points is not None), Decimal(0)))


def problems_of(content: CallContent, marks: Marks, opinion: str) -> list[SheetProblem]:
    """What keeps the sheet from being signed, in the order of the sheet."""
    found = [problem for item in content.score_items for problem in _of_item(item, marks.get(item.id, {}))]
    if not clean_text(opinion, multiline=True).strip():
        found.append(SheetProblem("", "comment", _("Write the overall opinion.")))
    return found


def _of_item(item: ScoreItem, mark: Mark) -> list[SheetProblem]:
    names = {"item": item.name, "most": item.most}
    points = points_of(item, mark.get("points", ""))
    if points is None:
        text = _("%(item)s: give points from 0 to %(most)d, with at most two places.") % names
        return [SheetProblem(item.id, "points", text)]
    if is_lowest(item, points) and not mark.get("comment", "").strip():
        text = _("%(item)s: say why it is in the lowest band.") % names
        return [SheetProblem(item.id, "comment", text)]
    return []


def as_typed(content: CallContent, marks: Marks) -> dict[str, dict[str, str]]:
    """What is kept of a draft: every item of the call with its points and comment, no longer than they may be."""
    return {
        item.id: {
            "points": clean_text(mark.get("points", "")).strip()[:LONGEST_POINTS],
            "comment": clean_text(mark.get("comment", ""), multiline=True).strip()[:LONGEST_COMMENT],
        }
        for item in content.score_items
        for mark in [marks.get(item.id, {})]
    }


def as_signed(content: CallContent, marks: Marks) -> dict[str, dict[str, str]]:
    """Points with their two places, as text; only for marks without problems."""
    kept = as_typed(content, marks)
    for item in content.score_items:
        points = points_of(item, kept[item.id]["points"])
        assert points is not None, "a sheet with problems is not signed"
        kept[item.id]["points"] = f"{two_places(points)}"
    return kept
