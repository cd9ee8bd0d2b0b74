"""What is published of a draw: enough to run it again, and no name."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from accounts.models import User
from common.templatetags.chenzhou import shanghai_date
from subsidies.draw_procedure import VERSION
from subsidies.enums import BEING_DECIDED, ExclusionReason, NamesakeBasis
from subsidies.models import Application, Draw
from subsidies.sight import numbers_of, whole_draws_for

IN_QUOTES = Concat(Value('"'), F("number"), Value('"'), output_field=TextField())


def published_draws() -> QuerySet[Draw]:
    """Every draw that was run, whatever became of it, once each application in it is decided or has ended.

    Until then a panel is nobody's business, and neither is one that was set aside.
    """
    of_call = Application.objects.filter(call=OuterRef("call"))
    drawn_for = of_call.annotate(drawn=Cast(OuterRef("result"), TextField())).filter(drawn__contains=IN_QUOTES)
    undecided = drawn_for.filter(state__in=BEING_DECIDED)
    rows: QuerySet[Draw] = Draw.objects.filter(Exists(drawn_for), ~Exists(undecided))
    return rows.select_related("call")


class Outcome(NamedTuple):
    words: str
    reason: str = ""


def outcome_of(draw: Draw) -> Outcome:
    """What became of it, for all who may see it."""
    if draw.discarded_at:
        return Outcome(_("Discarded on %(day)s") % {"day": shanghai_date(draw.discarded_at)}, draw.discard_reason)
    if draw.confirmed_at:
        return Outcome(_("Confirmed on %(day)s") % {"day": shanghai_date(draw.confirmed_at)})
    return Outcome(_("Never confirmed: no panel came of it"))


def discarded_beside(draws: Iterable[Draw]) -> dict[int, list[Draw]]:
    """By the key of each draw, those discarded that had one of its applications in them, oldest first. One query.

    Public with the draw itself: how often was drawn before, and why the earlier ones were set aside.
    """
    rows = list(draws)
    discarded = Draw.objects.filter(call__in={row.call_id for row in rows}, discarded_at__isnull=False)
    held = [(row, numbers_of(row)) for row in discarded.defer("inputs", "exclusions").order_by("pk")]
    return {
        draw.pk: [row for row, numbers in held if row != draw and not numbers.isdisjoint(numbers_of(draw))]
        for draw in rows
    }


def draws_visible_to(user: Any) -> QuerySet[Draw]:
    """To the bureau all of them, but for those with a case in them that the person is kept away from."""
    public = published_draws()
    if not isinstance(user, User):
        return public
    own = whole_draws_for(user).values("pk")
    return Draw.objects.filter(Q(pk__in=own) | Q(pk__in=public.values("pk"))).select_related("call")


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


def namesake_counts(draw: Draw) -> list[tuple[str, int]]:
    """How often somebody could be drawn in spite of the name, by how it was known that it is another person."""
    counts: Counter[str] = Counter()
    for row in draw.inputs["applications"]:
        counts.update(row.get("namesakes", {}))
    return [(str(basis.label), counts[basis.value]) for basis in NamesakeBasis if counts[basis.value]]


def exclusion_counts(draw: Draw) -> list[tuple[str, int]]:
    """How often each reason left somebody out; one by one they could tell who an expert is."""
    counts = Counter(reason for row in draw.exclusions for reason in row["reasons"])
    return [(str(reason.label), counts[reason.value]) for reason in ExclusionReason if counts[reason.value]]
