"""A person is asked into an organisation by mail: the link works once, for the owner of the address, for a week."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.enums import MembershipRole
from accounts.members import admit, locked, refuse_other_roles, refuse_unless_administrator
from accounts.models import Invitation, Membership, Organisation, User
from accounts.models.joining import digest_of
from accounts.models.people import normalise_email
from accounts.verbs import verb
from common.letters import token_of

INVITATION_DAYS = 7
INVITATIONS_A_DAY = 20


@verb
def invite(organisation: Organisation, *, by: User, email: str, role: str = MembershipRole.MEMBER) -> Invitation:
    """Mail a link that the owner of this address alone can use, once, within seven days."""
    organisation = locked(organisation)
    refuse_unless_administrator(by, organisation)
    refuse_other_roles(role)
    email = normalise_email(email)
    validate_email(email)
    _refuse_too_many(organisation)
    _refuse_people_inside(organisation, email)
    _revoke_expired(organisation, email)
    number = uuid4()
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        digest=digest_of(token_of(number)),
        invited_by=by,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    invitation.full_clean()
    invitation.save()
    notices.tell_invited(invitation, number, owners_of(email))
    return invitation


def invitation_of(token: str) -> Invitation | None:
    """The open invitation of a mailed link; None for one that is used, revoked, expired or made up."""
    rows = Invitation.objects.select_related("organisation", "invited_by").filter(digest=digest_of(token))
    invitation = rows.first()
    return invitation if invitation and invitation.is_open else None


def invitations_for(user: User) -> list[Invitation]:
    """Open invitations to any of the addresses this person has proved to own."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return list(rows.filter(email__in=proved_addresses(user)).select_related("organisation", "invited_by"))


def owners_of(email: str) -> list[User]:
    """Who has proved that this address is theirs."""
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return list(User.objects.filter(pk__in=proved.values("user"), is_active=True))


def proved_addresses(user: User) -> set[str]:
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {normalise_email(address) for address in addresses}


@verb
def accept_invitation(invitation: Invitation, *, by: User) -> Membership:
    """ValidationError unless it is open and to an address of this person."""
    invitation = _locked_invitation(invitation)
    if not (invitation.is_open and _inviter_is_administrator(invitation)):
        raise ValidationError(_("This invitation is no longer valid: ask for a new one."), code="state")
    if invitation.email not in proved_addresses(by):
        raise ValidationError(
            _("This invitation is for another e-mail address: sign in with the account of that address."),
            code="address",
        )
    membership = admit(invitation.organisation, by, invitation.role)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), by
    invitation.save()
    return membership


@verb
def revoke_invitation(invitation: Invitation, *, by: User) -> Invitation:
    invitation = _locked_invitation(invitation)
    refuse_unless_administrator(by, invitation.organisation)
    if invitation.accepted_at or invitation.revoked_at:
        raise ValidationError(_("This invitation is settled already."), code="state")
    invitation.revoked_at = timezone.now()
    invitation.save()
    return invitation


def _inviter_is_administrator(invitation: Invitation) -> bool:
    """What a former administrator began ends with the role."""
    return invitation.organisation.administrators().filter(pk=invitation.invited_by_id).exists()


def _locked_invitation(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=invitation.pk)


def _refuse_too_many(organisation: Organisation) -> None:
    since = timezone.now() - timedelta(days=1)
    if organisation.invitations.filter(created_at__gt=since).count() >= INVITATIONS_A_DAY:
        raise ValidationError(
            _("%(count)d invitations were sent within a day: send the others tomorrow.") % {"count": INVITATIONS_A_DAY}
        )


def _refuse_people_inside(organisation: Organisation, email: str) -> None:
    if organisation.memberships.filter(user__email=email).exists():
        raise ValidationError({"email": _("This person belongs to the organisation already: change the role there.")})


def _revoke_expired(organisation: Organisation, email: str) -> None:
    """An expired invitation makes room for a new one."""
    now = timezone.now()
    for old in organisation.invitations.filter(email=email, accepted_at=None, revoked_at=None, expires_at__lte=now):
        old.revoked_at = now
        old.save()
