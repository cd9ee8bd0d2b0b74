"""The helper of walks through the procedure: the database keeps step with the process, however long a walk lasts."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from time import sleep

import pytest
from django.db import connection
from django.utils import timezone

from tests.plain_sql import rows, run
from tests.turned_clock import turned_clock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_a_transaction_that_lasts_does_not_leave_the_clock_of_the_database_behind():
    with turned_clock(datetime(2025, 9, 22, 2, tzinfo=UTC)) as clock:
        run("SELECT pg_sleep(1)")
        sleep(0.1)
        clock.forward(1)

        ((moment,),) = rows("SELECT turned.now()")

        assert abs(timezone.now() - moment) < timedelta(seconds=0.9)


@pytest.mark.django_db(transaction=True)
def test_the_clock_is_turned_between_the_works_of_others():
    with turned_clock(datetime(2025, 9, 22, 2, tzinfo=UTC)) as clock:
        before = timezone.now()
        with clock.standing():
            other = Thread(target=turn, args=(clock,))
            other.start()
            other.join(timeout=0.2)
            assert other.is_alive()
            assert timezone.now() - before < timedelta(hours=1)

        other.join()
        assert timezone.now() - before >= timedelta(days=1)


def turn(clock):
    clock.forward(1)
    connection.close()
