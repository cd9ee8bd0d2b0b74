"""SQLite rebuilds a table for most changes of its schema: it forgets the table's triggers, and trips over those of
other tables that read it. Here all are taken away before, and put back after.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.db.migrations.operations.base import Operation

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


class KeepTriggers(Operation):
    """Run `operations`, after which SQLite has every trigger that it had before. PostgreSQL keeps them by itself."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.operations], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models already made from the state would be made anew after each operation: they are when next asked for."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        taken = _take_away(schema_editor)
        for operation, (old, new) in zip(self.operations, self._states(app_label, from_state), strict=True):
            operation.database_forwards(app_label, schema_editor, old, new)
        _put_back(schema_editor, taken)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        taken = _take_away(schema_editor)
        steps = zip(self.operations, self._states(app_label, to_state), strict=True)
        for operation, (old, new) in reversed(list(steps)):
            operation.database_backwards(app_label, schema_editor, new, old)
        _put_back(schema_editor, taken)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations) + " (triggers kept)"

    def _states(self, app_label: str, first: Any) -> list[tuple[Any, Any]]:
        """Before and after each operation."""
        states = [first]
        for operation in self.operations:
            following = states[-1].clone()
            operation.state_forwards(app_label, following)
            states.append(following)
        return list(pairwise(states))


def _take_away(schema_editor: Any) -> list[str]:
    """The statements that make them again."""
    if schema_editor.connection.vendor != "sqlite":
        return []
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        rows = cursor.fetchall()
    for name, _statement in rows:
        schema_editor.execute(f'DROP TRIGGER "{name}"', params=None)
    return [statement for _name, statement in rows]


def _put_back(schema_editor: Any, taken: list[str]) -> None:
    for statement in taken:
        schema_editor.execute(statement, params=None)
