"""A clock set back, for demonstration data that has had to happen before today: in the site and in PostgreSQL.

SQLite is told the moment by the site. The journal is not set back: it says when the command wrote what it wrote.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.db import connection
from django.utils import timezone

from common.calendar import SHANGHAI

MORNING = time(10)
# now() is looked for in this schema first; it is gone again before the transaction ends.
SET_BACK = """
    SELECT set_config('search_path', 'demo_clock, ' || current_schema() || ', pg_catalog', true);
    CREATE SCHEMA demo_clock;
    CREATE FUNCTION demo_clock.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT timestamptz ''{moment}'''
"""
SET_RIGHT = """
    SELECT set_config('search_path', %s, true);
    DROP SCHEMA demo_clock CASCADE
"""


@contextmanager
def morning_of(day: date) -> Iterator[None]:
    """It is ten in Shanghai on that day. Inside one transaction, so that all is right again whatever happens."""
    moment = datetime.combine(day, MORNING, SHANGHAI)
    real = timezone.now
    timezone.now = lambda: moment
    try:
        with _database_clock(moment):
            yield
    finally:
        timezone.now = real


@contextmanager
def _database_clock(moment: datetime) -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        usual = cursor.fetchone()[0]
        cursor.execute(SET_BACK.format(moment=moment.isoformat()))
    yield
    with connection.cursor() as cursor:
        cursor.execute(SET_RIGHT, [usual])
