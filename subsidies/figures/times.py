"""How many working days each step takes: the median and the 90th percentile of the stays that have ended.

The day on which a stay begins does not count. While an application is with its applicant for correction, the clock of
the bureau stands still: those days are a step of their own. Stays that last still are told apart, not estimated.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import ceil
from typing import NamedTuple

from common.calendar import one_calendar, working_days_between
from subsidies.clocks import STAGES, Spell, spells_of
from subsidies.enums import State
from subsidies.figures.scope import Scope
from subsidies.models import ApplicationStep

FEW = 10  # below so many stays the 90th percentile would be one case


class StepTime(NamedTuple):
    stage: State
    label: str
    ended: int
    median: float | None
    percentile_90: int | None
    lasting: int  # stays that have not ended


def step_times(scope: Scope) -> list[StepTime]:
    """Two queries, and those of the calendar."""
    days: dict[State, list[int]] = defaultdict(list)
    lasting: dict[State, int] = defaultdict(int)
    with one_calendar():
        for _application, stage, spells in _stays(scope):
            if spells[-1].until is None:
                lasting[stage] += 1
            else:
                days[stage].append(sum(_working_days(spell) for spell in spells))
    return [
        StepTime(
            stage, str(stage.label), len(days[stage]), median(days[stage]), percentile_90(days[stage]), lasting[stage]
        )
        for stage in STAGES
    ]


def cases_of_step(scope: Scope, stage: State, *, is_ended: bool) -> list[int]:
    """The applications whose stay in the stage has ended, or lasts still; one query."""
    return [
        application
        for application, here, spells in _stays(scope)
        if here == stage and (spells[-1].until is not None) == is_ended
    ]


def _stays(scope: Scope) -> Iterator[tuple[int, State, list[Spell]]]:
    for application, steps in _steps_by_application(scope).items():
        for stage, spells in _by_stage(spells_of(steps)).items():
            yield application, stage, spells


def median(numbers: Sequence[int]) -> float | None:
    if not numbers:
        return None
    ordered, middle = sorted(numbers), len(numbers) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile_90(numbers: Sequence[int]) -> int | None:
    """By the nearest rank; None where there are too few."""
    return sorted(numbers)[ceil(0.9 * len(numbers)) - 1] if len(numbers) >= FEW else None


def _steps_by_application(scope: Scope) -> dict[int, list[ApplicationStep]]:
    rows = ApplicationStep.objects.filter(application__in=scope.applications())
    grouped: dict[int, list[ApplicationStep]] = defaultdict(list)
    for step in rows.only("application_id", "to_state", "at").order_by("application_id", "pk"):
        grouped[step.application_id].append(step)
    return grouped


def _by_stage(spells: Sequence[Spell]) -> dict[State, list[Spell]]:
    """The stays of one application in each stage share one time."""
    grouped: dict[State, list[Spell]] = defaultdict(list)
    for spell in spells:
        grouped[spell.stage].append(spell)
    return grouped


def _working_days(spell: Spell) -> int:
    first, last = spell.since + timedelta(days=1), spell.until
    return working_days_between(first, last).days if last and first <= last else 0
