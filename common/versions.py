"""Versions of bodies of data: whoever keeps a page, keeps it under the token, and an edit shows at once.

Bare SQL: current() runs on every public page.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from common.statements import Prepared

_READ = Prepared("SELECT token FROM common_dataversion WHERE name = %s")
_waiting: ContextVar[set[str] | None] = ContextVar("versions_waiting", default=None)


def current(name: str) -> str:
    """The token of the data called `name`. One query, three when it has none yet."""
    waiting = _waiting.get()
    if waiting and name in waiting:  # nobody keeps what is not committed under the token that all others use
        waiting.discard(name)
        _renew(name)
    return _token(name) or _first_token(name)


def bump(name: str) -> None:
    """Give the data called `name` a new token in the caller's transaction. One query."""
    waiting = _waiting.get()
    if waiting is None:
        _renew(name)
    else:
        waiting.add(name)


@contextmanager
def at_the_end() -> Iterator[None]:
    """One transaction whose bumps are written last: every writer needs that row, so hold its lock but a moment."""
    if _waiting.get() is not None:
        yield
        return
    waiting: set[str] = set()
    token = _waiting.set(waiting)
    try:
        with transaction.atomic():
            yield
            for name in sorted(waiting):
                _renew(name)
    finally:
        _waiting.reset(token)


def _renew(name: str) -> None:
    _execute(
        "INSERT INTO common_dataversion (name, token) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET token = excluded.token",
        [name, secrets.token_hex(16)],
    )


def _token(name: str) -> str:
    row = _READ.row(name)
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
