from decimal import Decimal

import pytest
from django.db import IntegrityError

from subsidies.models import Policy, Scheme
from tests.factories_subsidies import SchemeFactory

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


@pytest.mark.parametrize("count", [1, 3])
def test_the_policies_are_listed_with_what_they_give_however_many(client, count, django_assert_num_queries):
    schemes = [SchemeFactory() for _number in range(count)]

    with django_assert_num_queries(2):
        page = client.get("/en/policies/")

    for scheme in schemes:
        assert f'href="/en/policies/{scheme.policy.slug}/"' in page.content.decode()
        assert scheme.name_en in page.content.decode()


def test_the_policies_are_reached_from_the_foot_of_every_page(client):
    assert 'href="/en/policies/"' in client.get("/en/calls/").content.decode()
