import pytest

from subsidies.once import award_key, once_key, plain_name
from tests.factories import ProjectFactory
from tests.factories_accounts import OrganisationFactory
from tests.factories_subsidies import SchemeFactory

pytestmark = pytest.mark.django_db


def test_a_project_of_the_registry_has_one_key_whoever_applies():
    scheme, project = SchemeFactory(), ProjectFactory()

    keys = {once_key(scheme, OrganisationFactory(), project, name) for name in ("一", "二")}

    assert keys == {f"{scheme.pk}:project:{project.pk}"}


def test_a_name_typed_as_the_registry_has_it_is_that_project_when_the_firm_takes_part():
    scheme, project, firm = SchemeFactory(), ProjectFactory(), OrganisationFactory()
    project.partners.create(organisation=firm)

    own = once_key(scheme, firm, None, project.name_zh)
    foreign = once_key(scheme, OrganisationFactory(), None, project.name_zh)

    assert own == f"{scheme.pk}:project:{project.pk}"
    assert foreign != own


def test_a_name_outside_the_registry_counts_for_its_firm_however_it_is_spaced():
    scheme, firm = SchemeFactory(), OrganisationFactory()

    same = {once_key(scheme, firm, None, name) for name in ("固态 电池（A型）", "固态电池(a型)", "固态电池Ａ型")}

    assert len(same) == 1
    assert once_key(scheme, OrganisationFactory(), None, "固态电池A型") not in same
    assert once_key(SchemeFactory(), firm, None, "固态电池A型") not in same


def test_once_per_organisation_goes_before_the_project():
    scheme, firm = SchemeFactory(is_once_per_organisation=True), OrganisationFactory()

    assert once_key(scheme, firm, ProjectFactory(), "x") == f"{scheme.pk}:organisation:{firm.pk}"


def test_support_that_may_be_given_again_leaves_awards_without_a_key():
    again = SchemeFactory(is_once_per_project=False)
    once, firm = SchemeFactory(), OrganisationFactory()

    assert award_key(again, firm, None, "x") == ""
    assert award_key(once, firm, None, "x") == once_key(once, firm, None, "x")
    assert once_key(again, firm, None, "x") != ""


def test_a_key_fits_its_column_whatever_the_name():
    assert len(once_key(SchemeFactory(), OrganisationFactory(), None, "㍿" * 160)) < 200
    assert plain_name(" ， ") == ""
