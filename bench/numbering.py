"""The statement that numbers applications, through Django and by bare psycopg2 in turns: many writers, one call."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection, transaction

from bench.applications import drafts, open_call
from bench.bare import connect
from bench.measuring import expect
from bench.results import Result
from common.models import Counter
from subsidies.enums import Action, State
from subsidies.models import Application, ApplicationStep
from subsidies.numbering import FIRST_ON_POSTGRESQL, submit_row, values_of

WRITERS = 8
ROUNDS = 5
EACH = 40  # submissions of one writer in one round
GOAL = 0.85

Work = Callable[[list[Application]], None]


def measure_numbering(each: int = EACH) -> list[Result]:
    now = datetime.now(UTC)
    call = open_call(now - timedelta(days=1), now + timedelta(days=1))
    made = drafts(call, 2 * ROUNDS * WRITERS * each, with_tokens=False)
    _write_steps([draft.application for draft in made])
    rows = Application.objects.select_related("call", "organisation").order_by("pk")
    batches = _batches([_ready(row) for row in rows.filter(pk__in=[draft.application.pk for draft in made])], each)
    rates: dict[Work, list[float]] = {through_django: [], by_psycopg2: []}
    for _round in range(ROUNDS):
        for work, found in rates.items():
            found.append(rate(work, [next(batches) for _writer in range(WRITERS)]))
    check_numbers(call.pk, len(made))
    ours, bare = (median(found) for found in rates.values())
    return [
        Result(
            "numbering on one call",
            ours,
            "per second",
            f"{WRITERS} writers, {len(made):,} numbers, no gap",
            limit=bare,
            limit_is="bare psycopg2, the same statement",
            goal=GOAL,
            more_is_better=True,
        )
    ]


def _write_steps(rows: list[Application]) -> None:
    """The step that the database wants to find before it lets an application move."""
    ApplicationStep.objects.bulk_create(
        ApplicationStep(
            application=row,
            action=Action.SUBMIT,
            from_state=row.state,
            to_state=State.RECOMMENDATION,
            by=row.started_by,
            version=row.version + 1,
        )
        for row in rows
    )


def _ready(row: Application) -> Application:
    row.once_key = f"bench:{row.pk}"
    return row


def _batches(rows: list[Application], each: int) -> Iterator[list[Application]]:
    for start in range(0, len(rows), each):
        yield rows[start : start + each]


# ---------------------------------------------------------------- the two ways
def through_django(rows: list[Application]) -> None:
    for row in rows:
        with transaction.atomic():
            number = submit_row(row, by=row.started_by_id, moment=datetime.now(UTC))
        expect(number is not None, "an application in time was refused")


def by_psycopg2(rows: list[Application]) -> None:
    with closing(connect()) as bare:
        for row in rows:
            with bare.cursor() as cursor:
                cursor.execute(FIRST_ON_POSTGRESQL, values_of(row, by=row.started_by_id, moment=datetime.now(UTC)))
                number = cursor.fetchone()
            bare.commit()
            expect(number is not None, "an application in time was refused")


# ---------------------------------------------------------------- together
def rate(work: Work, batches: list[list[Application]]) -> float:
    """Numbers a second of so many processes at once, from their common start to the end of the last one."""
    connection.close()
    together = multiprocessing.get_context("fork")
    start, ends = together.Barrier(len(batches) + 1), together.SimpleQueue()
    writers = [together.Process(target=_write, args=(work, batch, start, ends)) for batch in batches]
    for writer in writers:
        writer.start()
    start.wait()
    began = time.monotonic()
    for writer in writers:
        writer.join()
    expect(all(writer.exitcode == 0 for writer in writers), "a writer met an error")
    last = max(ends.get() for _writer in writers)
    return sum(map(len, batches)) / (last - began)


def _write(work: Work, batch: list[Application], start: Any, ends: Any) -> None:
    connection.ensure_connection()
    start.wait()
    work(batch)
    ends.put(time.monotonic())


def check_numbers(call: int, count: int) -> None:
    numbers = Application.objects.filter(call=call).exclude(number=None).values_list("number", flat=True)
    tails = [int(str(number).rpartition("-")[2]) for number in numbers]
    expect(sorted(tails) == list(range(1, count + 1)), "the numbers have a gap or repeat")
    expect(Counter.objects.filter(value=count, name__startswith="ZSBZ").exists(), "the counter is not where it should")
