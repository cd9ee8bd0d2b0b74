"""After a change of FIELD_KEYS: seal anew under the newest key what may change, and say which older keys are needed.

Rows that the database keeps for good, such as accounts that were entered, stay sealed under their old key; it has to
stay in FIELD_KEYS as long as one value needs it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from common.encryption import SealedField, opens_under, seal, unseal

BATCH = 500


class Sealed(NamedTuple):
    """A column of sealed values, by the names of the database."""

    table: str
    column: str
    key: str


class Resealed(NamedTuple):
    column: str
    current: int  # sealed under the newest key, before or now
    resealed: int
    kept: Counter[int]  # by the place of the older key, from 2 on: what the database does not let change
    lost: int  # no key opens them


def columns() -> list[Sealed]:
    return [
        Sealed(model._meta.db_table, str(field.column), str(model._meta.pk.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    ]


def reseal(sealed: Sealed, *, is_dry: bool = False) -> Resealed:
    """Safe to run twice. The journal keeps no sealed value, so it has nothing to tell of this."""
    current = resealed = lost = 0
    kept: Counter[int] = Counter()
    for key, token in _values(sealed):
        place = opens_under(token)
        if place is None:
            lost += 1
        elif place == 0:
            current += 1
        elif not is_dry and _changed(sealed, key, token):
            current, resealed = current + 1, resealed + 1
        else:
            kept[place + 1] += 1
    return Resealed(f"{sealed.table}.{sealed.column}", current, resealed, kept, lost)


def _values(sealed: Sealed) -> Iterator[tuple[int, str]]:
    """As they are stored, in batches by their keys."""
    table, column, key = map(connection.ops.quote_name, sealed)
    where = f"{key} > %s AND {column} <> '' ORDER BY {key} LIMIT {BATCH}"
    statement = f"SELECT {key}, {column} FROM {table} WHERE {where}"  # noqa: S608 - names of our own tables
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [after])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        after = rows[-1][0]


def _changed(sealed: Sealed, key: int, token: str) -> bool:
    """False where a trigger refuses, or somebody has written meanwhile."""
    table, column, name = map(connection.ops.quote_name, sealed)
    statement = f"UPDATE {table} SET {column} = %s WHERE {name} = %s AND {column} = %s"  # noqa: S608 - names of our own tables
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [seal(unseal(token)), key, token])
            return bool(cursor.rowcount)
    except DatabaseError:
        return False


def needed_keys(results: list[Resealed]) -> list[int]:
    """Places in FIELD_KEYS, from 1 on, of the keys that something needs still; the first is always needed."""
    return sorted({1, *(place for result in results for place in result.kept)})


def spare_keys(results: list[Resealed]) -> list[int]:
    return [place for place in range(1, len(settings.FIELD_KEYS) + 1) if place not in needed_keys(results)]
