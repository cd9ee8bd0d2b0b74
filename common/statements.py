"""SQL made ready once and run many times.

A `Statement` is a queryset compiled once: for a list of 25 rows the ORM's own work costs as much as the query.
A `Prepared` is parsed and planned once a connection: for one row of a small table that costs more than the reading.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Aggregate, Expression, Field, QuerySet, TextField


class Slot(Expression):
    """Stands in a queryset for a value that is given when the statement runs."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def filled(self, values: Mapping[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Statement:
    """The SQL of a .values_list() queryset whose values may be slots."""

    def __init__(self, queryset: QuerySet) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.parameters = compiler.as_sql()
        self.converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        filled = [given.filled(values) if isinstance(given, Slot) else given for given in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            found: list[Any] = cursor.fetchall()
        return self._converted(found) if self.converters else found

    def _converted(self, found: list[Any]) -> list[Any]:
        rows = [list(row) for row in found]
        for index, (converters, expression) in self.converters.items():
            for row in rows:
                for convert in converters:
                    row[index] = convert(row[index], expression, connection)
        return rows


class Prepared:
    """SQL with %s for its values; on PostgreSQL every connection prepares it with the first run, in the same query.

    What is prepared stays though the transaction is undone, so each attempt takes a name that was never used before.
    Needs connections that last: one handed round between transactions by a pooler would not know the name.
    """

    _numbers = count(1)

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.execute: WeakKeyDictionary[Any, str] = WeakKeyDictionary()  # by connection of the driver

    def row(self, *values: Any) -> Any:
        """The first row, or None."""
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                cursor.execute(self.sql, values)
            elif execute := self.execute.get(cursor.connection):
                cursor.execute(execute, values)
            else:
                self._prepare_and_execute(cursor, values)
            return cursor.fetchone()

    def _prepare_and_execute(self, cursor: Any, values: tuple[Any, ...]) -> None:
        name, places = f"prepared_{next(self._numbers)}", range(1, len(values) + 1)
        prepare = f"PREPARE {name} AS {self.sql % tuple(f'${place}' for place in places)}"
        execute = f"EXECUTE {name} ({', '.join('%s' for _place in places)})"
        cursor.execute(f"{prepare}; {execute}", values)
        self.execute[cursor.connection] = execute


class JoinedKeys(Aggregate):
    """The keys of related rows as one text, "3,8,12", or null for none."""

    function = "STRING_AGG"
    template = "%(function)s(CAST(%(expressions)s AS text), ',')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)
