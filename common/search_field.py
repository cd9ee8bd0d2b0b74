from typing import Any

from django.db import models
from django.db.models.lookups import Lookup

from common.search_query import as_fts5, as_tsquery, quoted
from common.search_tokens import BREAK


def index_table(table: str) -> str:
    """The FTS5 table that stands beside a searched table on SQLite."""
    return f"{table}_fts"


def tsvector_literal(document: str) -> str:
    """The document as PostgreSQL reads a tsvector, for COPY; it keeps the first 256 places of each token."""
    places: dict[str, list[int]] = {}
    for position, token in enumerate(document.split(" "), start=1):
        if token and token != BREAK:
            places.setdefault(token, []).append(position)
    return " ".join(f"{quoted(token)}:{','.join(map(str, positions))}" for token, positions in places.items())


class StoredVector(str):
    """A tsvector as PostgreSQL gave it, to be written back as it is."""

    __slots__ = ()


class SearchField(models.Field):
    """Holds what search_document() gives: as tsvector on PostgreSQL, as text with an FTS5 index on SQLite."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False, "default": "", **kwargs})

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if connection.vendor != "postgresql" or value is None or isinstance(value, StoredVector):
            return value
        return tsvector_literal(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return StoredVector(value) if connection.vendor == "postgresql" and value is not None else value


@SearchField.register_lookup
class Matches(Lookup):
    """`document__matches=query`; a query without a letter or digit matches nothing. See also matching()."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        document, parameters = self.process_lhs(compiler, connection)
        return f"{document} @@ %s::tsquery", [*parameters, as_tsquery(self.rhs)]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """By the row's key, which is the index's rowid."""
        quote = connection.ops.quote_name
        model = self.lhs.target.model
        index = quote(index_table(model._meta.db_table))
        key = f"{quote(self.lhs.alias)}.{quote(model._meta.pk.column)}"
        found = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"  # noqa: S608 - names of our own tables
        return f"{key} IN ({found})", [as_fts5(self.rhs) or '""']
