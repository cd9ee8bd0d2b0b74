"""Who is late is decided to the microsecond by one clock, the database's, whatever the zone of the process.

On SQLite that clock is the process's, so the tests stop it a microsecond before midnight in Shanghai; PostgreSQL's
stands still for the length of the transaction that a test is.
"""

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from common.calendar import shanghai_day
from subsidies.enums import State
from subsidies.models import Application, Correction, Submission
from subsidies.numbering import moment_of_transaction, submit_row
from subsidies.submitting import resubmit, submit
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import put, record
from tests.subsidies.signing import ready

pytestmark = pytest.mark.django_db

MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
BEFORE_MIDNIGHT = datetime(2026, 11, 30, 15, 59, 59, 999_999, UTC)
ZONES = ["UTC", "America/New_York", "Asia/Shanghai"]


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    """The process in this zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def _stopped_clock():
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False):
        yield


def a_draft(opens, closes):
    """An application, and the person to sign it, under a call of this window."""
    application, signatory = ready(call__opens_at=opens, call__closes_at=closes)
    return application, signatory


def is_submitted(application, signatory):
    try:
        submit(application, signatory)
    except MoveRefused as refused:
        if refused.code != "late":
            raise
    row = Application.objects.get(pk=application.pk)
    assert (row.number is None) == (row.state == State.DRAFT) == (not Submission.objects.exists())
    return row.state == State.RECOMMENDATION


@pytest.mark.parametrize(
    ("opens_after", "closes_after", "is_in_time"),
    [
        (-DAY, MICROSECOND, True),
        (-DAY, timedelta(0), False),
        (-DAY, -MICROSECOND, False),
        (timedelta(0), DAY, True),
        (-MICROSECOND, DAY, True),
        (MICROSECOND, DAY, False),
    ],
)
def test_the_window_is_open_from_its_first_microsecond_and_closed_from_its_last(
    zone, opens_after, closes_after, is_in_time
):
    moment = moment_of_transaction()

    assert is_submitted(*a_draft(moment + opens_after, moment + closes_after)) == is_in_time


def test_one_microsecond_is_enough_to_be_in_time_and_the_record_says_which_one(zone):
    moment = moment_of_transaction()
    application, signatory = a_draft(moment, moment + MICROSECOND)

    submission = submit(application, signatory)

    assert submission.at == Application.objects.get(pk=application.pk).first_submitted_at == moment


def test_the_statement_itself_refuses_what_is_late_and_counts_nothing(zone):
    moment = moment_of_transaction()
    application, signatory = a_draft(moment - DAY, moment)
    application.once_key = "x"
    record(application, State.RECOMMENDATION)

    assert submit_row(application, by=signatory.pk, moment=moment) is None
    assert Application.objects.get(pk=application.pk).state == State.DRAFT

    application.call.closes_at = moment + MICROSECOND
    application.call.save()

    assert submit_row(application, by=signatory.pk, moment=moment) == "ZSBZ-2026-431025-0001"


def test_what_was_returned_after_the_close_cannot_come_again(zone):
    moment = moment_of_transaction()
    application, signatory = a_draft(moment - DAY, moment)
    put(application, number="ZSBZ-1", first_submitted_at=moment - MICROSECOND)
    application.number, application.once_key = "ZSBZ-1", "x"

    assert submit_row(application, by=signatory.pk, moment=moment) is None
    assert Application.objects.get(pk=application.pk).state == State.DRAFT


@pytest.mark.postgres
@pytest.mark.parametrize("wrong_by", [-DAY, DAY, timedelta(days=4000)], ids=str)
def test_the_clock_of_the_web_server_decides_nothing(wrong_by):
    moment = moment_of_transaction()
    in_time, late = a_draft(moment - DAY, moment + MICROSECOND), a_draft(moment - DAY, moment)

    with time_machine.travel(moment + wrong_by, tick=False):
        submit(*in_time)
        with pytest.raises(MoveRefused) as refused:
            submit(*late)

    assert refused.value.code == "late"
    assert Submission.objects.get().at == moment


def test_a_call_that_is_not_published_takes_nothing():
    moment = moment_of_transaction()
    application, signatory = ready(
        call__opens_at=moment - DAY, call__closes_at=moment + DAY, call__published_at=None, call__published_by=None
    )

    assert not is_submitted(application, signatory)


def test_a_correction_is_in_time_until_the_last_day_of_grace_ends_in_shanghai(zone):
    application, signatory = ready(state=State.CORRECTION)
    today = shanghai_day(moment_of_transaction())
    correction = Correction.objects.create(
        application=application, round=1, asked_by=UserFactory(), due_on=today, grace_until=today - DAY
    )

    with pytest.raises(MoveRefused) as refused:
        resubmit(application, signatory)
    correction.grace_until = today
    correction.save()
    submission = resubmit(application, signatory)

    assert refused.value.code == "late"
    assert submission.application.state == State.FORM_CHECK
