from typing import Any, NamedTuple

from subsidies.enums import AlertKind


class Found(NamedTuple):
    """A pattern; the same kind and key is told once only."""

    kind: AlertKind
    key: str
    facts: dict[str, Any]
