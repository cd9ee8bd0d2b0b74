"""Who may do what with people and organisations: predicates over a user and one row."""

from accounts.enums import MembershipRole
from accounts.models import Organisation, User


def can_assign_roles(user: User, person: User) -> bool:
    """Nobody changes their own roles."""
    return user.has_perm("accounts.assign_roles") and user.pk != person.pk


def can_change_person(user: User, person: User) -> bool:
    """A superuser exists for emergencies and is changed by another one alone."""
    return user.has_perm("accounts.change_user") and (user.is_superuser or not person.is_superuser)


def can_override_credit_code(user: User, organisation: Organisation) -> bool:
    return user.has_perm("accounts.override_credit_code")


def can_change_memberships(user: User, person: User) -> bool:
    """A membership may carry the rights of an office, so nobody changes their own."""
    return user.has_perm("accounts.change_membership") and user.pk != person.pk


def is_administrator_of(user: User, organisation: Organisation) -> bool:
    """May let people in and out, change roles, edit the profile and ask for verification."""
    return user.roles.get(organisation.pk) == MembershipRole.ADMINISTRATOR


def can_verify(user: User, organisation: Organisation) -> bool:
    """Nobody verifies an organisation they belong to."""
    return user.has_perm("accounts.verify_organisation") and organisation.pk not in user.roles
