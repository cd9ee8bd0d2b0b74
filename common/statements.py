"""Querysets compiled once and run many times: for a list of 25 rows the ORM's own work costs as much as the query."""

from collections.abc import Mapping
from typing import Any

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


class JoinedKeys(Aggregate):
    """The keys of related rows as one text, "3,8,12", or null for none."""

    function = "STRING_AGG"
    template = "%(function)s(CAST(%(expressions)s AS text), ',')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)
