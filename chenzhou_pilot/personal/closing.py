"""Closing one's account: what is personal goes, the number stays in the records of public money."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OFFICE_ROLES, MembershipRole
from accounts.members import is_last_administrator, locked
from accounts.models import ApiToken, Invitation, JoinRequest, JoinState, Membership, User
from common import journal
from common.models import Notice, Upload
from subsidies.models import ApplicationGuest, Expert, GuestInvitation, SavedView, Subscription
from subsidies.subscriptions.subscribing import erase_address


def obstacles(person: User) -> Iterator[str]:
    """What has to be handed over first, in sentences."""
    if person.is_staff or person.groups.exists() or person.memberships.filter(role__in=OFFICE_ROLES).exists():
        yield _("This account belongs to an office: its administrator closes it when you leave.")
    if Expert.objects.filter(user=person).exists():
        yield _("You are in the register of experts: ask the bureau to take you off it first.")
    for membership in person.memberships.filter(role=MembershipRole.ADMINISTRATOR).select_related("organisation"):
        if is_last_administrator(membership):
            words = _("You are the last administrator of %(organisation)s: make somebody else administrator first.")
            yield words % {"organisation": membership.organisation.name}


@transaction.atomic
def close_account(person: User, *, by: User) -> User:
    """For good. ValidationError with every obstacle; PermissionDenied for anybody else's account."""
    if by.pk != person.pk:
        raise PermissionDenied
    for membership in person.memberships.order_by("organisation").select_related("organisation"):
        locked(membership.organisation)  # as all who join and leave
    current: User = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if found := list(obstacles(current)):
        raise ValidationError(found)
    with journal.acting(by=by, action="close_account"):
        _take_away(current)
        current.name, current.phone, current.email = "", "", f"closed-{current.pk}@closed.invalid"
        current.is_active, current.closed_at = False, timezone.now()
        current.set_unusable_password()
        current.save()
    return current


def _take_away(person: User) -> None:
    for guest in ApplicationGuest.objects.filter(user=person, revoked_at=None):
        guest.revoked_at = timezone.now()
        guest.save()
    for asked in JoinRequest.objects.filter(user=person, state=JoinState.WAITING):
        asked.state = JoinState.WITHDRAWN
        asked.save()
    for membership in Membership.objects.filter(user=person):
        membership.delete()
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    erase_address(addresses)
    for asking in (Invitation, GuestInvitation):
        for invitation in asking.objects.filter(reduce(or_, (Q(email__iexact=address) for address in addresses))):
            invitation.email = f"closed-{person.pk}-{invitation.pk}@closed.invalid"
            invitation.save()
    for model, name in (
        (EmailAddress, "user"),
        (Authenticator, "user"),
        (UserSession, "user"),
        (ApiToken, "user"),
        (SavedView, "user"),
        (Subscription, "user"),
        (Notice, "recipient"),
        (Upload, "uploaded_by"),
    ):
        model._base_manager.filter(**{name: person}).delete()
