"""Change to another person of the demonstration by one click, for whoever tries the site on their own machine.

In production, or from anywhere else, there is no such page. It signs in as the sign-in page does, without a password.
"""

from collections import Counter
from typing import Any, NamedTuple

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.demo import DEMO_PEOPLE, DemoPerson
from accounts.demonstration import demo_accounts, is_offered
from accounts.device import has_kept, remember_kept
from accounts.enums import PersonKind as Kind
from accounts.models import User
from chenzhou_pilot.views.same_record import same_record
from common.components import IS_DEMONSTRATION, Crumb
from subsidies.enums import SITTING, AssignmentState, SheetState, State
from subsidies.models import Assignment, ScoreSheet

GROUPS = (
    (gettext_lazy("The firm: write, sign, follow up"), (Kind.ENTERPRISE, Kind.BASE_OPERATOR)),
    (gettext_lazy("The bureau: check, decide, issue"), (Kind.BUREAU_CLERK, Kind.SECTION_HEAD, Kind.BUREAU_LEADER)),
    (gettext_lazy("The recommending unit: prepare, recommend"), (Kind.COUNTY_OFFICER,)),
    (gettext_lazy("Finance: countersign, pay"), (Kind.FINANCE,)),
    (gettext_lazy("Watching over it"), (Kind.DISCIPLINE, Kind.ADMINISTRATOR)),
    (gettext_lazy("The experts: accept, score, sign"), (Kind.EXPERT,)),
)
NOBODY = "nobody"


class Shown(NamedTuple):
    person: DemoPerson
    invitations: int  # of an expert, to answer
    sheets: int  # of an expert, to sign


@login_not_required
@never_cache
@require_safe
def demo(request: HttpRequest) -> HttpResponseBase:
    _only_here(request)
    people = set(demo_accounts().values_list("email", flat=True))
    context = {"groups": _groups(people), "has_people": bool(people), "crumbs": [Crumb(_("Demonstration"))]}
    return render(request, "demo.html", context)


@login_not_required
@never_cache
@require_POST
def demo_enter(request: HttpRequest) -> HttpResponseBase:
    """The session of whoever was signed in ends first; the next one begins as after the sign-in page, or with the
    record that stood open where it is theirs to see."""
    _only_here(request)
    account = request.POST.get("account", "")
    person = demo_accounts().filter(email=account).first()
    if person is None and account != NOBODY:
        raise Http404
    kept = has_kept(request)
    logout(request)
    answer = _enter(request, person)
    request.session[IS_DEMONSTRATION] = True
    if kept:
        remember_kept(request)
    return answer


def _only_here(request: HttpRequest) -> None:
    if not is_offered(request):
        raise Http404


def _enter(request: HttpRequest, person: User | None) -> HttpResponseBase:
    """Nowhere else before a second factor that is asked for."""
    answer: HttpResponseBase = perform_login(request, person) if person else redirect("home")
    is_entered = request.user.is_authenticated == bool(person)
    place = same_record(request, request.POST.get("from", "")) if is_entered else ""
    return redirect(place) if place else answer


def _groups(people: set[str]) -> list[tuple[Any, list[Shown]]]:
    seats = _open_seats()
    there = [person for person in DEMO_PEOPLE if person.email in people]
    groups = [(title, [_shown(each, seats) for each in there if each.kind in kinds]) for title, kinds in GROUPS]
    return [(title, shown) for title, shown in groups if shown]


def _shown(person: DemoPerson, seats: Counter[tuple[str, str]]) -> Shown:
    return Shown(person, seats[person.email, AssignmentState.INVITED], seats[person.email, AssignmentState.ACCEPTED])


def _open_seats() -> Counter[tuple[str, str]]:
    """By address of the expert and state of the seat, those whose sheet is not signed."""
    signed = ScoreSheet.objects.filter(assignment=OuterRef("pk"), state=SheetState.SIGNED)
    seats = Assignment.objects.filter(~Exists(signed), state__in=SITTING, application__state=State.REVIEW)
    return Counter(seats.values_list("expert__user__email", "state"))
