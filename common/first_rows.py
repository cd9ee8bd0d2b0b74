"""The first rows of many lists at once: what a start page shows of each, and how many there are up to a limit."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Name = TypeVar("Name", bound=Hashable)


def first_keys(lists: Mapping[Name, QuerySet], most: int) -> dict[Name, list[int]]:
    """The keys of the first `most` rows of each list, in its order. One query, none for lists that can hold nothing.

    Each list is read no further than that, so a list of ten thousand rows costs as much as one of `most`.
    """
    found: dict[Name, list[int]] = {name: [] for name in lists}
    names, parts = list(lists), []
    parameters: list[Any] = []
    for place, rows in enumerate(lists.values()):
        try:
            sql, values = rows.values_list("pk")[:most].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place}, row_number() OVER (), part.* FROM ({sql}) AS part")  # noqa: S608 - compiled
        parameters += values
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        for place, _number, key in sorted(cursor.fetchall()):
            found[names[place]].append(key)
    return found
