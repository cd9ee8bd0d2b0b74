"""Draws as the public may see them once they are decided: codes and numbers, and the file to run them again."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.components import Crumb
from subsidies.downloads import json_attachment
from subsidies.draw_files import (
    discarded_beside,
    draws_visible_to,
    exclusion_counts,
    file_of,
    namesake_counts,
    outcome_of,
    published_draws,
)
from subsidies.models import Draw

VERIFIER = settings.BASE_DIR / "tools" / "verify_draw.py"
MOST_LISTED = 100


@login_not_required
@never_cache
@require_safe
def draw_list(request: HttpRequest) -> HttpResponse:
    draws = list(published_draws().order_by("-pk")[:MOST_LISTED])
    discarded = discarded_beside(draws)
    listed = {draw.pk for draw in draws}
    rows = [(draw, outcome_of(draw), [each for each in discarded[draw.pk] if each.pk not in listed]) for draw in draws]
    context = {"draws": rows, "crumbs": [Crumb(_("Draws of experts"))]}
    return render(request, "subsidies/draw_list.html", context)


@login_not_required
@never_cache
@require_safe
def draw_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    draw = _visible(request, public_id)
    context = {
        "draw": draw,
        "outcome": outcome_of(draw),
        "kinds": {row["code"]: row["kind"] for row in draw.inputs["experts"]},
        "panels": draw.result["panels"],
        "candidates": len(draw.inputs["experts"]),
        "excluded": exclusion_counts(draw),
        "namesakes": namesake_counts(draw),
        "discarded": discarded_beside([draw])[draw.pk],
        "crumbs": [Crumb(_("Draws of experts"), reverse("subsidies:draw_list")), Crumb(draw.call.name)],
    }
    return render(request, "subsidies/draw_detail.html", context)


@login_not_required
@never_cache
@require_safe
def draw_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return json_attachment(file_of(_visible(request, public_id)), f"draw-{public_id}.json")


@login_not_required
@require_safe
def draw_verifier(request: HttpRequest) -> HttpResponse:
    """The program that runs a draw again, as it lies in the source."""
    return HttpResponse(VERIFIER.read_text("utf-8"), content_type="text/plain; charset=utf-8")


def _visible(request: HttpRequest, public_id: UUID) -> Draw:
    found: Draw = get_object_or_404(draws_visible_to(request.user), public_id=public_id)
    return found
