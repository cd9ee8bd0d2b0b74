"""Organisations with people in them, and licences."""

import itertools

from accounts.enums import MembershipRole, PersonKind
from accounts.models import Organisation, User, VerificationRequest
from common.models import StoredFile
from tests.factories_accounts import MembershipFactory, OrganisationFactory, user_of_kind

CODE = "91431025DEM000081C"
OTHER_CODE = "91431025DEM000092G"
numbers = itertools.count(1)


def fresh(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def member(organisation: Organisation, role: str = MembershipRole.MEMBER, **fields) -> User:
    return fresh(MembershipFactory(organisation=organisation, role=role, **fields).user)


def administrator(organisation: Organisation) -> User:
    return member(organisation, MembershipRole.ADMINISTRATOR)


def clerk() -> User:
    user = user_of_kind(PersonKind.BUREAU_CLERK)
    assert isinstance(user, User)
    return user


def company(**fields) -> Organisation:
    return OrganisationFactory(**{"credit_code": CODE, "name_zh": "演示公司", **fields})


def licence_of(user: User, **fields) -> StoredFile:
    """A row as common.files keeps it, without bytes."""
    given = {"name": "营业执照.pdf", "media_type": "application/pdf", "size": 1000, "sha256": "0" * 64}
    return StoredFile.objects.create(content=f"00/{next(numbers):032x}", uploaded_by=user, **{**given, **fields})


def request_of(organisation: Organisation, asked_by: User, **fields) -> VerificationRequest:
    given = {"name_zh": organisation.name_zh, "credit_code": organisation.credit_code or CODE}
    return VerificationRequest.objects.create(
        organisation=organisation, asked_by=asked_by, licence=licence_of(asked_by), **{**given, **fields}
    )
