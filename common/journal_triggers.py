from typing import Any

from django.db.migrations.operations.base import Operation

SENTENCE = "This table is append-only."
ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION common_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION common_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION common_append_only()
"""
ON_SQLITE = "CREATE TRIGGER {table}_no_{call} BEFORE {call} ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"

IS_THERE = "EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.{column})"
NEVER_REPLACED = """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there}
BEGIN SELECT RAISE(ABORT, '{sentence}'); END"""


class AppendOnlyTable(Operation):
    """The database refuses UPDATE, DELETE and TRUNCATE on the model's table.

    On SQLite a later operation on the model rebuilds the table without its triggers: repeat this one after it.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in create_statements(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in drop_statements(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Make the table of {self.model_name} append-only"


def create_statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [ON_POSTGRESQL.format(table=table, sentence=SENTENCE)]
    return [ON_SQLITE.format(table=table, call=call, sentence=SENTENCE) for call in ("update", "delete")]


def drop_statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER {table}_{name} ON {table}" for name in ("no_change", "no_truncate")]
    return [f"DROP TRIGGER {table}_no_{call}" for call in ("update", "delete")]


class NeverReplaced(Operation):
    """On SQLite, REPLACE takes the row that is in its way out without asking the trigger of DELETE, unless the
    connection has asked for recursive triggers. Here the database refuses it to every connection.

    A row is in the way by a column that is unique. PostgreSQL has no REPLACE, and asks the trigger of UPDATE.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "sqlite":
            return
        options = to_state.apps.get_model(app_label, self.model_name)._meta
        columns = [field.column for field in options.local_fields if field.unique]
        there = " OR ".join(IS_THERE.format(table=options.db_table, column=column) for column in columns)
        statement = NEVER_REPLACED.format(table=options.db_table, there=there, sentence=SENTENCE)
        schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
            schema_editor.execute(f"DROP TRIGGER {table}_no_replace", params=None)

    def describe(self) -> str:
        return f"Let no row of {self.model_name} be replaced"
