import pytest
from django.db import transaction

from common import versions
from common.models import DataVersion

pytestmark = pytest.mark.django_db


def test_every_bump_gives_a_token_never_seen_before():
    tokens = [versions.current("registry")]
    for _ in range(3):
        versions.bump("registry")
        tokens.append(versions.current("registry"))

    assert len(set(tokens)) == 4


def test_a_name_without_a_version_gets_one_that_stays():
    first = versions.current("news")

    assert len(first) == 32
    assert versions.current("news") == first


def test_a_bump_is_undone_with_its_transaction():
    @transaction.atomic
    def bump_and_stop() -> None:
        versions.bump("registry")
        raise RuntimeError("stop")

    before = versions.current("registry")
    with pytest.raises(RuntimeError, match="stop"):
        bump_and_stop()

    assert versions.current("registry") == before


def test_reading_and_bumping_cost_one_query_each(django_assert_num_queries):
    versions.bump("registry")

    with django_assert_num_queries(1):
        versions.current("registry")
    with django_assert_num_queries(1):
        versions.bump("registry")
    assert DataVersion.objects.filter(name="registry").count() == 1
