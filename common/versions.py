"""Versions of bodies of data: whoever keeps a page, keeps it under the token, and an edit shows at once.

Bare SQL: current() runs on every public page.
"""

import secrets

from django.db import connection


def current(name: str) -> str:
    """The token of the data called `name`. One query, three when it has none yet."""
    return _token(name) or _first_token(name)


def bump(name: str) -> None:
    """Give the data called `name` a new token in the caller's transaction. One query."""
    _execute(
        "INSERT INTO common_dataversion (name, token) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET token = excluded.token",
        [name, secrets.token_hex(16)],
    )


def _token(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM common_dataversion WHERE name = %s", [name])
        row = cursor.fetchone()
    return row[0] if row else ""


def _first_token(name: str) -> str:
    _execute(
        "INSERT INTO common_dataversion (name, token) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
        [name, secrets.token_hex(16)],
    )
    return _token(name)


def _execute(sql: str, parameters: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
