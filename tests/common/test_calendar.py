import os
import time
from datetime import UTC, date, datetime

import pytest
import time_machine

from common import journal
from common.calendar import (
    PeriodEnd,
    WorkingDay,
    WorkingDayCount,
    add_working_days,
    is_working_day,
    shanghai_day,
    shanghai_today,
    working_days_between,
)
from common.models import CalendarDay

pytestmark = pytest.mark.django_db

# Publicity periods of five working days as bureaux really set them; the sources stand in the domain notes, 3.2.
DATED_PERIODS = [
    ("2018-09-18", "2018-09-25"),
    ("2019-05-29", "2019-06-04"),
    ("2022-01-05", "2022-01-11"),
    ("2024-02-28", "2024-03-05"),
    ("2024-10-22", "2024-10-28"),
    ("2025-08-20", "2025-08-26"),
    ("2026-03-02", "2026-03-06"),
    ("2023-07-31", "2023-08-04"),
    ("2025-08-13", "2025-08-19"),
]
GOLDEN_ENDS = [
    ("2026-09-18", "2026-09-23"),
    ("2026-09-30", "2026-10-12"),
    ("2026-02-12", "2026-02-25"),
    ("2026-02-28", "2026-03-05"),
    ("2026-04-30", "2026-05-09"),
    ("2025-12-30", "2026-01-06"),
]


@pytest.fixture
def staff_row():
    """Rows are journalled, so they need somebody or something to have made them."""

    def make(on: str, is_working: bool, document_number: str = "") -> None:
        with journal.acting(source="test"):
            CalendarDay.objects.create(
                on=date.fromisoformat(on), is_working=is_working, document_number=document_number
            )

    return make


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/Los_Angeles"])
def process_zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("first", "last"), DATED_PERIODS + GOLDEN_ENDS)
def test_five_working_days_end_where_bureaux_ended_them(first, last):
    end = add_working_days(date.fromisoformat(first), 5, count_first_day=True)

    assert end == PeriodEnd(date.fromisoformat(last), False)


@pytest.mark.parametrize(("first", "last"), DATED_PERIODS)
def test_dated_periods_hold_five_working_days_and_four_without_the_first(first, last):
    start, end = date.fromisoformat(first), date.fromisoformat(last)

    assert working_days_between(start, end) == WorkingDayCount(5, False)
    assert add_working_days(start, 4, count_first_day=False) == PeriodEnd(end, False)


def test_the_answers_do_not_depend_on_the_zone_of_the_process(process_zone):
    assert time.tzname[0] == {"UTC": "UTC", "Asia/Shanghai": "CST", "America/Los_Angeles": "PST"}[os.environ["TZ"]]
    assert add_working_days(date(2026, 9, 30), 5, count_first_day=True) == PeriodEnd(date(2026, 10, 12), False)


@pytest.mark.parametrize(
    ("moment", "today"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, 0, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_today_changes_at_midnight_in_shanghai(process_zone, moment, today):
    with time_machine.travel(moment, tick=False):
        assert shanghai_today() == today
    assert shanghai_day(moment) == today


def test_a_date_is_its_own_day_in_shanghai():
    assert shanghai_day(date(2026, 3, 1)) == date(2026, 3, 1)


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_make_up_days_of_2026_are_working_days(day):
    assert is_working_day(date.fromisoformat(day)) == WorkingDay(True, False)


def test_a_published_holiday_is_no_working_day():
    assert is_working_day(date(2026, 10, 1)) == WorkingDay(False, False)


@pytest.mark.parametrize(
    ("day", "is_working"), [(date(2027, 10, 1), True), (date(2027, 10, 2), False), (date(2003, 12, 31), True)]
)
def test_a_year_without_a_calendar_answers_by_weekday_and_provisionally(day, is_working):
    assert is_working_day(day) == WorkingDay(is_working, True)


def test_a_period_that_runs_into_a_year_without_a_calendar_is_provisional():
    assert add_working_days(date(2026, 12, 30), 2, count_first_day=True) == PeriodEnd(date(2026, 12, 31), False)
    assert add_working_days(date(2026, 12, 30), 3, count_first_day=True) == PeriodEnd(date(2027, 1, 1), True)
    assert working_days_between(date(2026, 12, 30), date(2027, 1, 4)) == WorkingDayCount(4, True)


def test_a_staff_row_changes_the_answer(staff_row):
    staff_row("2026-03-04", False)
    staff_row("2026-03-07", True)

    assert is_working_day(date(2026, 3, 4)) == WorkingDay(False, False)
    assert is_working_day(date(2026, 3, 7)) == WorkingDay(True, False)
    assert add_working_days(date(2026, 3, 2), 5, count_first_day=True) == PeriodEnd(date(2026, 3, 7), False)
    assert working_days_between(date(2026, 3, 2), date(2026, 3, 8)) == WorkingDayCount(5, False)


def test_a_row_with_a_document_number_publishes_its_year(staff_row):
    staff_row("2027-01-01", False, "国办发明电〔2026〕9号")

    assert is_working_day(date(2027, 1, 1)) == WorkingDay(False, False)
    assert is_working_day(date(2027, 12, 31)) == WorkingDay(True, False)
    assert is_working_day(date(2028, 1, 3)) == WorkingDay(True, True)
    assert add_working_days(date(2027, 6, 1), 1, count_first_day=True) == PeriodEnd(date(2027, 6, 1), False)


def test_a_row_without_a_document_number_answers_and_stays_provisional(staff_row):
    staff_row("2027-01-01", False)

    assert is_working_day(date(2027, 1, 1)) == WorkingDay(False, True)


def test_a_period_begins_on_the_first_working_day():
    assert add_working_days(date(2026, 3, 7), 1, count_first_day=True) == PeriodEnd(date(2026, 3, 9), False)
    assert add_working_days(date(2026, 3, 7), 1, count_first_day=False) == PeriodEnd(date(2026, 3, 9), False)
    assert add_working_days(date(2026, 3, 9), 1, count_first_day=False) == PeriodEnd(date(2026, 3, 10), False)


@pytest.mark.parametrize("days", [0, -1, 2001])
def test_a_period_has_one_to_two_thousand_days(days):
    with pytest.raises(ValueError, match="A period has 1 to 2000 working days"):
        add_working_days(date(2026, 3, 2), days, count_first_day=True)


def test_the_longest_period_and_the_end_of_time_are_answered():
    assert add_working_days(date(2026, 1, 1), 2000, count_first_day=True).is_provisional
    with pytest.raises(ValueError, match="9999"):
        add_working_days(date(9999, 12, 31), 2, count_first_day=True)


def test_counting_backwards_is_zero_and_a_century_is_refused():
    assert working_days_between(date(2026, 3, 6), date(2026, 3, 2)) == WorkingDayCount(0, False)
    with pytest.raises(ValueError, match="20 years"):
        working_days_between(date(1926, 3, 6), date(2026, 3, 2))


def test_a_long_period_asks_the_table_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        add_working_days(date(2024, 1, 2), 500, count_first_day=True)
    with django_assert_num_queries(1):
        working_days_between(date(2024, 1, 2), date(2026, 1, 2))
