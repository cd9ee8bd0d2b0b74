from decimal import Decimal

import pytest
from django.db import IntegrityError

from subsidies.models import Policy, Scheme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "amount"),
    [("flat", None), ("flat", Decimal("0.00")), ("flat", Decimal("-1.00")), ("unpublished", Decimal("1.00"))],
)
def test_a_flat_sum_has_an_amount_and_no_other_kind_has(kind, amount):
    policy = Policy.objects.create(slug="policy", name_zh="政策")

    with pytest.raises(IntegrityError, match="scheme_flat_sum_is_known"):
        Scheme.objects.create(policy=policy, slug="scheme", name_zh="奖补", kind=kind, amount_yuan=amount)


def test_the_award_is_a_flat_sum_of_two_million_yuan():
    policy = Policy.objects.create(slug="policy", name_zh="政策")

    award = Scheme.objects.create(
        policy=policy,
        slug="award",
        name_zh="奖补",
        kind="flat",
        amount_yuan=Decimal("2000000.00"),
        is_once_per_project=True,
    )

    assert Scheme.objects.get(pk=award.pk).amount_yuan == Decimal("2000000.00")
