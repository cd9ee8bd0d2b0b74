"""The due day that the database keeps is the one that the clocks compute from the steps."""

from datetime import date, datetime
from importlib import import_module
from threading import Event, Thread
from time import sleep

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from common import journal
from common.models import CalendarDay, JournalEntry
from subsidies import accepting, correcting
from subsidies.clocks import current_clock, recompute_due_days
from subsidies.due import overdue, soon
from subsidies.enums import Action, State
from subsidies.models import Application
from subsidies.submitting import submit
from subsidies.withdrawing import withdraw
from subsidies.workflow import move
from tests.factories_steps import drawn
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, person_of, put
from tests.subsidies.desk import ask_for_correction, clerk, section_head
from tests.subsidies.signing import ready

pytestmark = pytest.mark.django_db
FIRST = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


@pytest.fixture
def clock():
    with time_machine.travel(FIRST, tick=False) as traveller:
        yield traveller


def kept(application):
    row = Application.objects.get(pk=application.pk)
    clock = current_clock(row)
    assert row.due_on == (clock.due_on if clock else None)
    return row.due_on


def accepted():
    """A form check that began on Monday, 2 March 2026: ten working days."""
    application = ApplicationFactory(state=State.ACCEPTANCE)
    return accepting.accept(application, by=clerk())


def test_a_submission_has_the_due_day_of_the_recommendation():
    submitted = submit(*ready()).application

    assert kept(submitted) == current_clock(submitted).due_on is not None


def test_each_move_leaves_the_due_day_of_the_stage_it_leads_to(clock):
    application = accepted()
    assert kept(application) == date(2026, 3, 16)

    clock.move_to(datetime.fromisoformat("2026-03-05T09:00:00+08:00"))
    ask_for_correction(application, materials=["A01"])
    assert kept(application) == application.corrections.get().due_on == date(2026, 3, 12)

    clock.move_to(datetime.fromisoformat("2026-03-09T09:00:00+08:00"))
    signatory = person_of(application.organisation)
    correcting.answered(application, by=signatory, at=timezone.now())
    application = move(application, Action.RESUBMIT, by=signatory)
    assert kept(application) == date(2026, 3, 18)  # three days were used before

    withdraw(application, by=signatory, reason="不再申报")
    assert kept(application) is None


def test_a_review_has_the_time_that_the_call_gives_it(clock):
    content = {**SMALL_CONTENT, "periods": {"review": {"length": 7}}}
    application = ApplicationFactory(state=State.CHECKED, call=CallFactory(content=content))
    drawn(application)

    application = move(application, Action.BEGIN_REVIEW, by=section_head())

    assert kept(application) == date(2026, 3, 11)


def test_a_stage_without_a_length_has_no_due_day(clock):
    content = {**SMALL_CONTENT, "periods": {"review": {"length": 0}}}
    application = ApplicationFactory(state=State.CHECKED, call=CallFactory(content=content))
    drawn(application)

    assert move(application, Action.BEGIN_REVIEW, by=section_head()).due_on is None


def test_a_move_within_the_journal_does_not_speak_of_the_due_day(clock):
    application = accepted()

    entries = JournalEntry.objects.filter(object_type="subsidies.application", object_id=str(application.pk))
    assert not any("due_on" in entry.changes for entry in entries)


def test_a_day_off_that_staff_enter_moves_what_it_lies_in(clock):
    application, closed = accepted(), accepted()
    closed = withdraw(closed, by=person_of(closed.organisation), reason="不再申报")

    CalendarDay.objects.create(on=date(2026, 3, 4), is_working=False, note="停工")
    assert (kept(application), kept(closed)) == (date(2026, 3, 17), None)

    CalendarDay.objects.get(on=date(2026, 3, 4)).delete()
    assert kept(application) == date(2026, 3, 16)

    CalendarDay.objects.create(on=date(2026, 3, 17), is_working=False, note="停工")
    assert kept(application) == date(2026, 3, 16)


def test_many_due_days_are_computed_anew_under_one_entry(clock, django_assert_num_queries):
    applications = [accepted() for _ in range(3)]
    for application in applications:
        put(application, due_on=date(2026, 3, 20))

    with django_assert_num_queries(12) as asked:
        assert recompute_due_days(date(2026, 3, 2)) == 3

    assert JournalEntry.objects.filter(action="recompute", object_type="subsidies.application").count() == 1
    assert [kept(each) for each in applications] == [date(2026, 3, 16)] * 3
    for application in applications[:1]:
        put(application, due_on=date(2026, 3, 20))
    with django_assert_num_queries(len(asked)):
        recompute_due_days(date(2026, 3, 2))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_move_made_while_due_days_are_computed_keeps_its_own():
    """Needs row locks, hence PostgreSQL."""
    application = accepted()
    put(application, due_on=date(2099, 1, 1))
    signatory, is_moved = person_of(application.organisation), Event()

    def move_slowly():
        with transaction.atomic():
            withdraw(application, by=signatory, reason="不再申报")
            is_moved.set()
            sleep(0.5)
        connection.close()

    mover = Thread(target=move_slowly)
    mover.start()
    is_moved.wait(timeout=30)
    recompute_due_days(date(2026, 3, 2))
    mover.join()

    assert Application.objects.get(pk=application.pk).due_on is None


@pytest.mark.parametrize(
    ("today", "is_overdue", "is_soon"),
    [
        ("2026-03-10", False, False),
        ("2026-03-11", False, True),  # three working days before
        ("2026-03-16", False, True),  # the last day itself
        ("2026-03-17", True, False),
    ],
)
def test_due_soon_and_overdue_are_asked_of_the_database(clock, today, is_overdue, is_soon):
    application = accepted()
    clock.move_to(datetime.fromisoformat(f"{today}T09:00:00+08:00"))

    running = current_clock(application)
    assert Application.objects.filter(overdue()).exists() == is_overdue == running.is_overdue
    assert Application.objects.filter(soon()).exists() == is_soon


def test_what_ended_on_a_friday_is_overdue_on_saturday(clock):
    application = accepted()
    put(application, due_on=date(2026, 3, 13))
    clock.move_to(datetime.fromisoformat("2026-03-14T09:00:00+08:00"))

    assert Application.objects.filter(overdue()).exists()


def test_the_migration_fills_what_is_under_way(clock):
    application = accepted()
    put(application, due_on=None)

    with journal.bulk("migrate", Application, "0010"):
        import_module("subsidies.migrations.0010_due_day").fill(apps, None)

    assert kept(application) == date(2026, 3, 16)


def test_the_migration_gives_a_correction_the_day_that_its_firm_was_told(clock):
    application, other = accepted(), accepted()
    asked = ask_for_correction(application, materials=["A01"])
    put(application, due_on=date(2026, 3, 6))

    with journal.bulk("migrate", Application, "0055"):
        import_module("subsidies.migrations.0055_due_days_of_corrections").align(apps, None)

    assert (kept(application), kept(other)) == (asked.due_on, date(2026, 3, 16))
