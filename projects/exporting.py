from collections.abc import Iterator
from typing import Any

from projects.importing import columns
from projects.models.queries import ProjectQuerySet

CHUNK = 500


def export_rows(projects: ProjectQuerySet) -> Iterator[list[Any]]:
    """The cells of each project in the columns of the import, a few hundred rows in memory at a time."""
    cells = [column.cell for column in columns()]
    for project in projects.select_related("base", "division", "industry", "source", "verified_by").iterator(
        chunk_size=CHUNK
    ):
        yield [cell(project) for cell in cells]
