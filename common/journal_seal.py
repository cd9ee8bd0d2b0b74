"""The chain: each seal holds the hash of its entry and a hash over the link before it.

Only seal() appends, one process at a time, so the writers of entries wait for nobody.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from common.journal_values import canonical, json_value, plain_address
from common.models.journal import JournalEntry, JournalPending, JournalSeal

ALGORITHMS = ("sha256", "sm3")
BATCH = 500
ADVISORY_LOCK = 4_310_000_001
SEALED_FIELDS = (
    "id",
    "happened_at",
    "actor_id",
    "action",
    "object_type",
    "object_id",
    "object_label",
    "changes",
    "reason",
    "source",
    "address",
)


def entry_digest(row: Sequence[Any], algorithm: str) -> str:
    """The hash of one row of SEALED_FIELDS."""
    *fields, address = row
    return _hash(algorithm, canonical([*map(json_value, fields), plain_address(address)]))


def chain_hash(previous: str, position: int, digest: str, algorithm: str) -> str:
    return _hash(algorithm, canonical([previous, position, digest, algorithm]))


def sealed_rows(entry_ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """Rows of SEALED_FIELDS by id. One query."""
    return {
        row[0]: row
        for row in JournalEntry.objects.filter(pk__in=list(entry_ids)).order_by().values_list(*SEALED_FIELDS)
    }


def head() -> tuple[int, str]:
    """Position and chain hash of the last seal; (0, "") for an empty chain."""
    return JournalSeal.objects.order_by("-position").values_list("position", "chain").first() or (0, "")


def seal() -> int:
    """Append a seal for every entry that waits for one; return how many. Zero while another process is sealing."""
    total = 0
    while JournalPending.objects.exists() and (sealed := _seal_batch()):
        total += sealed
    return total


@transaction.atomic
def _seal_batch() -> int:
    if not _has_chain_to_itself():
        return 0
    waiting = list(JournalPending.objects.order_by("pk").values_list("pk", flat=True)[:BATCH])
    JournalSeal.objects.bulk_create(_links(sealed_rows(waiting)))
    JournalPending.objects.filter(pk__in=waiting).delete()
    return len(waiting)


def _links(rows: dict[int, tuple[Any, ...]]) -> Iterator[JournalSeal]:
    algorithm = settings.JOURNAL_HASH
    position, chain = head()
    for entry_id in sorted(rows):
        position += 1
        digest = entry_digest(rows[entry_id], algorithm)
        chain = chain_hash(chain, position, digest, algorithm)
        yield JournalSeal(position=position, entry_id=entry_id, digest=digest, chain=chain, algorithm=algorithm)


def _has_chain_to_itself() -> bool:
    """SQLite has one writer at a time anyway; PostgreSQL gets a lock that ends with the transaction."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        return cursor.fetchone()[0]


def _hash(algorithm: str, content: bytes) -> str:
    return hashlib.new(algorithm, content).hexdigest()
