"""The database holds a table to its states: a row begins in one, and moves along the listed pairs alone."""

from collections.abc import Iterable
from typing import Any

from django.db.migrations.operations.base import Operation

# A single statement cannot go round it, not even raw SQL; see also the workflow that gives the sentence.
ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> '{first}' THEN
            RAISE EXCEPTION '{table} begins as {first}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({pairs}) THEN
        RAISE EXCEPTION '{table} cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF NEW.version < OLD.version THEN
        RAISE EXCEPTION '{table} cannot go back to version %', NEW.version
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_moves BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_moves()
"""
ON_SQLITE = (
    """CREATE TRIGGER {table}_begins BEFORE INSERT ON {table} WHEN NEW.state <> '{first}'
    BEGIN SELECT RAISE(ABORT, '{table} begins as {first}'); END""",
    """CREATE TRIGGER {table}_moves BEFORE UPDATE ON {table}
    WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({pairs})
    BEGIN SELECT RAISE(ABORT, '{table} cannot go that way'); END""",
    """CREATE TRIGGER {table}_versions BEFORE UPDATE ON {table} WHEN NEW.version < OLD.version
    BEGIN SELECT RAISE(ABORT, '{table} cannot go back to an earlier version'); END""",
)

FROZEN_ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION '{table} never changes once {state}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW WHEN (OLD.state = '{state}') EXECUTE FUNCTION {table}_frozen()
"""
FROZEN_ON_SQLITE = tuple(
    f"""CREATE TRIGGER {{table}}_frozen_{call} BEFORE {call} ON {{table}} WHEN OLD.state = '{{state}}'
    BEGIN SELECT RAISE(ABORT, '{{table}} never changes once {{state}}'); END"""
    for call in ("update", "delete")
)


class StateMoves(Operation):
    """Hold a model with `state` and `version` to `pairs` of states, beginning at `first`.

    New pairs: repeat the operation with the whole list. On SQLite a later operation on the model rebuilds the table
    without its triggers: repeat this one after it.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, *, first: str, pairs: Iterable[tuple[str, str]]) -> None:
        self.model_name, self.first, self.pairs = model_name, first, tuple(tuple(pair) for pair in pairs)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name], {"first": self.first, "pairs": list(self.pairs)}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        self.database_backwards(app_label, schema_editor, to_state, from_state)
        pairs = ", ".join(f"'{before}>{after}'" for before, after in self.pairs)
        statements = [ON_POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else ON_SQLITE
        for statement in statements:
            schema_editor.execute(statement.format(table=table, first=self.first, pairs=pairs), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_moves ON {table}", params=None)
            return
        for name in ("begins", "moves", "versions"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}", params=None)

    def describe(self) -> str:
        return f"Hold the states of {self.model_name} to their moves"


class Frozen(Operation):
    """The database refuses UPDATE and DELETE of a row whose `state` is `state`. On SQLite repeat it as StateMoves."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, *, state: str) -> None:
        self.model_name, self.state = model_name, state

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name], {"state": self.state}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        self.database_backwards(app_label, schema_editor, to_state, from_state)
        statements = [FROZEN_ON_POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else FROZEN_ON_SQLITE
        for statement in statements:
            schema_editor.execute(statement.format(table=table, state=self.state), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}", params=None)
            return
        for name in ("frozen_update", "frozen_delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}", params=None)

    def describe(self) -> str:
        return f"Freeze rows of {self.model_name} that are {self.state}"
