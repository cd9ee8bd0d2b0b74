"""Versions of bodies of data: whoever keeps a page, keeps it under the token, and an edit shows at once.

Whatever is computed from many rows follows the version: it learns of the changed rows while the version is locked, so
that its writers come one after the other. Bare SQL: current() runs on every public page.

A token begins with one for the names that many rows point to, such as those of counties, and one for what follows the
version: few edits change the first, and not every edit the second, so that what is made of them alone outlives the
others.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, transaction

from common.statements import Prepared

NAMES, FOLLOWED = 12, 22  # where the parts at the head of a token end

_READ = Prepared("SELECT token FROM common_dataversion WHERE name = %s")


@dataclass
class Change:
    keys: set[int] = field(default_factory=set)
    of_names: bool = False


_waiting: ContextVar[dict[str, Change] | None] = ContextVar("versions_waiting", default=None)
_followers: dict[str, Callable[[Collection[int]], bool]] = {}


def follow(name: str, follower: Callable[[Collection[int]], bool]) -> None:
    """Have `follower` called with the keys that bumps of `name` tell, in their transaction, after the new token.

    It tells whether it has written anything.
    """
    _followers[name] = follower


def current(name: str) -> str:
    """The token of the data called `name`. One query, three when it has none yet."""
    waiting = _waiting.get()
    if waiting and name in waiting:  # nobody keeps what is not committed under the token that all others use
        _renew(name, waiting.pop(name))
    return _token(name) or _first_token(name)


def names_of(token: str) -> str:
    """What is kept of names alone, is kept under this part."""
    return token[:NAMES]


def followed_of(token: str) -> str:
    """What is kept of names and of what follows the version, is kept under this part."""
    return token[:FOLLOWED]


def bump(name: str, *keys: int, of_names: bool = False) -> None:
    """Give the data called `name` a new token in the caller's transaction.

    One query; where a follower is told, its own and one more if it wrote.

    `keys` are the changed rows that a follower must know of.
    """
    waiting = _waiting.get()
    change = Change() if waiting is None else waiting[name]
    change.keys.update(keys)
    change.of_names |= of_names
    if waiting is None:
        _renew(name, change)


@contextmanager
def at_the_end() -> Iterator[None]:
    """One transaction whose bumps are written last: every writer needs that row, so hold its lock but a moment."""
    if _waiting.get() is not None:
        yield
        return
    waiting: dict[str, Change] = defaultdict(Change)
    token = _waiting.set(waiting)
    try:
        with transaction.atomic():
            yield
            while waiting:
                name = min(waiting)
                _renew(name, waiting.pop(name))
    finally:
        _waiting.reset(token)


def renew(name: str, *, kept: int = 0) -> None:
    """A new token at once, even where bumps wait: no one else writes one until the caller's transaction ends.

    The first `kept` characters stay: NAMES or FOLLOWED.
    """
    _execute(
        "INSERT INTO common_dataversion (name, token) VALUES (%s, %s) ON CONFLICT (name) "
        "DO UPDATE SET token = substr(common_dataversion.token, 1, %s) || substr(excluded.token, %s)",
        [name, secrets.token_hex(16), kept, kept + 1],
    )


def _renew(name: str, change: Change) -> None:
    kept = 0 if change.of_names else FOLLOWED
    if not change.keys:
        renew(name, kept=kept)
        return
    with transaction.atomic(savepoint=False):
        renew(name, kept=kept)  # the lock that the follower works under
        if _followers[name](change.keys):
            renew(name, kept=min(kept, NAMES))


def _token(name: str) -> str:
    row = _READ.row(name)
    return row[0] if row else ""


def _first_token(name: str) -> str:
    _execute(
        "INSERT INTO common_dataversion (name, token) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
        [name, secrets.token_hex(16)],
    )
    return _token(name)


def _execute(sql: str, parameters: list[str | int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
