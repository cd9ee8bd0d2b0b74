import threading

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from common.numbering import next_value


@pytest.mark.django_db
def test_numbers_run_from_one_under_each_name(django_assert_num_queries):
    with django_assert_num_queries(4):
        numbers = [next_value("base-2026"), next_value("base-2026"), next_value("base-2027"), next_value("base-2026")]

    assert numbers == [1, 2, 1, 3]


@pytest.mark.django_db(transaction=True)
def test_a_number_is_given_again_when_its_transaction_fails():
    @transaction.atomic
    def take_and_stop() -> None:
        next_value("base")
        raise RuntimeError("stop")

    with transaction.atomic():
        next_value("base")
    with pytest.raises(RuntimeError, match="stop"):
        take_and_stop()

    with transaction.atomic():
        assert next_value("base") == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_is_refused_outside_a_transaction():
    with pytest.raises(TransactionManagementError, match="needs a transaction"):
        next_value("base")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_get_different_numbers_without_a_gap():
    given: list[int] = []

    def take() -> None:
        for _ in range(10):
            with transaction.atomic():
                given.append(next_value("base"))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == list(range(1, 41))
