"""Thousands of applications in a moment: copies of one row with its steps, made by the database itself."""

from django.db import connection

from subsidies.models import Application, ApplicationStep
from tests.conftest import journal_unlocked

FIRST_KEY = 1_000_000
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
UUID = {"sqlite": "printf('%%032x', {key})", "postgresql": "lpad(to_hex({key}), 32, '0')::uuid"}


def copies(application: Application, count: int) -> None:
    """In the same state, with the same steps, each under a number of its own."""
    first = FIRST_KEY + Application.objects.count()
    key = f"({first} + n.i)"
    own = {
        "id": key,
        "public_id": UUID[connection.vendor].format(key=key),
        "number": f"'MANY-' || {key}",
        "once_key": f"'many:' || {key}",
    }
    with journal_unlocked():
        _copy(Application, own, f"id = {application.pk}", count)
        steps = ApplicationStep.objects.filter(application=application).values_list("pk", flat=True)
        for number, step in enumerate(list(steps)):
            own = {"id": f"({first * 10} + n.i * 10 + {number})", "application_id": key}
            _copy(ApplicationStep, own, f"id = {step}", count)


def _copy(model: type, own: dict[str, str], where: str, count: int) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(own.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        sql = f'INSERT INTO "{table}" ({names}) {NUMBERS} SELECT {values} FROM "{table}", n WHERE {where}'
        cursor.execute(sql, [count])
