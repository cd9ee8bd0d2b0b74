"""People of an organisation and their roles. Memberships are read per request, so whatever these verbs change is in
force at the person's next click.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts import notices
from accounts.enums import FIRM_ROLES, MembershipRole
from accounts.models import Membership, Organisation, User
from accounts.permissions import is_administrator_of
from accounts.verbs import verb


@verb
def leave(organisation: Organisation, *, by: User) -> None:
    organisation = locked(organisation)
    membership = _membership(organisation, by)
    _refuse_for_the_last_administrator(membership)
    membership.delete()


@verb
def remove_member(membership: Membership, *, by: User) -> None:
    membership = _under_administration(membership, by)
    _refuse_for_the_last_administrator(membership)
    membership.delete()
    notices.tell_removed(membership.user, membership.organisation)


@verb
def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    membership = _under_administration(membership, by)
    refuse_other_roles(role)
    if role != MembershipRole.ADMINISTRATOR:
        _refuse_for_the_last_administrator(membership)
    membership.role = role
    membership.save()
    return membership


def admit(organisation: Organisation, user: User, role: str) -> Membership:
    """For the verbs here and of verifying: no right is asked for."""
    refuse_other_roles(role)
    organisation = locked(organisation)
    refuse_members(organisation, user)
    return Membership.objects.create(user=user, organisation=organisation, role=role)


def locked(organisation: Organisation) -> Organisation:
    """The row as it is now, locked until the transaction ends: members come and go one after the other."""
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)


def refuse_members(organisation: Organisation, user: User) -> None:
    membership = organisation.memberships.filter(user=user).first()
    if membership is None:
        return
    if membership.is_active:
        raise ValidationError(_("This account belongs to the organisation already."), code="member")
    raise ValidationError(_("The bureau has suspended this membership: write to it."), code="suspended")


def _membership(organisation: Organisation, user: User) -> Membership:
    membership = organisation.memberships.filter(user=user, is_active=True, role__in=FIRM_ROLES).first()
    if membership is None:
        raise ValidationError(_("This membership was given by the bureau, which also ends it: write to it."))
    return membership


def _under_administration(membership: Membership, by: User) -> Membership:
    """The membership as it is now, if it is one that administrators of organisations decide on."""
    organisation = locked(membership.organisation)
    refuse_unless_administrator(by, organisation)
    current = organisation.memberships.filter(pk=membership.pk).first()
    if current is None:
        raise ValidationError(_("This person has left the organisation."), code="state")
    if current.role not in FIRM_ROLES or not current.is_active:
        raise ValidationError(_("This membership was given by the bureau, which also ends it: write to it."))
    return current


def refuse_unless_administrator(user: User, organisation: Organisation) -> None:
    if not is_administrator_of(user, organisation):
        raise PermissionDenied


def refuse_other_roles(role: str) -> None:
    """Roles of offices and bases are given by the bureau."""
    if role not in FIRM_ROLES:
        raise ValidationError({"role": _("Choose a role from the list.")})


def is_last_administrator(membership: Membership) -> bool:
    if membership.role != MembershipRole.ADMINISTRATOR:
        return False
    return not membership.organisation.administrators().exclude(pk=membership.user_id).exists()


def _refuse_for_the_last_administrator(membership: Membership) -> None:
    if is_last_administrator(membership):
        raise ValidationError(
            _("The last administrator stays: make somebody else administrator first."), code="last_administrator"
        )
