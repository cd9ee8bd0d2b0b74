"""The number of an application, such as ZSBZ-2026-431025-0007, given by the one statement that submits it.

Letters and year are the call's, the division is the firm's, the last figure counts the call's applications whatever
their division, without a gap. The counter's row is locked by that statement alone, the last one of its transaction:
what rolls back gives its number back.

The same statement decides whether the application is in time: opens_at <= now() < closes_at, by the clock of the
database. now() is the moment the transaction began, so who came in time and then waited for the lock is in time, and
number, step and receipt bear one and the same moment. See docs/decisions/0012-one-statement-submits.md.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from subsidies.enums import State
from subsidies.models import Application
from subsidies.models.call import USUAL_PREFIX

WHOLE_CITY = "431000"  # for a firm whose county is not known

IN_TIME = """
    SELECT id FROM subsidies_call
    WHERE id = %(call)s AND published_at IS NOT NULL AND opens_at <= {now} AND {now} < closes_at
"""
COUNT = """
    INSERT INTO common_counter (name, value) SELECT %(series)s, 1 FROM ({in_time}) AS open_call WHERE true
    ON CONFLICT (name) DO UPDATE SET value = common_counter.value + 1 RETURNING value
"""
SUBMIT = """
    UPDATE subsidies_application
    SET number = {number}, first_submitted_at = {first}, state = %(state)s, state_since = {now}, state_reason = '',
        due_on = %(due_on)s,
        submitted_by_id = %(by)s, recommender_id = %(recommender)s, once_key = %(once_key)s, version = version + 1
"""
FIRST_ON_POSTGRESQL = (
    f"WITH given AS ({COUNT.format(in_time=IN_TIME)}) {SUBMIT} FROM given WHERE id = %(id)s RETURNING number"
).format(
    now="now()",
    first="now()",
    number="%(start)s || lpad(given.value::text, greatest(4, length(given.value::text)), '0')",
)
AGAIN_ON_POSTGRESQL = (
    f"WITH open_call AS ({IN_TIME}) {SUBMIT} FROM open_call WHERE subsidies_application.id = %(id)s RETURNING number"
).format(now="now()", first="first_submitted_at", number="number")

# SQLite lets one transaction write at a time, so there the lock is the whole transaction's in any case.
COUNT_ON_SQLITE = COUNT.format(in_time=IN_TIME).format(now="%(now)s")
IN_TIME_ON_SQLITE = IN_TIME.format(now="%(now)s")
FIRST_ON_SQLITE = f"{SUBMIT} WHERE id = %(id)s RETURNING number".format(
    now="%(now)s", first="%(now)s", number="%(start)s || printf('%%04d', %(value)s)"
)
AGAIN_ON_SQLITE = f"{SUBMIT} WHERE id = %(id)s RETURNING number".format(
    now="%(now)s", first="first_submitted_at", number="number"
)


def moment_of_transaction() -> datetime:
    """The moment that decides over lateness; on PostgreSQL the same throughout a transaction. One query."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def submit_row(application: Application, *, by: int, moment: datetime) -> str | None:
    """Submit the locked row: state, signature, time, and the next number, or the one it has from before.

    None, and nothing is done, when the call is not open. `moment` is moment_of_transaction(), which PostgreSQL knows
    by itself.
    """
    values = values_of(application, by=by, moment=moment)
    has_number = application.number is not None
    if connection.vendor == "postgresql":
        return _one(AGAIN_ON_POSTGRESQL if has_number else FIRST_ON_POSTGRESQL, values)
    value = _one(IN_TIME_ON_SQLITE if has_number else COUNT_ON_SQLITE, values)
    if value is None:
        return None
    return _one(AGAIN_ON_SQLITE if has_number else FIRST_ON_SQLITE, {**values, "value": value})


def values_of(application: Application, *, by: int, moment: datetime) -> dict[str, Any]:
    return {
        "id": application.pk,
        "call": application.call_id,
        "series": series_of(application),
        "start": f"{series_of(application)}-{application.organisation.registered_division_id or WHOLE_CITY}-",
        "state": State.RECOMMENDATION.value,
        "by": by,
        "recommender": application.recommender_id,
        "once_key": application.once_key,
        "due_on": connection.ops.adapt_datefield_value(application.due_on),
        "now": connection.ops.adapt_datetimefield_value(moment),
    }


def series_of(application: Application) -> str:
    """What counts together: the letters and the year, which no two calls share; also the name of the counter."""
    call = application.call
    return f"{call.number_prefix or USUAL_PREFIX}-{call.year}"


def _one(statement: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row and row[0]
