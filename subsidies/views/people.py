"""Who sees an application: the people of the firm, and the consultants it has let in."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import FIRM_ROLES
from accounts.inviting import proved_addresses
from accounts.organisation_forms import add_refusal
from accounts.requests import signed_in
from common.calendar import SHANGHAI, shanghai_today
from subsidies import guests
from subsidies.models import Application, GuestInvitation
from subsidies.permissions import is_lead
from subsidies.views.own import correction_of, frame, own_application

USUAL_DAYS = 60


class GuestForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the consultant"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if not shanghai_today() <= day < shanghai_today() + timedelta(days=guests.LONGEST_DAYS):
            raise guests.refused_end()
        return day

    @property
    def ends_at(self) -> datetime:
        """The end of the last day, in Shanghai."""
        return datetime.combine(self.cleaned_data["ends_on"] + timedelta(days=1), time(), tzinfo=SHANGHAI)


@never_cache
@require_safe
def application_people(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A guest sees the own access, and nobody of the firm."""
    application = own_application(request, public_id)
    if application.organisation_id in signed_in(request).firms():
        return _page(request, application)
    own = application.guests.in_force().filter(user=signed_in(request))
    context = _frame(request, application) | {"guests": own.select_related("user")}
    return render(request, "subsidies/application_people.html", context)


@require_POST
def guest_let_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = _of_firm(request, public_id)
    form = GuestForm(request.POST)
    if form.is_valid():
        try:
            guests.let_in(application, by=signed_in(request), email=form.cleaned_data["email"], ends_at=form.ends_at)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The invitation is on its way. It is valid for seven days."))
            return redirect("subsidies:application_people", public_id)
    return _page(request, application, form, status=400)


@require_POST
def guest_end(request: HttpRequest, public_id: UUID, guest_id: int) -> HttpResponse:
    application = own_application(request, public_id)
    guest = get_object_or_404(application.guests, pk=guest_id)
    is_own = guest.user_id == signed_in(request).pk
    if not is_own:
        _of_firm(request, public_id)
    guests.end(guest, by=signed_in(request))
    messages.success(request, _("The access has ended, from now on."))
    return redirect("subsidies:application_list") if is_own else redirect("subsidies:application_people", public_id)


@require_POST
def guest_revoke(request: HttpRequest, public_id: UUID, invitation_id: int) -> HttpResponse:
    application = _of_firm(request, public_id)
    invitation: GuestInvitation = get_object_or_404(application.guest_invitations, pk=invitation_id)
    _try(
        request,
        lambda: guests.revoke(invitation, by=signed_in(request)),
        _("The invitation is revoked: its link no longer works."),
    )
    return redirect("subsidies:application_people", public_id)


@login_not_required
@never_cache
@require_safe
def guest_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Like the invitations of organisations: a link that is used, revoked or made up looks the same."""
    invitation = guests.invitation_of(token)
    person = request.user if request.user.is_authenticated else None
    context = {
        "invitation": invitation,
        "token": token,
        "person": person,
        "here": reverse("subsidies:guest_invitation", args=[token]),
        "is_for_person": bool(person and invitation and invitation.email in proved_addresses(person)),
    }
    return render(request, "subsidies/guest_invitation.html", context, status=200 if invitation else 404)


@require_POST
def guest_enter(request: HttpRequest, token: str) -> HttpResponse:
    invitation = guests.invitation_of(token)
    if invitation is None:
        return redirect("subsidies:guest_invitation", token)
    if not _try(request, lambda: guests.enter(invitation, by=signed_in(request)), _("You are let in.")):
        return redirect("subsidies:guest_invitation", token)
    return redirect(invitation.application)


@require_POST
def own_guest_enter(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """From the page of one's account, where the confirmed address stands for the link."""
    own = {invitation.pk: invitation for invitation in guests.invitations_for(signed_in(request))}
    invitation = own.get(invitation_id)
    if invitation is None:
        messages.error(request, _("This invitation is no longer valid: ask for a new one."))
        return redirect("accounts:me")
    if not _try(request, lambda: guests.enter(invitation, by=signed_in(request)), _("You are let in.")):
        return redirect("accounts:me")
    return redirect(invitation.application)


# ---------------------------------------------------------------- of the views above
def _of_firm(request: HttpRequest, public_id: UUID) -> Application:
    """404 for guests too: who comes and goes is not theirs to decide."""
    application = own_application(request, public_id)
    if application.organisation_id not in signed_in(request).firms():
        raise Http404
    return application


def _try(request: HttpRequest, act: Callable[[], Any], said: str) -> bool:
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, said)
    return True


def _frame(request: HttpRequest, application: Application) -> dict[str, Any]:
    return frame(request, application, application.call_version.parsed, correction_of(application), _("People"))


def _page(
    request: HttpRequest, application: Application, form: GuestForm | None = None, status: int = 200
) -> HttpResponse:
    may_let_in = is_lead(signed_in(request), application)
    members = application.organisation.memberships.filter(is_active=True, role__in=FIRM_ROLES)
    now = timezone.now()
    context = _frame(request, application) | {
        "is_of_firm": True,
        "members": members.select_related("user").order_by("pk"),
        "guests": application.guests.in_force().select_related("user"),
        "may_let_in": may_let_in,
    }
    if may_let_in:
        waiting = application.guest_invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
        last_day = shanghai_today() + timedelta(days=USUAL_DAYS)
        context |= {"invitations": waiting, "guest_form": form or GuestForm(initial={"ends_on": last_day})}
    return render(request, "subsidies/application_people.html", context, status=status)
