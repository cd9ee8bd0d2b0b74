"""Search documents of many rows at once, when a name that they show has changed."""

from itertools import islice
from typing import Any

from django.db import models

BATCH = 500


def index_many(rows: models.QuerySet, document: type[models.Model], owner: str) -> None:
    """Write the `document` rows of all `rows`, which have searchable_text(), in the caller's transaction."""
    found = rows.iterator(chunk_size=BATCH)
    documents: Any = document._default_manager
    while batch := list(islice(found, BATCH)):
        documents.bulk_create(
            [document(**{owner: row, "document": row.searchable_text()}) for row in batch],
            update_conflicts=True,
            unique_fields=[owner],
            update_fields=["document"],
        )
