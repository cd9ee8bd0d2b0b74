"""Who is acting, why and from where: set at the door, read when something is recorded."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any


class JournalRefused(RuntimeError):
    """The call would change data or the journal behind the journal's back."""


@dataclass(frozen=True)
class Acting:
    by: Any = None
    source: str = ""
    reason: str = ""
    address: str | None = None
    action: str = ""


_acting: ContextVar[Acting] = ContextVar("journal_acting", default=Acting())  # noqa: B039 - frozen
_in_bulk: ContextVar[frozenset[type]] = ContextVar("journal_in_bulk", default=frozenset())


def current() -> Acting:
    return _acting.get()


@contextmanager
def acting(
    by: Any = None, source: str = "", reason: str = "", address: str | None = None, action: str = ""
) -> Iterator[Acting]:
    """Name the actor of whatever is recorded inside; what is not given stays as the outer context has it.

    `action` replaces "create" and "update" as the name of every save inside.
    """
    given = {"by": by, "source": source, "reason": reason, "address": address, "action": action}
    context = replace(current(), **{name: value for name, value in given.items() if _is_given(value)})
    token = _acting.set(context)
    try:
        yield context
    finally:
        _acting.reset(token)


@contextmanager
def unnamed(source: str) -> Iterator[None]:
    """Whatever is recorded inside bears neither a person nor an address: of those whose identity is not to be known."""
    token = _acting.set(Acting(source=source))
    try:
        yield
    finally:
        _acting.reset(token)


def _is_given(value: Any) -> bool:
    """By identity and type alone: comparing a lazy user, or isinstance of it, would load the session."""
    return value is not None and (type(value) is not str or value != "")


@contextmanager
def letting_bulk_through(models: Iterable[type]) -> Iterator[None]:
    token = _in_bulk.set(_in_bulk.get() | frozenset(models))
    try:
        yield
    finally:
        _in_bulk.reset(token)


def refuse_outside_bulk(model: type, call: str) -> None:
    if not any(issubclass(model, allowed) for allowed in _in_bulk.get()):
        raise JournalRefused(
            f"{model.__name__}.objects.{call}() would leave no trace in the journal: save each object, "
            f"or wrap the call in journal.bulk(action, {model.__name__}, summary)."
        )
