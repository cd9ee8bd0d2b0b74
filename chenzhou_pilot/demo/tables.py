"""Rows straight into a table: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Sequence
from io import StringIO
from typing import Any

from django.db import connection, models

from common.search import tsvector_literal

Row = Sequence[Any]


class Table:
    """Takes rows of the named columns; the other columns of the model get their default, the same in every row."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.name = model._meta.db_table
        self.model = model
        self.given = columns.split()
        others = [field for field in model._meta.concrete_fields if field.column not in {*self.given, "id"}]
        self.columns = [*self.given, *(field.column for field in others)]
        self.rest = tuple(_default(field) for field in others)

    def write(self, rows: list[Row]) -> None:
        if not rows:
            return
        if connection.vendor == "postgresql":
            self._copy(rows)
        else:
            self._insert(rows)

    def _copy(self, rows: list[Row]) -> None:
        tail = "".join(f"\t{_written(value)}" for value in self.rest) + "\n"
        lines = StringIO("".join("\t".join(map(_written, row)) + tail for row in rows))
        columns = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{self.name}" ({columns}) FROM STDIN', lines)

    def _insert(self, rows: list[Row]) -> None:
        columns = ", ".join(f'"{column}"' for column in self.columns)
        blanks = ", ".join(["%s"] * len(self.columns))
        with connection.cursor() as cursor:
            statement = f'INSERT INTO "{self.name}" ({columns}) VALUES ({blanks})'  # noqa: S608 - names of our own models
            cursor.executemany(statement, [(*row, *self.rest) for row in rows])


def _default(field: models.Field) -> Any:
    return None if field.null and not field.has_default() else field.get_default()


def _written(value: Any) -> str:
    """One value in COPY's text format."""
    if type(value) is str:
        if "\\" in value or "\n" in value or "\t" in value:
            return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        return value
    if value is None:
        return r"\N"
    return str(value)


class SearchTable(Table):
    """Takes keys and search documents."""

    def _copy(self, rows: list[Row]) -> None:
        super()._copy([(key, tsvector_literal(document)) for key, document in rows])
