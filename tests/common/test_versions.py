import threading

import pytest
from django.db import connection, transaction

from common import versions
from common.models import DataVersion

pytestmark = pytest.mark.django_db


def test_every_bump_gives_a_token_never_seen_before():
    tokens = [versions.current("registry")]
    for _ in range(3):
        versions.bump("registry")
        tokens.append(versions.current("registry"))

    assert len(set(tokens)) == 4


def test_the_part_for_names_outlives_all_edits_but_those_of_names():
    first = versions.current("registry")

    versions.bump("registry")
    second = versions.current("registry")
    versions.bump("registry", of_names=True)
    third = versions.current("registry")

    assert versions.names_of(first) == versions.names_of(second) != versions.names_of(third)
    assert len({first, second, third}) == 3


def test_the_part_for_what_follows_is_renewed_with_it_and_with_names_alone(told):
    first = versions.current("news")
    versions.bump("news", 1)
    second = versions.current("news")
    versions.follow("news", lambda keys: True)
    versions.bump("news", 1)
    third = versions.current("news")
    versions.bump("news", of_names=True)
    fourth = versions.current("news")

    followed = [versions.followed_of(token) for token in (first, second, third, fourth)]
    assert followed[0] == followed[1]
    assert len(set(followed)) == 3
    assert [versions.names_of(token) == versions.names_of(first) for token in (second, third, fourth)] == [
        True,
        True,
        False,
    ]
    assert len({first, second, third, fourth}) == 4


def test_one_edit_of_names_in_a_block_renews_the_part_for_names():
    first = versions.current("registry")

    with versions.at_the_end():
        versions.bump("registry", of_names=True)
        versions.bump("registry")

    assert versions.names_of(versions.current("registry")) != versions.names_of(first)


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


def test_the_bumps_of_a_block_are_written_once_when_it_ends(django_assert_num_queries):
    before = versions.current("registry")

    with django_assert_num_queries(3), versions.at_the_end():  # a savepoint around one bump
        versions.bump("registry")
        with versions.at_the_end():
            versions.bump("registry")
        versions.bump("registry")

    assert versions.current("registry") != before


def test_a_block_without_bumps_changes_nothing():
    before = versions.current("registry")

    with versions.at_the_end():
        pass

    assert versions.current("registry") == before


def test_a_block_that_fails_writes_no_bump_and_undoes_its_changes():
    @versions.at_the_end()
    def bump_and_stop() -> None:
        DataVersion.objects.create(name="news", token="1")
        versions.bump("registry")
        raise RuntimeError("stop")

    before = versions.current("registry")
    with pytest.raises(RuntimeError, match="stop"):
        bump_and_stop()

    assert versions.current("registry") == before
    assert not DataVersion.objects.filter(name="news").exists()


def test_who_reads_inside_a_block_reads_the_version_to_come():
    before = versions.current("registry")

    with versions.at_the_end():
        versions.bump("registry")
        inside = versions.current("registry")

    assert versions.current("registry") == inside != before


@pytest.fixture
def told():
    """What a follower of the news is told, each time with the token that holds by then."""
    calls = []
    versions.follow("news", lambda keys: bool(calls.append((sorted(keys), versions.current("news")))))
    yield calls
    versions.follow("news", lambda keys: False)


def test_who_follows_learns_of_the_changed_rows_after_the_new_token(told):
    before = versions.current("news")

    versions.bump("news", 3, 1)

    assert told == [([1, 3], versions.current("news"))]
    assert versions.current("news") != before


def test_who_follows_learns_of_the_rows_of_a_block_once_when_it_ends(told):
    with versions.at_the_end():
        versions.bump("news", 1)
        versions.bump("news", 2, 1)
        versions.bump("news")
        assert told == []

    assert told == [([1, 2], versions.current("news"))]


def test_who_reads_inside_a_block_reads_what_follows_from_it_too(told):
    with versions.at_the_end():
        versions.bump("news", 1)
        inside = versions.current("news")
        assert told == [([1], inside)]

    assert told == [([1], inside)]


def test_a_bump_without_keys_is_told_to_nobody(told):
    versions.bump("news")

    assert told == []


def test_a_renewal_does_not_wait_for_the_end_of_a_block():
    with versions.at_the_end():
        before = versions.current("registry")
        versions.renew("registry")
        assert versions.current("registry") != before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_another_writer_need_not_wait_for_the_end_of_a_block():
    before = versions.current("registry")
    seen = []

    def bump_elsewhere() -> None:
        versions.bump("registry")
        seen.append(versions.current("registry"))
        connection.close()

    other = threading.Thread(target=bump_elsewhere)
    with versions.at_the_end():
        versions.bump("registry")
        other.start()
        other.join(timeout=3)
        meanwhile = list(seen)

    assert len({before, *meanwhile, versions.current("registry")}) == 3
