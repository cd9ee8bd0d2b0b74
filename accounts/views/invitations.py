from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import inviting
from accounts.models import Invitation
from accounts.requests import signed_in


@login_not_required
@never_cache
@require_safe
def invitation_detail(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link sees who invites whom; a link that is used, revoked or made up looks the same."""
    invitation = inviting.invitation_of(token)
    person = request.user if request.user.is_authenticated else None
    context = {
        "invitation": invitation,
        "token": token,
        "person": person,
        "is_for_person": bool(person and invitation and invitation.email in inviting.proved_addresses(person)),
    }
    return render(request, "accounts/invitation_detail.html", context, status=200 if invitation else 404)


@require_POST
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = inviting.invitation_of(token)
    if invitation is None:
        return redirect("accounts:invitation_detail", token)
    return _accept(request, invitation)


@require_POST
def own_invitation_accept(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """From the personal page, where the confirmed address stands for the link."""
    for invitation in inviting.invitations_for(signed_in(request)):
        if invitation.pk == invitation_id:
            return _accept(request, invitation)
    messages.error(request, _("This invitation is no longer valid: ask for a new one."))
    return redirect("accounts:me")


def _accept(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        inviting.accept_invitation(invitation, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("accounts:me")
    messages.success(request, _("You now act for %(organisation)s.") % {"organisation": invitation.organisation.name})
    return redirect("accounts:organisation_detail", invitation.organisation.slug)
