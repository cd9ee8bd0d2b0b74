"""The world of a module: what all its tests begin with, made once; see the fixture `world`."""

from typing import Any

import pytest

from subsidies.models import Application


def parts(world: type[tuple[Any, ...]]) -> list[Any]:
    """A fixture for each field of a module's NamedTuple, in order; each is to have the field's name."""
    return [_part(name) for name in world._fields]  # type: ignore[attr-defined]


def _part(name: str) -> Any:
    def part(world: Any) -> Any:
        return getattr(world, name)

    return pytest.fixture(name=name)(part)


def in_state(state: str) -> Application:
    """For a world that has one application in each of some states."""
    return Application.objects.get(state=state)
