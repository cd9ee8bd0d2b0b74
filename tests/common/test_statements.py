import pytest
from django.db import connection, transaction

from common.models import DataVersion
from common.statements import Prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def token():
    return Prepared("SELECT token FROM common_dataversion WHERE name = %s")


def test_a_prepared_statement_costs_one_query_from_the_first_run_on(token, django_assert_num_queries):
    DataVersion.objects.create(name="news", token="1")

    for _ in range(2):
        with django_assert_num_queries(1):
            assert token.row("news") == ("1",)


def test_a_prepared_statement_takes_its_values_anew_and_sees_every_change(token):
    DataVersion.objects.create(name="news", token="1")
    DataVersion.objects.create(name="it's; --", token="2")

    assert [token.row("news"), token.row("it's; --"), token.row("none")] == [("1",), ("2",), None]
    DataVersion.objects.filter(name="news").update(token="3")
    assert token.row("news") == ("3",)


def test_a_statement_that_was_prepared_in_an_undone_transaction_goes_on(token):
    def prepare_and_stop() -> None:
        with transaction.atomic():
            token.row("news")
            raise RuntimeError("stop")

    DataVersion.objects.create(name="news", token="1")
    with pytest.raises(RuntimeError, match="stop"):
        prepare_and_stop()

    assert token.row("news") == ("1",)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_anew(token):
    DataVersion.objects.create(name="news", token="1")
    token.row("news")
    connection.close()

    assert token.row("news") == ("1",)
