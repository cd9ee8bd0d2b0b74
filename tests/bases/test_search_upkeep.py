"""A name that a record shows is found by its present wording, whoever changed it and from which side."""

import pytest

from bases.models import Base
from projects.enums import PartnerRole
from projects.models import Project, ProjectPartner
from tests.factories import BaseFactory, IndustryFactory, ProjectFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


def bases(query):
    return list(Base.objects.found_by(query).order_by("code").values_list("slug", flat=True))


def projects(query):
    return list(Project.objects.found_by(query).values_list("slug", flat=True))


@pytest.fixture
def industry():
    return IndustryFactory(name_zh="固态电池", name_en="Batteries")


@pytest.fixture
def organisation():
    organisation = OrganisationFactory(name_zh="湖南久森")
    project = ProjectFactory(slug="drone")
    ProjectPartner.objects.create(project=project, organisation=organisation, role=PartnerRole.PARTNER)
    return organisation


def test_a_renamed_industry_is_found_by_its_new_name_alone(industry):
    for slug in ("one", "two"):
        BaseFactory(slug=slug, industries=[industry])
    BaseFactory(slug="other")

    industry.name_zh = "稀贵金属"
    industry.save()

    assert (bases("固态电池"), bases("稀贵金属")) == ([], ["one", "two"])


def test_a_renamed_organisation_is_found_by_its_new_name_alone(organisation):
    organisation.name_zh = "湖南安高新能源"
    organisation.save()

    assert (projects("久森"), projects("安高")) == ([], ["drone"])


def test_a_save_that_keeps_the_name_writes_no_document(industry, organisation, django_assert_num_queries):
    BaseFactory(industries=[industry])

    for row in (industry, organisation):
        with django_assert_num_queries(3):  # the row as it was, the row, the version
            row.save()


def test_the_bases_of_a_renamed_industry_cost_a_few_queries(industry, django_assert_max_num_queries):
    for _ in range(12):
        BaseFactory(industries=[industry])
    industry.name_zh = "稀贵金属"

    with django_assert_max_num_queries(15):
        industry.save()

    assert len(bases("稀贵金属")) == 12


def test_bases_put_into_an_industry_from_its_side_are_found(industry):
    one, two = BaseFactory(slug="one"), BaseFactory(slug="two")

    industry.bases.add(one, two)
    added = bases("固态电池")
    industry.bases.remove(one)
    removed = bases("固态电池")
    industry.bases.clear()

    assert (added, removed, bases("固态电池")) == (["one", "two"], ["two"], [])


def test_a_deleted_industry_finds_no_base(industry):
    BaseFactory(industries=[industry])

    industry.delete()

    assert bases("固态电池") == []
