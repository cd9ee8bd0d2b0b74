"""Site checks by sample as the public may see them: counts from the start, names once a round is settled."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.components import Crumb
from subsidies.downloads import json_attachment
from subsidies.follow_up.check_figures import by_year, named_checks, settled_rounds
from subsidies.follow_up.sampling import file_of
from subsidies.models import CheckRound

VERIFIER = settings.BASE_DIR / "tools" / "verify_sample.py"
MOST_LISTED = 100


@login_not_required
@never_cache
@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    rounds = settled_rounds().filter(is_demo=False).order_by("-pk")[:MOST_LISTED]
    context = {"years": by_year(), "rounds": rounds, "crumbs": [Crumb(_("Site checks"))]}
    return render(request, "subsidies/check_list.html", context)


@login_not_required
@never_cache
@require_safe
def check_round(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    context = {
        "round": found,
        "checks": list(named_checks(found)),
        "pool": len(found.inputs["awards"]),
        "crumbs": [Crumb(_("Site checks"), reverse("subsidies:check_list")), Crumb(str(found.year))],
    }
    return render(request, "subsidies/check_round.html", context)


@login_not_required
@never_cache
@require_safe
def check_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return json_attachment(file_of(_visible(request, public_id)), f"sample-{public_id}.json")


@login_not_required
@require_safe
def check_verifier(request: HttpRequest) -> HttpResponse:
    """The program that runs a sample again, as it lies in the source."""
    return HttpResponse(VERIFIER.read_text("utf-8"), content_type="text/plain; charset=utf-8")


def _visible(request: HttpRequest, public_id: UUID) -> CheckRound:
    """To the bureau every round that was drawn, to the public those that are settled."""
    found: CheckRound = get_object_or_404(_rounds_for(request.user), public_id=public_id)
    return found


def _rounds_for(user: Any) -> QuerySet[CheckRound]:
    if isinstance(user, User) and user.has_perm("subsidies.view_checkround") and user.acts_for_whole_city():
        return CheckRound.objects.filter(confirmed_at__isnull=False)
    return settled_rounds()
