"""A line a day that anybody may keep: with it they can tell later whether the journal was cut short or built anew."""

import re
from collections.abc import Iterable
from datetime import date

from common.calendar import shanghai_today
from common.journal_seal import head, seal
from common.models.journal import JournalAnchor

LINE = re.compile(r"(\d{4}-\d\d-\d\d) ([0-9a-f]{64,128})")
Anchors = dict[str, date]  # by the hash of the chain


def note_anchor() -> JournalAnchor | None:
    """Once a day in Shanghai; None on the same day again, or while nothing is recorded."""
    seal()
    _position, chain = head()
    if not chain:
        return None
    anchor, is_new = JournalAnchor.objects.get_or_create(day=shanghai_today(), defaults={"chain": chain})
    return anchor if is_new else None


def own_anchors() -> Anchors:
    return dict(JournalAnchor.objects.order_by("-day").values_list("chain", "day"))


def anchors_in(lines: Iterable[str]) -> Anchors:
    """Of a file as the site publishes it; ValueError for a line that is none. A chain has the day it had first."""
    found: Anchors = {}
    for line in filter(None, map(str.strip, lines)):
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(line)
        day = date.fromisoformat(match[1])
        found[match[2]] = min(day, found.get(match[2], day))
    return found
