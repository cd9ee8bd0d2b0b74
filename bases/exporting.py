from collections.abc import Iterator
from typing import Any

from bases.importing import columns
from bases.models.queries import BaseQuerySet

CHUNK = 500


def export_rows(bases: BaseQuerySet) -> Iterator[list[Any]]:
    """The cells of each base in the columns of the import, a few hundred rows in memory at a time."""
    cells = [column.cell for column in columns()]
    rows = bases.select_related("division", "park", "host", "operator", "source", "verified_by")
    rows = rows.prefetch_related("industries", "co_builders", "tenants")
    for base in rows.iterator(chunk_size=CHUNK):
        yield [cell(base) for cell in cells]
