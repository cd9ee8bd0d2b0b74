import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.utils import timezone, translation

from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from common.models import Division, JournalEntry, Park
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory, user_of_kind

pytestmark = pytest.mark.django_db


def test_an_e_mail_address_is_kept_in_small_letters():
    user = UserFactory(email=" Li.Hua@Example.invalid ")

    assert user.email == "li.hua@example.invalid"
    assert get_user_model().objects.get_by_natural_key("LI.HUA@example.INVALID") == user


def test_the_database_refuses_the_same_address_in_another_case():
    UserFactory(email="li@example.invalid")
    other = User(email="LI@example.invalid", password="!")

    with pytest.raises(IntegrityError):
        other.save_base(raw=True)


def test_a_user_is_journalled_without_the_password_and_without_sign_ins():
    user = UserFactory(password="a quiet evening")
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])

    entry = JournalEntry.objects.get(object_type="accounts.user")
    assert (entry.action, entry.changes["password"][0]) == ("create", None)
    assert "pbkdf2" not in str(entry.changes)
    assert user.password not in str(entry.changes)


def test_an_organisation_gets_a_free_public_address():
    first = OrganisationFactory(name_zh="湖南甲公司", name_en="")
    second = OrganisationFactory(name_zh="湖南甲公司", name_en="")
    third = OrganisationFactory(name_en="Chenzhou Graphite Co., Ltd.")

    assert [first.slug, second.slug] == ["hu-nan-jia-gong-si", "hu-nan-jia-gong-si-2"]
    assert third.slug == "chenzhou-graphite-co-ltd"


def test_the_name_follows_the_reader():
    organisation = OrganisationFactory(name_zh="甲公司", name_en="Company A")

    with translation.override("en"):
        assert str(organisation) == "Company A"
    with translation.override("zh-hans"):
        assert str(organisation) == "甲公司"


def test_only_published_organisations_are_public():
    OrganisationFactory()
    published = OrganisationFactory(is_published=True)

    assert list(Organisation.objects.public()) == [published]


def test_an_officer_acts_for_the_division_of_the_office_alone():
    user = user_of_kind("county_officer", division="431025")
    elsewhere = Division.objects.get_or_create(code="431002", defaults={"name_zh": "北湖区"})[0]
    enterprise = OrganisationFactory(registered_division=elsewhere)
    MembershipFactory(user=user, organisation=enterprise, role=MembershipRole.OFFICER)

    assert (user.divisions(), user.parks(), user.acts_for_whole_city()) == ({"431025"}, set(), False)


def test_a_park_officer_acts_for_the_park():
    park = Park.objects.create(code="test-park", name_zh="测试园区")
    committee = OrganisationFactory(kind=OrganisationKind.PARK_COMMITTEE, park=park)
    membership = MembershipFactory(organisation=committee, role=MembershipRole.OFFICER)

    assert (membership.user.divisions(), membership.user.parks()) == (set(), {"test-park"})


def test_someone_belongs_to_an_organisation_once():
    membership = MembershipFactory()

    with pytest.raises(IntegrityError):
        Membership.objects.create(user=membership.user, organisation=membership.organisation, role="reader")


def test_an_empty_credit_code_is_kept_as_unknown():
    OrganisationFactory(credit_code="")
    OrganisationFactory(credit_code="")

    assert Organisation.objects.filter(credit_code=None).count() == 2


def test_an_override_needs_its_author():
    with pytest.raises(IntegrityError, match="organisation_override_has_reason_and_author"):
        OrganisationFactory(credit_code="91431025DEM000081D", credit_code_override_reason="因为")


def test_verified_by_needs_a_time():
    with pytest.raises(IntegrityError, match="organisation_verified_by_has_time"):
        OrganisationFactory(verified_by=UserFactory())


def test_an_unknown_role_is_refused():
    with pytest.raises(IntegrityError, match="membership_role_known"):
        MembershipFactory(role="king")
