"""Conditions over several rows that the database itself holds, on both engines, whoever writes."""

from typing import Any, Literal

from django.db.migrations.operations.base import Operation

ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    {first}
    IF {when} THEN
        RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
END $$;
CREATE TRIGGER {name} {time} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()
"""
ON_SQLITE = """CREATE TRIGGER {name} {time} {event} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{sentence}'); END"""
# What a condition may name in braces.
WORDS = {
    "postgresql": {
        "three_years_ago": "(CURRENT_DATE - INTERVAL '3 years')",
        "five_minutes_ago": "(CURRENT_TIMESTAMP - INTERVAL '5 minutes')",
        "in_five_minutes": "(CURRENT_TIMESTAMP + INTERVAL '5 minutes')",
        "shanghai_today": "(CURRENT_TIMESTAMP AT TIME ZONE 'Asia/Shanghai')::date",
        "day_of": "(",
        "in_shanghai": " AT TIME ZONE 'Asia/Shanghai')::date",
        "each_of": "jsonb_array_elements",
        "each_text_of": "jsonb_array_elements_text",
    },
    "sqlite": {
        "three_years_ago": "date('now', '-3 years')",
        "five_minutes_ago": "datetime('now', '-5 minutes')",
        "in_five_minutes": "datetime('now', '+5 minutes')",
        "shanghai_today": "date('now', '+8 hours')",
        "day_of": "date(",
        "in_shanghai": ", '+8 hours')",
        "each_of": "json_each",
        "each_text_of": "json_each",
    },
}


class Refuse(Operation):
    """The database refuses `event` on a row of the model while `when` is true, with `sentence` as its error.

    `when` is SQL that both engines understand, over NEW and OLD; in it {three_years_ago} and {shanghai_today} are days,
    and so is {day_of}a moment{in_shanghai}; {five_minutes_ago} and {in_five_minutes} are moments; {each_of}(json) and
    {each_text_of}(json) are the elements of a JSON list as rows with the column `value`. `locks` is a
    statement that PostgreSQL runs before it looks, so that writers queue; SQLite has one writer at a time anyway.
    `time` AFTER gives the word to all other conditions first. On SQLite a later operation on the model rebuilds the
    table without its triggers: repeat this one after it.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        model_name: str,
        *,
        name: str,
        event: Literal["INSERT", "UPDATE", "DELETE"],
        when: str,
        sentence: str,
        locks: str = "",
        time: Literal["BEFORE", "AFTER"] = "BEFORE",
    ) -> None:
        self.model_name, self.name, self.event = model_name, name, event
        self.when, self.sentence, self.locks, self.time = when, sentence, locks, time

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        names = ("name", "event", "when", "sentence", "locks", "time")
        return type(self).__name__, [self.model_name], {name: getattr(self, name) for name in names}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        Refuse.database_backwards(self, app_label, schema_editor, to_state, from_state)
        vendor = schema_editor.connection.vendor
        statement = ON_POSTGRESQL if vendor == "postgresql" else ON_SQLITE
        filled = statement.format(
            name=self.name,
            event=self.event,
            time=self.time,
            table=to_state.apps.get_model(app_label, self.model_name)._meta.db_table,
            when=self.when.format(**WORDS[vendor]),
            sentence=self.sentence,
            first=f"PERFORM 1 FROM ({self.locks}) AS locked;" if self.locks else "",
            row="OLD" if self.event == "DELETE" else "NEW",
        )
        schema_editor.execute(filled, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}{on}", params=None)

    def describe(self) -> str:
        return f"Refuse {self.event} on {self.model_name}: {self.sentence}"


class Lift(Refuse):
    """Takes a refusal away for as long as SQLite rebuilds a table that its condition asks; repeat the refusal after."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        Refuse.database_backwards(self, app_label, schema_editor, to_state, from_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        Refuse.database_forwards(self, app_label, schema_editor, to_state, from_state)

    def describe(self) -> str:
        return f"Lift the refusal {self.name} on {self.model_name}"
