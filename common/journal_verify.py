"""Walks the chain from its first seal and names the first row that is not as it was sealed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from common.journal_seal import ALGORITHMS, chain_hash, entry_digest, sealed_rows
from common.models.journal import JournalEntry, JournalPending, JournalSeal

BATCH = 2_000
PATIENCE = timedelta(hours=1)


class Anchor(NamedTuple):
    """The head of the chain as somebody wrote it down earlier."""

    position: int
    chain: str


class Seal(NamedTuple):
    position: int
    entry_id: int
    digest: str
    chain: str
    algorithm: str


@dataclass(frozen=True)
class Verification:
    position: int = 0
    chain: str = ""
    problem: str = ""
    warning: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.problem


def verify(expect: Anchor | None = None, noted: Mapping[str, date] | None = None) -> Verification:
    """Read every seal and entry in batches; memory stays flat whatever the length of the journal.

    `noted` are the days on which a hash was the head of the chain; see common.journal_anchors.
    """
    last, wanted = Verification(), dict(noted or {})
    for last in _links():
        if last.problem:
            return last
        wanted.pop(last.chain, None)
        if expect and last.position == expect.position and last.chain != expect.chain:
            return replace(
                last, problem=_("Seal %(position)d is not the one that was noted.") % {"position": last.position}
            )
    problem = _cut_off(last, expect) or _not_found(wanted) or _stray_entry()
    return replace(last, problem=problem, warning=_overdue())


def _links() -> Iterator[Verification]:
    """The state after each seal; the first problem ends the walk."""
    chain = ""
    for position, (seal, row) in enumerate(_seals_with_entries(), start=1):
        problem = _problem_of(seal, row, position, chain)
        if problem:
            yield Verification(position - 1, chain, problem)
            return
        chain = seal.chain
        yield Verification(position, chain)


def _problem_of(seal: Seal, row: tuple | None, position: int, previous: str) -> str:
    names = {"position": position, "entry": seal.entry_id}
    if seal.position != position:
        return _("Seal %(position)d is missing.") % names
    if seal.algorithm not in ALGORITHMS or seal.chain != chain_hash(previous, position, seal.digest, seal.algorithm):
        return _("Seal %(position)d (entry %(entry)d) was changed or stands in another order.") % names
    if row is None:
        return _("Entry %(entry)d (seal %(position)d) is missing.") % names
    if seal.digest != entry_digest(row, seal.algorithm):
        return _("Entry %(entry)d (seal %(position)d) was changed.") % names
    return ""


def _seals_with_entries() -> Iterator[tuple[Seal, tuple | None]]:
    position = -1
    seals = JournalSeal.objects.order_by("position").values_list(*Seal._fields)
    while batch := [Seal(*row) for row in seals.filter(position__gt=position)[:BATCH]]:
        rows = sealed_rows(seal.entry_id for seal in batch)
        yield from ((seal, rows.get(seal.entry_id)) for seal in batch)
        position = batch[-1].position


def _cut_off(last: Verification, expect: Anchor | None) -> str:
    if not expect or last.position >= expect.position:
        return ""
    return _("The chain ends at seal %(position)d: the seals up to %(expected)d are missing.") % {
        "position": last.position,
        "expected": expect.position,
    }


def _not_found(wanted: Mapping[str, date]) -> str:
    if not wanted:
        return ""
    message = _("The head noted on %(day)s is not in the chain: it was cut short or built anew since.")
    return message % {"day": min(wanted.values()).isoformat()}


def _stray_entry() -> str:
    stray = JournalEntry.objects.filter(seal=None, pending=None).order_by("pk").values_list("pk", flat=True).first()
    return (
        ""
        if stray is None
        else _("Entry %(entry)d was inserted past the journal: it has no seal and waits for none.") % {"entry": stray}
    )


def _overdue() -> str:
    count = JournalPending.objects.filter(entry__happened_at__lt=timezone.now() - PATIENCE).count()
    return _("%(count)d entries have waited for their seal for more than an hour.") % {"count": count} if count else ""
