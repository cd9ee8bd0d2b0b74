from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from bases.enums import State
from bases.models import Base
from common import journal
from tests.factories import BaseFactory, EquipmentFactory, ServiceFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("base_readiness_in_order", {"trl_min": 7, "trl_max": 4}),
        ("base_readiness_in_order", {"trl_min": 0, "trl_max": 4}),
        ("base_readiness_in_order", {"trl_min": 4, "trl_max": None}),
        ("base_staff_parts_within_total", {"staff_total": 5, "staff_technical": 6}),
        ("base_staff_parts_within_total", {"staff_total": 5, "staff_qualified": 6}),
        ("base_staff_parts_within_total", {"staff_total": None, "staff_technical": 6}),
        ("base_figures_not_negative", {"area_m2": Decimal("-1")}),
        ("base_figures_not_negative", {"equipment_value_yuan": Decimal("-0.01")}),
        ("base_position_complete", {"longitude": Decimal("113"), "latitude": None, "datum": ""}),
        ("base_position_complete", {"longitude": Decimal("113"), "latitude": Decimal("25"), "datum": ""}),
        ("base_position_complete", {"longitude": Decimal("113"), "latitude": None, "datum": "gcj02"}),
        ("base_notice_has_dates", {"state": State.PUBLICITY}),
        ("base_left_says_when_and_why", {"state": State.REMOVED, "left_on": date(2026, 1, 1), "state_reason": ""}),
        ("base_merged_names_its_heir", {"state": State.MERGED}),
        ("base_warned_has_a_term", {"state": State.WARNED}),
    ],
)
def test_the_database_refuses_what_the_rule_forbids(constraint, values):
    base = BaseFactory()

    with pytest.raises(IntegrityError, match=constraint), journal.bulk("test", Base, "by raw update"):
        Base.objects.filter(pk=base.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"trl_min": 4, "trl_max": 7},
        {"staff_total": 10, "staff_technical": 6, "staff_qualified": 10},
        {"longitude": Decimal("113.01"), "latitude": Decimal("25.79"), "datum": "gcj02"},
        {"area_m2": Decimal("2000.50"), "equipment_value_yuan": Decimal("10000000.00")},
    ],
)
def test_complete_figures_are_taken(values):
    base = BaseFactory(**values)

    base.full_clean()

    assert Base.objects.filter(pk=base.pk, **values).exists()


def test_equipment_of_half_a_million_yuan_counts_as_large():
    assert EquipmentFactory(original_value_yuan=Decimal("500000.00")).is_large
    assert not EquipmentFactory(original_value_yuan=Decimal("499999.99")).is_large
    assert not EquipmentFactory(original_value_yuan=None).is_large


def test_a_price_range_runs_upwards():
    with pytest.raises(IntegrityError, match="service_price_in_order"):
        ServiceFactory(price_min_yuan=Decimal("200.00"), price_max_yuan=Decimal("100.00"))


def test_a_price_is_never_negative_even_alone():
    with pytest.raises(IntegrityError, match="service_price_in_order"):
        ServiceFactory(price_min_yuan=None, price_max_yuan=Decimal("-0.01"))


def test_registered_capital_is_never_negative():
    with pytest.raises(IntegrityError, match="organisation_capital_not_negative"):
        OrganisationFactory(registered_capital_yuan=Decimal("-0.01"))


def test_a_base_in_a_park_has_no_county_and_says_the_park_as_its_place():
    base = BaseFactory(division=None)

    assert base.place is None
