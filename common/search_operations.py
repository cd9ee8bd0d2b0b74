from typing import Any

from django.db.migrations.operations.base import Operation

from common.search_field import SearchField, index_table

TOKENS_KEPT = 10_000  # PostgreSQL keeps ten for each unit of a column's statistics target
ON_POSTGRESQL = 'CREATE INDEX "{table}_gin" ON "{table}" USING gin ("{column}")'
ON_SQLITE = [
    """CREATE VIRTUAL TABLE "{index}" USING fts5(
        "{column}", content="{table}", content_rowid="{key}", tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TRIGGER "{index}_insert" AFTER INSERT ON "{table}" BEGIN
        INSERT INTO "{index}" (rowid, "{column}") VALUES (new."{key}", new."{column}"); END""",
    """CREATE TRIGGER "{index}_delete" AFTER DELETE ON "{table}" BEGIN
        INSERT INTO "{index}" ("{index}", rowid, "{column}") VALUES ('delete', old."{key}", old."{column}"); END""",
    """CREATE TRIGGER "{index}_update" AFTER UPDATE ON "{table}" BEGIN
        INSERT INTO "{index}" ("{index}", rowid, "{column}") VALUES ('delete', old."{key}", old."{column}");
        INSERT INTO "{index}" (rowid, "{column}") VALUES (new."{key}", new."{column}"); END""",
    """INSERT INTO "{index}" ("{index}") VALUES ('rebuild')""",
]


class CreateSearchIndex(Operation):
    """Index the SearchField of a model with an integer key: GIN on PostgreSQL, FTS5 kept by triggers on SQLite.

    On SQLite a later operation on the model rebuilds the table without its triggers: repeat this one after it.
    Loading in bulk is faster with drop_index() before and create_index() after.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        drop_index(schema_editor, model)
        create_index(schema_editor, model)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        drop_index(schema_editor, from_state.apps.get_model(app_label, self.model_name))

    def describe(self) -> str:
        return f"Index the search documents of {self.model_name}"


class CountSearchTokens(Operation):
    """Let PostgreSQL keep the frequency of ten thousand tokens of a SearchField instead of one thousand.

    Of a token it does not know it takes half the frequency of the rarest it knows. With one thousand that made a word
    of 20 bases look like one of 500, and at 100,000 bases reading the list in order (400 ms) as cheap as the index.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        _keep_statistics(schema_editor, to_state.apps.get_model(app_label, self.model_name), TOKENS_KEPT // 10)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        _keep_statistics(schema_editor, from_state.apps.get_model(app_label, self.model_name), -1)

    def describe(self) -> str:
        return f"Count the search tokens of {self.model_name}"


def create_index(schema_editor: Any, model: Any) -> None:
    """Build the index over the rows that are there; `schema_editor` may be any open connection.schema_editor()."""
    names = _names(model)
    statements = [ON_POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else ON_SQLITE
    for statement in statements:
        schema_editor.execute(statement.format(**names), params=None)


def drop_index(schema_editor: Any, model: Any) -> None:
    names = _names(model)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('DROP INDEX IF EXISTS "{table}_gin"'.format(**names), params=None)
        return
    for call in ("insert", "delete", "update"):
        schema_editor.execute('DROP TRIGGER IF EXISTS "{index}_{call}"'.format(call=call, **names), params=None)
    schema_editor.execute('DROP TABLE IF EXISTS "{index}"'.format(**names), params=None)


def _keep_statistics(schema_editor: Any, model: Any, target: int) -> None:
    if schema_editor.connection.vendor == "postgresql":
        statement = 'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS {target}'
        schema_editor.execute(statement.format(target=target, **_names(model)), params=None)


def _names(model: Any) -> dict[str, str]:
    table = model._meta.db_table
    [column] = [field.column for field in model._meta.concrete_fields if isinstance(field, SearchField)]
    return {"table": table, "index": index_table(table), "key": model._meta.pk.column, "column": column}
