"""What several people do at the same moment. Needs row locks, hence PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection

PATIENCE = 60  # seconds, before a barrier gives up


def connect() -> None:
    """On the connection of the thread that asks."""
    connection.ensure_connection()


def together(*calls: Callable[[], Any], before: Callable[[], None] = connect) -> list[Any]:
    """What each returned, or the refusal it met, in their order; anything else that is raised fails the test.

    All begin at once, each on a connection of its own, on which `before` runs first.
    """
    start = Barrier(len(calls), timeout=PATIENCE)

    def act(call: Callable[[], Any]) -> Any:
        try:
            before()
            start.wait()
            return call()
        except (ValidationError, PermissionDenied, DatabaseError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(act, calls))


def tallied(*calls: Callable[[], Any], **how: Any) -> Counter[str]:
    """The same, counted: "done", the code of a refusal, or its kind where it has none."""
    return Counter(_became(result) for result in together(*calls, **how))


def _became(result: Any) -> str:
    if not isinstance(result, Exception):
        return "done"
    return str(getattr(result, "code", None) or type(result).__name__)
