import factory
from django.contrib.auth.models import AnonymousUser, Group
from factory.django import DjangoModelFactory

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.models import Membership, Organisation, User
from common.models import Division

MEMBER_ROLES = {
    PersonKind.ENTERPRISE: MembershipRole.ADMINISTRATOR,
    PersonKind.BASE_OPERATOR: MembershipRole.BASE_OPERATOR,
    PersonKind.COUNTY_OFFICER: MembershipRole.OFFICER,
}


class UserFactory(DjangoModelFactory):
    """Without `password` nobody can sign in; use client.force_login()."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.invalid")
    name = factory.Sequence(lambda n: f"人员{n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **fields: object) -> User:
        return model_class.objects.create_user(*args, **fields)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = OrganisationKind.ENTERPRISE
    name_zh = factory.Sequence(lambda n: f"测试单位{n}")
    name_en = factory.Sequence(lambda n: f"Test Body {n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = MembershipRole.MEMBER


def somebody() -> User:
    """Who has nothing else to do with the case, behind the journal's back: of whom a world is told nothing."""
    user: User = UserFactory.build()
    user.set_unusable_password()
    user.save_base(force_insert=True)
    return user


def user_of_kind(kind: str, *, division: str = "431025") -> User | AnonymousUser:
    """One of the ten kinds of people; a county officer's office is in `division`."""
    if kind == PersonKind.PUBLIC:
        return AnonymousUser()
    user = UserFactory()
    user.groups.set(Group.objects.filter(name=kind))
    if role := MEMBER_ROLES.get(PersonKind(kind)):
        MembershipFactory(user=user, organisation=_body_for(PersonKind(kind), division), role=role)
    return User.objects.get(pk=user.pk)


def _body_for(kind: PersonKind, division: str) -> Organisation:
    if kind != PersonKind.COUNTY_OFFICER:
        return OrganisationFactory()
    place, _created = Division.objects.get_or_create(code=division, defaults={"name_zh": f"区划{division}"})
    return OrganisationFactory(kind=OrganisationKind.GOVERNMENT, registered_division=place)
