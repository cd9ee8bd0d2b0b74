"""The journal: what happened, to what, by whom, why and from where, in the same transaction as the change.

Journalled models record themselves; everything else calls record(). See docs/architecture.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from common import versions
from common.journal_context import JournalRefused, acting, current, letting_bulk_through, unnamed
from common.journal_record import record, write
from common.journal_relations import relations_together
from common.journal_seal import head, seal
from common.journal_verify import Anchor, Verification, verify
from common.models.journalled import Journalled

__all__ = [
    "Anchor",
    "Batch",
    "JournalRefused",
    "Verification",
    "acting",
    "bulk",
    "current",
    "head",
    "record",
    "relations_together",
    "seal",
    "unnamed",
    "verify",
    "write",
]


@dataclass
class Batch:
    count: int | None = None  # set it inside the block, and the entry holds it


@contextmanager
def bulk(action: str, model: type[Journalled], summary: str, *more: type[Journalled]) -> Iterator[Batch]:
    """Let update(), delete(), bulk_create() and bulk_update() of these models through, under one entry."""
    batch = Batch()
    models = (model, *more)
    with versions.at_the_end():
        with letting_bulk_through(models):
            yield batch
        write(action, model, {} if batch.count is None else {"count": [None, batch.count]}, label=summary)
        for version in sorted({each.journal_version for each in models} - {""}):
            versions.bump(version, of_names=any(each.journal_names for each in models))
