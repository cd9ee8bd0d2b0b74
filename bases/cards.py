"""A base as a list shows it: ready to print, so that templates stay quick."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from bases.enums import State
from bases.models import Base
from common.models.names import in_reader_language

SUMMARY_LENGTH = 90


class Card(NamedTuple):
    href: str
    code: str
    name: str
    kind: str
    kind_label: str
    place: str
    industries: str
    readiness: str
    summary: str
    notice: str
    is_demo: bool


def cards(bases: Iterable[Base]) -> list[Card]:
    """Expects with_list_data(); no query of its own."""
    prefix = reverse("bases:base_list")
    return [_card(base, prefix) for base in bases]


def _card(base: Base, prefix: str) -> Card:
    summary = in_reader_language(base.summary_zh, base.summary_en)
    return Card(
        href=f"{prefix}{base.slug}/",
        code=base.code,
        name=base.name,
        kind=base.kind,
        kind_label=base.get_kind_display(),
        place=base.place.name if base.place else "",
        industries=" · ".join(industry.name for industry in base.industries.all()),
        readiness=readiness(base),
        summary=summary if len(summary) <= SUMMARY_LENGTH * 2 else summary[: SUMMARY_LENGTH * 2].rstrip() + "…",
        notice="" if base.state in (State.LISTED, State.CHANGE_PENDING) else base.get_state_display(),
        is_demo=base.is_demo,
    )


def readiness(base: Base) -> str:
    return "" if base.trl_min is None else f"{base.trl_min}–{base.trl_max}"
