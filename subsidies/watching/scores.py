"""An expert whose totals lie above those of the others every time, or below."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from statistics import mean

from subsidies.enums import AlertKind, SheetState
from subsidies.models import ScoreSheet
from subsidies.watching.found import Found

LEAST_PANELS = 5
APART = Decimal(10)  # points on the mean, of the hundred that a sheet usually has


def leaning_experts(since: datetime) -> Iterator[Found]:
    """Of the sheets signed since, the last one of each seat; one query."""
    for (expert, year), gaps in _gaps(since).items():
        is_one_sided = all(gap > 0 for gap in gaps) or all(gap < 0 for gap in gaps)
        if len(gaps) >= LEAST_PANELS and is_one_sided and abs(mean(gaps)) >= APART:
            facts = {"expert": expert, "panels": len(gaps), "points": f"{mean(gaps):.2f}"}
            yield Found(AlertKind.SCORES, f"{expert}:{year}:{'high' if gaps[0] > 0 else 'low'}", facts)


def _gaps(since: datetime) -> dict[tuple[int, int], list[Decimal]]:
    """By expert and year of the call: the own total less the mean of the others on the panel."""
    gaps: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    for (_application, year), totals in _totals(since).items():
        for expert, total in totals.items():
            others = [other for key, other in totals.items() if key != expert]
            if others:
                gaps[expert, year].append(total - mean(others))
    return gaps


def _totals(since: datetime) -> dict[tuple[int, int], dict[int, Decimal]]:
    totals: dict[tuple[int, int], dict[int, Decimal]] = defaultdict(dict)
    rows = ScoreSheet.objects.filter(state=SheetState.SIGNED, signed_at__gte=since).order_by("number")
    names = ("assignment__application", "assignment__application__call__year", "assignment__expert", "total")
    for application, year, expert, total in rows.values_list(*names):
        totals[application, year][expert] = total  # a revision comes later and counts
    return totals
