"""What is published of a draw: enough to run it again, and no name."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from subsidies.draw_procedure import VERSION
from subsidies.enums import BEING_DECIDED, ExclusionReason
from subsidies.models import Assignment, Draw


def published_draws() -> QuerySet[Draw]:
    """Confirmed, and every application of theirs decided: until then a panel is nobody's business."""
    seats = Assignment.objects.filter(draw=OuterRef("pk"))
    undecided = seats.filter(application__state__in=BEING_DECIDED)
    rows: QuerySet[Draw] = Draw.objects.filter(Exists(seats), ~Exists(undecided), confirmed_at__isnull=False)
    return rows.select_related("call")


def discarded_beside(draws: Iterable[Draw]) -> dict[int, list[Draw]]:
    """By the key of each draw, those discarded that had one of its applications in them, oldest first. One query.

    Public with the draw itself: how often was drawn before, and why the earlier ones were set aside.
    """
    rows = list(draws)
    discarded = Draw.objects.filter(call__in={row.call_id for row in rows}, discarded_at__isnull=False)
    held = [(row, _numbers(row)) for row in discarded.defer("inputs", "exclusions").order_by("pk")]
    return {draw.pk: [row for row, numbers in held if not numbers.isdisjoint(_numbers(draw))] for draw in rows}


def _numbers(draw: Draw) -> set[str]:
    return {panel["application"] for panel in draw.result["panels"]}


def draws_visible_to(user: Any) -> QuerySet[Draw]:
    """To the bureau all of them."""
    if isinstance(user, User) and user.has_perm("subsidies.view_draw") and user.acts_for_whole_city():
        return Draw.objects.select_related("call")
    return published_draws()


def file_of(draw: Draw) -> dict[str, Any]:
    """What tools/verify_draw.py reads; see docs/draw.md."""
    return {
        "procedure": VERSION,
        "draw": str(draw.public_id),
        "drawn_at": draw.drawn_at.isoformat(),
        "inputs": draw.inputs,
        "inputs_sha256": draw.inputs_digest,
        "seed": draw.seed,
        "result": draw.result,
    }


def exclusion_counts(draw: Draw) -> list[tuple[str, int]]:
    """How often each reason left somebody out; one by one they could tell who an expert is."""
    counts = Counter(reason for row in draw.exclusions for reason in row["reasons"])
    return [(str(reason.label), counts[reason.value]) for reason in ExclusionReason if counts[reason.value]]
