"""A consultant is let in to one application only: by mail, until a day, ended at once when the firm says so.

Whether an address has an account is nobody's business, so everybody is asked by mail and comes in by accepting.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.inviting import owners_of, proved_addresses
from accounts.models import User
from accounts.models.joining import digest_of
from accounts.models.people import normalise_email
from accounts.verbs import verb
from common.letters import token_of
from subsidies.models import Application, ApplicationGuest, GuestInvitation
from subsidies.notices import tell_of_guest_invitation
from subsidies.permissions import is_lead
from subsidies.workflow import locked

INVITATION_DAYS = 7
LONGEST_DAYS = 366
MOST = 10  # guests and open invitations of one application


@verb
def let_in(application: Application, *, by: User, email: str, ends_at: datetime) -> GuestInvitation:
    """Mail a link; its owner may write here until `ends_at`, and neither hand over, sign nor withdraw."""
    application = locked(application)
    _refuse_unless_lead(by, application)
    email = normalise_email(email)
    validate_email(email)
    _refuse_end(ends_at)
    _refuse_people_inside(application, email)
    _refuse_too_many(application)
    _revoke_expired(application, email)
    number = uuid4()
    invitation = GuestInvitation(
        application=application,
        email=email,
        digest=digest_of(token_of(number)),
        invited_by=by,
        access_ends_at=ends_at,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    invitation.full_clean()
    invitation.save()
    tell_of_guest_invitation(invitation, number, owners_of(email))
    return invitation


def invitation_of(token: str) -> GuestInvitation | None:
    """The open invitation of a mailed link; None for one that is used, revoked, expired or made up."""
    rows = GuestInvitation.objects.select_related("application__call", "application__organisation", "invited_by")
    invitation = rows.filter(digest=digest_of(token)).first()
    return invitation if invitation and invitation.is_open else None


def invitations_for(user: User) -> list[GuestInvitation]:
    """Open invitations to any of the addresses this person has proved to own. Two queries."""
    rows = GuestInvitation.objects.filter(email__in=proved_addresses(user), accepted_at=None, revoked_at=None)
    found = rows.select_related("application__call", "application__organisation", "invited_by")
    return [invitation for invitation in found if invitation.is_open]


@verb
def enter(invitation: GuestInvitation, *, by: User) -> ApplicationGuest:
    """The invited person comes in; ValidationError unless it is open, to an address of theirs, from a lead of today."""
    invitation = _locked_invitation(invitation)
    application = locked(invitation.application)
    if not (invitation.is_open and _is_lead_today(invitation.invited_by_id, application)):
        raise ValidationError(_("This invitation is no longer valid: ask for a new one."), code="state")
    if invitation.email not in proved_addresses(by):
        raise ValidationError(
            _("This invitation is for another e-mail address: sign in with the account of that address."),
            code="address",
        )
    _refuse_interested(application, by)
    guest = _admitted(invitation, by)
    invitation.accepted_at = timezone.now()
    invitation.save()
    return guest


def _admitted(invitation: GuestInvitation, user: User) -> ApplicationGuest:
    """A new end replaces an earlier one."""
    for earlier in invitation.application.guests.filter(user=user, revoked_at=None):
        earlier.revoked_at = timezone.now()
        earlier.save()
    return ApplicationGuest.objects.create(
        application=invitation.application,
        user=user,
        let_in_by=invitation.invited_by,
        ends_at=invitation.access_ends_at,
    )


@verb
def end(guest: ApplicationGuest, *, by: User) -> ApplicationGuest:
    """In force at the guest's next click; guests may also go by themselves."""
    application = locked(guest.application)
    current = application.guests.select_for_update(of=("self",)).get(pk=guest.pk)
    if current.user_id != by.pk:
        _refuse_unless_lead(by, application)
    if current.revoked_at is None:
        current.revoked_at = timezone.now()
        current.save()
    return current


@verb
def revoke(invitation: GuestInvitation, *, by: User) -> GuestInvitation:
    invitation = _locked_invitation(invitation)
    _refuse_unless_lead(by, invitation.application)
    if invitation.accepted_at or invitation.revoked_at:
        raise ValidationError(_("This invitation is settled already."), code="state")
    invitation.revoked_at = timezone.now()
    invitation.save()
    return invitation


def _locked_invitation(invitation: GuestInvitation) -> GuestInvitation:
    rows = GuestInvitation.objects.select_for_update(of=("self",)).select_related("application")
    return rows.get(pk=invitation.pk)


def _is_lead_today(key: int, application: Application) -> bool:
    """By the posts as they are now, and never for a suspended account."""
    inviter = User.objects.filter(pk=key, is_active=True).first()
    return inviter is not None and is_lead(inviter, application)


def _refuse_unless_lead(user: User, application: Application) -> None:
    if not is_lead(user, application):
        raise PermissionDenied


def _refuse_end(ends_at: datetime) -> None:
    if not timezone.now() < ends_at <= timezone.now() + timedelta(days=LONGEST_DAYS):
        raise ValidationError({"ends_on": refused_end()})


def refused_end() -> ValidationError:
    return ValidationError(_("Choose a last day between today and a year from now."))


def _refuse_people_inside(application: Application, email: str) -> None:
    if application.organisation.memberships.filter(user__email=email, is_active=True).exists():
        raise ValidationError({"email": _("This person belongs to the firm and sees the application anyway.")})


def _refuse_interested(application: Application, user: User) -> None:
    """Who works on one side does not decide on the other."""
    if application.organisation_id in user.roles:
        raise ValidationError(_("You belong to the firm and see the application anyway."))
    if user.is_staff:
        raise ValidationError(_("People of the bureau and of recommending units cannot help with an application."))


def _refuse_too_many(application: Application) -> None:
    now = timezone.now()
    inside = application.guests.in_force().count()
    asked = application.guest_invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now).count()
    if inside + asked >= MOST:
        raise ValidationError(_("At most %(count)d guests at a time: end another one first.") % {"count": MOST})


def _revoke_expired(application: Application, email: str) -> None:
    for old in application.guest_invitations.filter(email=email, accepted_at=None, revoked_at=None):
        if not old.is_open:
            old.revoked_at = timezone.now()
            old.save()
