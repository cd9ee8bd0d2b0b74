"""The helper of walks through the procedure: the database keeps step with the process, however long a walk lasts."""

from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
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
