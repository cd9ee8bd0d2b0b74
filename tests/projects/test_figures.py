from datetime import date

import pytest

from projects import figures
from projects.enums import Stage
from projects.figures import Conversion
from projects.workflow import record_stage
from tests.factories import BaseFactory, IndustryFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def project_at(stage, year=2024, **values):
    return record_stage(ProjectFactory(**values), stage, by=None, happened_on=date(year, 6, 1), precision="month")


def test_figures_count_public_real_projects_by_hand():
    project_at(Stage.PILOT)
    project_at(Stage.PASSED)
    project_at(Stage.INDUSTRIALISED)
    ProjectFactory()
    project_at(Stage.INDUSTRIALISED, is_demo=True)
    project_at(Stage.INDUSTRIALISED, is_public=False)

    assert figures.overall() == Conversion("", "", registered=4, passed=2, industrialised=1, unknown=1)


def test_a_rate_is_given_from_ten_passed_projects_on():
    few = Conversion("", "", registered=9, passed=9, industrialised=9, unknown=0)
    enough = Conversion("", "", registered=30, passed=10, industrialised=7, unknown=3)

    assert few.rate_percent is None
    assert enough.rate_percent == 70


def test_a_rate_is_rounded_half_up():
    assert Conversion("", "", registered=200, passed=200, industrialised=1, unknown=0).rate_percent == 1
    assert Conversion("", "", registered=201, passed=201, industrialised=1, unknown=0).rate_percent == 0


def test_figures_by_base_industry_and_year():
    base, industry = BaseFactory(name_zh="甲基地"), IndustryFactory(name_zh="固态电池", slug="battery")
    project_at(Stage.INDUSTRIALISED, base=base, industry=industry, year=2023)
    project_at(Stage.PASSED, base=base, industry=None)
    project_at(Stage.PILOT, base=None, industry=industry)

    assert figures.by_base("name_zh") == [Conversion("甲基地", base.slug, 2, 2, 1, 0)]
    assert figures.by_industry("name_zh") == [Conversion("固态电池", "battery", 2, 1, 1, 0)]
    assert [(row.label, row.registered, row.passed) for row in figures.by_year()] == [("2023", 1, 1), ("2024", 2, 1)]


def test_a_year_by_which_a_stage_was_reached_is_no_year_in_which_it_was():
    project_at(Stage.PASSED)
    record_stage(ProjectFactory(), Stage.READY, by=None, happened_on=date(2024, 12, 1), precision="by_month")

    rows = [(row.label, row.key, row.is_upper_bound, row.registered) for row in figures.by_year()]

    assert rows == [("2024", 2024, False, 1), ("不晚于 2024 年", 2024, True, 1)]
