"""Choices that make no object: a million rows ask for thirty million of them."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def seeded(seed: int, what: str, serial: int) -> Random:
    return Random(f"{seed} {what} {serial}")  # noqa: S311 - nothing here is secret


def one_of(random: Random, items: Sequence[Item]) -> Item:
    return items[int(len(items) * random.random())]


def up_to(random: Random, most: int) -> int:
    """From 0 to `most`, `most` included."""
    return int((most + 1) * random.random())


def yuan(random: Random, most_wan: int) -> str:
    """An amount up to `most_wan` times 10,000 yuan, as text."""
    return f"{1 + up_to(random, most_wan - 1)}0000.00"
