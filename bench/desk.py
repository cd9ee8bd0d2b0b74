"""The start page of the desk with ten open applications and with ten thousand: it is to open as fast."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial

from django.contrib.auth.models import Group
from django.db import connection, transaction

from accounts.enums import PersonKind
from accounts.models import User
from accounts.roles import sync_groups
from bench.applications import drafts, open_call
from bench.measuring import expect, wall_ms
from bench.results import Result
from chenzhou_pilot.desk_cases import case_lists
from common.calendar import shanghai_today
from subsidies.enums import State
from subsidies.models import Application

FEW, MANY = 10, 10_000
TIMES = 30
STATES = (State.ACCEPTANCE, State.FORM_CHECK, State.CORRECTION, State.CHECKED, State.REVIEWED)
GOAL = 1.5
# The triggers hold an application to its way: the copies are past ones, set down where they stood.
COPIES = """
    INSERT INTO subsidies_application ({columns})
    SELECT {values} FROM subsidies_application, generate_series(1, %(count)s) AS n WHERE id = %(sample)s
"""
OWN = {
    "id": "nextval(pg_get_serial_sequence('subsidies_application', 'id'))",
    "public_id": "gen_random_uuid()",
    "number": "'DESK-' || %(state)s || '-' || %(first)s + n",
    "once_key": "'desk:' || %(state)s || '-' || %(first)s + n",
    "state": "%(state)s",
    "due_on": "%(today)s::date + (n %% 20)::int",
    "first_submitted_at": "now()",
    "submitted_by_id": "started_by_id",
}


def measure_desk() -> list[Result]:
    """In a transaction that is taken back: whatever else is measured finds the database as it was."""
    with transaction.atomic():
        head = _section_head()
        now = datetime.now(UTC)
        call = open_call(now - timedelta(days=1), now + timedelta(days=1))
        (draft,) = drafts(call, 1, with_tokens=False)
        _copy(draft.application, FEW)
        few = wall_ms(partial(case_lists, head), time.perf_counter, TIMES)
        _copy(draft.application, MANY - FEW)
        many = wall_ms(partial(case_lists, head), time.perf_counter, TIMES)
        expect(case_lists(head)[0].count_text == "99+", "the desk counts what waits")
        transaction.set_rollback(True)
    detail = f"{MANY:,} open applications, beside {FEW}"
    return [Result("desk, start page", many, "ms", detail, few, f"with {FEW}", GOAL)]


def _section_head() -> User:
    sync_groups()
    user = User.objects.create_user("desk@example.org")
    user.groups.set(Group.objects.filter(name=PersonKind.SECTION_HEAD.value))
    return User.objects.get(pk=user.pk)


def _copy(sample: Application, count: int) -> None:
    columns = [field.column for field in Application._meta.concrete_fields]
    statement = COPIES.format(columns=", ".join(columns), values=", ".join(OWN.get(each, each) for each in columns))
    before = Application.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for state in STATES:
            facts = {"count": count // len(STATES), "sample": sample.pk, "today": shanghai_today(), "first": before}
            cursor.execute(statement, {**facts, "state": state.value})
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE subsidies_application")
    expect(Application.objects.count() - before == count, f"{count} copies are made")
