"""What experts do besides reviewing: answer invitations, say when they are away and whom they are bound to."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import signed_in
from common.calendar import shanghai_today
from common.components import Crumb
from subsidies import availability, panels
from subsidies.concerned import concerned_by
from subsidies.enums import AssignmentState, SheetState, State
from subsidies.models import Assignment, Expert, ExpertAbsence, ScoreSheet
from subsidies.review_forms import AbsenceForm, AcceptForm, DeclineForm, InterestForm

MOST_SHOWN = 200


def own_entry(user: User) -> Expert:
    """Http404 for whoever is not in the register."""
    expert = availability.expert_of(user)
    if expert is None:
        raise Http404
    return expert


def offered_seats(user: User) -> QuerySet[Assignment]:
    """Seats the person was asked to take, whatever became of them; a reserve does not know of being one."""
    signed = ScoreSheet.objects.filter(assignment=OuterRef("pk"), state=SheetState.SIGNED)
    rows = Assignment.objects.filter(expert__user=user).exclude(state=AssignmentState.WAITING)
    rows = rows.exclude(state=AssignmentState.RELEASED, due_on=None)
    return rows.annotate(is_signed=Exists(signed)).select_related("expert", "application__call")


# ---------------------------------------------------------------- invitations
@require_safe
@never_cache
def review_list(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    expert = own_entry(user)
    rows = offered_seats(user).select_related("application__organisation").defer("application__data")
    seats = list(rows.order_by("due_on", "pk")[:MOST_SHOWN])
    open_seats = [seat for seat in seats if seat.application.state == State.REVIEW]
    to_answer = [seat for seat in open_seats if seat.state == AssignmentState.INVITED]
    to_review = [seat for seat in open_seats if seat.state == AssignmentState.ACCEPTED and not is_signed(seat)]
    waiting = {seat.pk for seat in (*to_answer, *to_review)}
    context = {
        "expert": expert,
        "to_answer": to_answer,
        "to_review": to_review,
        "others": [seat for seat in reversed(seats) if seat.pk not in waiting],
        "today": shanghai_today(),
        "crumbs": [Crumb(_("My reviews"))],
    }
    return render(request, "subsidies/review_list.html", context)


def is_signed(seat: Assignment) -> bool:
    return bool(seat.is_signed)  # type: ignore[attr-defined]


@require_safe
@never_cache
def review_seat(request: HttpRequest, seat_id: int) -> HttpResponse:
    return _seat_page(request, _seat(request, seat_id))


@require_POST
def review_accept(request: HttpRequest, seat_id: int) -> HttpResponse:
    seat, form = _seat(request, seat_id), AcceptForm(request.POST)
    if form.is_valid():
        words = _("Thank you. The application is open to you now; please sign the sheet in time.")
        if _done(request, form, lambda: panels.accept(seat, by=signed_in(request)), words):
            return redirect("subsidies:review_seat", seat_id)
    return _seat_page(request, seat, accept_form=form, status=400)


@require_POST
def review_decline(request: HttpRequest, seat_id: int) -> HttpResponse:
    seat = _seat(request, seat_id)
    form = DeclineForm(request.POST, concerned=concerned_by(seat.application))
    if form.is_valid():
        words = _("Declined. Thank you for telling; another expert takes the seat.")
        if _done(request, form, lambda: panels.decline(seat, by=signed_in(request), **form.cleaned_data), words):
            return redirect("subsidies:review_list")
    return _seat_page(request, seat, decline_form=form, status=400)


def _seat(request: HttpRequest, seat_id: int) -> Assignment:
    rows = offered_seats(signed_in(request)).select_related(
        "application__organisation", "application__project__base__host", "application__project__base__operator"
    )
    found: Assignment = get_object_or_404(rows, pk=seat_id)
    return found


def _seat_page(
    request: HttpRequest,
    seat: Assignment,
    *,
    accept_form: AcceptForm | None = None,
    decline_form: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    concerned = concerned_by(seat.application)
    is_open = seat.application.state == State.REVIEW
    project = seat.application.project
    context = {
        "seat": seat,
        "application": seat.application,
        "concerned": concerned,
        "base": project.base if project else None,
        "is_signed": is_signed(seat),
        "can_accept": is_open and seat.state == AssignmentState.INVITED,
        "can_decline": is_open
        and seat.state in (AssignmentState.INVITED, AssignmentState.ACCEPTED)
        and not is_signed(seat),
        "can_review": seat.state == AssignmentState.ACCEPTED,
        "accept_form": accept_form or AcceptForm(),
        "decline_form": decline_form or DeclineForm(concerned=concerned),
        "is_declining": decline_form is not None,
        "crumbs": [Crumb(_("My reviews"), reverse("subsidies:review_list")), Crumb(str(seat.application))],
    }
    return render(request, "subsidies/review_seat.html", context, status=status)


# ---------------------------------------------------------------- the own entry in the register
@require_safe
@never_cache
def review_register(request: HttpRequest) -> HttpResponse:
    return _register_page(request, own_entry(signed_in(request)))


@require_POST
def absence_add(request: HttpRequest) -> HttpResponse:
    expert, form = own_entry(signed_in(request)), AbsenceForm(request.POST)
    if form.is_valid() and _done(
        request,
        form,
        lambda: availability.add_absence(expert, **form.cleaned_data, by=signed_in(request)),
        _("Kept: you are not drawn for reviews in these days."),
    ):
        return redirect("subsidies:review_register")
    return _register_page(request, expert, absence_form=form, status=400)


@require_POST
def absence_remove(request: HttpRequest, absence_id: int) -> HttpResponse:
    absence = get_object_or_404(ExpertAbsence, pk=absence_id, expert__user=signed_in(request))
    availability.remove_absence(absence, by=signed_in(request))
    messages.success(request, _("Taken out."))
    return redirect("subsidies:review_register")


@require_POST
def interest_add(request: HttpRequest) -> HttpResponse:
    expert, form = own_entry(signed_in(request)), InterestForm(request.POST)
    if form.is_valid() and _done(
        request,
        form,
        lambda: availability.declare_interest(expert, by=signed_in(request), **form.cleaned_data),
        _("Declared: you are not drawn for applications of this organisation."),
    ):
        return redirect("subsidies:review_register")
    return _register_page(request, expert, interest_form=form, status=400)


def _register_page(
    request: HttpRequest,
    expert: Expert,
    *,
    absence_form: AbsenceForm | None = None,
    interest_form: InterestForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "expert": expert,
        "absences": expert.absences.filter(ends_on__gte=shanghai_today()),
        "interests": expert.interests.filter(ended_on=None).select_related("organisation"),
        "employments": expert.employments.all(),
        "absence_form": absence_form or AbsenceForm(),
        "interest_form": interest_form or InterestForm(),
        "crumbs": [Crumb(_("My reviews"), reverse("subsidies:review_list")), Crumb(_("My entry in the register"))],
    }
    return render(request, "subsidies/review_register.html", context, status=status)


def _done(request: HttpRequest, form: forms.Form, act: Callable[[], Any], words: str) -> bool:
    try:
        act()
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    messages.success(request, words)
    return True
