"""The page of an organisation for the people in it: members, requests, invitations, profile, licence."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import inviting, joining, members, profile, verifying
from accounts.enums import FIRM_ROLES
from accounts.models import Invitation, JoinRequest, JoinState, Membership, Organisation, VerificationState
from accounts.organisation_forms import (
    LICENCE_RULES,
    InviteForm,
    OrganisationForm,
    RoleForm,
    VerificationForm,
    add_refusal,
)
from accounts.permissions import is_administrator_of
from accounts.requests import signed_in
from common import files
from common.file_serving import FileNotShown, file_response


@never_cache
@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _own(request, slug))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = _administered(request, slug)
    closed = profile.locked_fields(organisation)
    form = OrganisationForm(request.POST or None, instance=organisation, closed=closed)
    if request.method == "POST" and form.is_valid():
        try:
            profile.edit_profile(organisation, by=signed_in(request), changes=form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:organisation_detail", slug)
    fixed = [(form_label(name), _shown(organisation, name)) for name in closed]
    context = {"organisation": organisation, "form": form, "fixed": fixed}
    return render(request, "accounts/organisation_edit.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_verification(request: HttpRequest, slug: str) -> HttpResponse:
    organisation, person = _administered(request, slug), signed_in(request)
    initial = {"name_zh": organisation.name_zh, "code": organisation.credit_code}
    form = VerificationForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        sent = facts.pop("licence")
        try:
            with files.received(sent, sent.name, person, LICENCE_RULES) as licence:
                verifying.ask_verification(organisation, by=person, licence=licence, **facts)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The licence is with the bureau. You hear from us when it has decided."))
            return redirect("accounts:organisation_detail", slug)
    context = {
        "organisation": organisation,
        "form": form,
        "waiting": verifying.waiting_request(organisation),
        "rules": LICENCE_RULES.in_words,
    }
    return render(request, "accounts/organisation_verification.html", context, status=400 if form.errors else 200)


@require_POST
def verification_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = _administered(request, slug)
    waiting = verifying.waiting_request(organisation)
    if waiting is None:
        raise Http404
    return _done(
        request,
        organisation,
        lambda: verifying.withdraw_verification(waiting, by=signed_in(request)),
        _("The request is withdrawn."),
    )


@never_cache
@require_safe
def organisation_licence(request: HttpRequest, slug: str) -> HttpResponseBase:
    """For its administrators, who have sent it."""
    organisation = _administered(request, slug)
    waiting = verifying.waiting_request(organisation)
    licence = waiting.licence if waiting else organisation.licence
    if licence is None:
        raise Http404
    try:
        return file_response(licence)
    except FileNotShown as error:
        messages.error(request, " ".join(error.messages))
        return redirect("accounts:organisation_detail", slug)


# ---------------------------------------------------------------- people
@require_POST
def organisation_leave(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = _own(request, slug)
    try:
        members.leave(organisation, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("accounts:organisation_detail", slug)
    messages.success(request, _("You no longer act for %(organisation)s.") % {"organisation": organisation.name})
    return redirect("accounts:me")


@require_POST
def organisation_invite(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = _administered(request, slug)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            inviting.invite(organisation, by=signed_in(request), **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The invitation is on its way. It is valid for seven days."))
            return redirect("accounts:organisation_detail", slug)
    return _page(request, organisation, invite_form=form, status=400)


@require_POST
def invitation_revoke(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    organisation = _administered(request, slug)
    invitation = get_object_or_404(Invitation, pk=invitation_id, organisation=organisation)
    return _done(
        request,
        organisation,
        lambda: inviting.revoke_invitation(invitation, by=signed_in(request)),
        _("The invitation is revoked: its link no longer works."),
    )


@require_POST
def join_decide(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    organisation = _administered(request, slug)
    asked = get_object_or_404(JoinRequest, pk=request_id, organisation=organisation)
    accept = request.POST.get("decision") == "accept"
    facts = {"accept": accept, "role": request.POST.get("role", "")} if accept else {"accept": False}
    said = _("The person is let in.") if accept else _("The request is declined.")
    return _done(request, organisation, lambda: joining.decide_join(asked, by=signed_in(request), **facts), said)


@require_POST
def member_role(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    organisation = _administered(request, slug)
    membership = get_object_or_404(Membership, pk=member_id, organisation=organisation)
    role = request.POST.get("role", "")
    return _done(
        request,
        organisation,
        lambda: members.change_role(membership, role=role, by=signed_in(request)),
        _("The role is changed, from now on."),
    )


@require_POST
def member_remove(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    organisation = _administered(request, slug)
    membership = get_object_or_404(Membership, pk=member_id, organisation=organisation)
    return _done(
        request,
        organisation,
        lambda: members.remove_member(membership, by=signed_in(request)),
        _("The membership has ended, from now on."),
    )


# ---------------------------------------------------------------- of the views above
def _own(request: HttpRequest, slug: str) -> Organisation:
    """404 for those outside, as for a made-up address."""
    return get_object_or_404(Organisation.objects.of_member(signed_in(request)), slug=slug)


def _administered(request: HttpRequest, slug: str) -> Organisation:
    organisation = _own(request, slug)
    if not is_administrator_of(signed_in(request), organisation):
        raise PermissionDenied
    return organisation


def _done(request: HttpRequest, organisation: Organisation, act: Callable[[], Any], said: str) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect("accounts:organisation_detail", organisation.slug)


def _page(
    request: HttpRequest, organisation: Organisation, *, invite_form: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    """Six queries for an administrator, four for others."""
    is_administrator = is_administrator_of(signed_in(request), organisation)
    memberships = organisation.memberships.filter(is_active=True).select_related("user").order_by("pk")
    context = {
        "organisation": organisation,
        "is_administrator": is_administrator,
        "memberships": memberships,
        "firm_roles": FIRM_ROLES,
        "person": request.user,
        "last_verification": organisation.verification_requests.filter(is_claim=False)
        .exclude(state=VerificationState.WITHDRAWN)
        .first(),
    }
    if is_administrator:
        open_ones = organisation.invitations.filter(accepted_at=None, revoked_at=None)
        context |= {
            "requests": organisation.join_requests.filter(state=JoinState.WAITING).select_related("user"),
            "invitations": open_ones.select_related("invited_by"),
            "invite_form": invite_form or InviteForm(),
            "role_form": RoleForm(auto_id=False),
        }
    return render(request, "accounts/organisation_detail.html", context, status=status)


def form_label(name: str) -> str:
    return str(Organisation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _shown(organisation: Organisation, name: str) -> Any:
    display = getattr(organisation, f"get_{name}_display", None)
    return display() if display else getattr(organisation, name)
