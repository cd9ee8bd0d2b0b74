import os
import time
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest
from django.utils import timezone
from time_machine import travel

from common import journal
from common.calendar import one_calendar
from common.models import CalendarDay
from subsidies import accepting, clocks, correcting
from subsidies.clocks import current_clock, period_end
from subsidies.content import Period
from subsidies.enums import Action, State
from subsidies.models import Application, ApplicationStep
from subsidies.workflow import move
from tests.common.test_calendar import DATED_PERIODS, GOLDEN_ENDS
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, person_of
from tests.subsidies.desk import ask_for_correction, clerk
from tests.worlds import parts

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/Los_Angeles"])
def process_zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def moment(day, hour=9):
    """Of 2026, as the clock on the wall in Chenzhou shows it."""
    return datetime.fromisoformat(f"2026-{day}T{hour:02}:00:00+08:00")


@pytest.fixture
def at(time_machine):
    def move_to(day, hour=9):
        time_machine.move_to(moment(day, hour), tick=False)
        return moment(day, hour)

    return move_to


def step(application, before, after, action, moment):
    return ApplicationStep.objects.create(
        application=application, from_state=before, to_state=after, action=action, at=moment
    )


def accepted(at, day):
    application = ApplicationFactory(state=State.ACCEPTANCE)
    step(application, "recommendation", "acceptance", Action.RECOMMEND, at(day))
    return accepting.accept(application, by=clerk())


class World(NamedTuple):
    of_monday: Application


def make_world() -> World:
    """An application whose form check began on Monday, 2 March."""
    with travel(moment("03-02"), tick=False):
        return World(accepted(moment, "03-02"))


(of_monday,) = parts(World)


@pytest.fixture
def application(at, of_monday):
    """On the day on which its form check began."""
    at("03-02")
    return of_monday


def resubmitted(application):
    """At the frozen moment, which the clock of PostgreSQL knows nothing of."""
    signatory = person_of(application.organisation)
    correcting.answered(application, by=signatory, at=timezone.now())
    return move(application, Action.RESUBMIT, by=signatory)


# ---------------------------------------------------------------- periods
@pytest.mark.parametrize(("first", "last"), DATED_PERIODS + GOLDEN_ENDS)
def test_a_period_that_counts_its_first_day_ends_as_bureaux_ended_it(process_zone, first, last):
    assert os.environ["TZ"] == process_zone
    assert period_end(Period(5, counts_first_day=True), date.fromisoformat(first)).on == date.fromisoformat(last)


@pytest.mark.parametrize(("first", "last"), DATED_PERIODS)
def test_the_same_periods_without_the_first_day_are_four_working_days(process_zone, first, last):
    assert period_end(Period(4), date.fromisoformat(first)).on == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("period", "last"),
    [
        (Period(5, "calendar_day"), "2026-10-05"),
        (Period(5, "calendar_day", counts_first_day=True), "2026-10-04"),
        (Period(0), "2026-09-30"),
    ],
)
def test_periods_of_calendar_days_and_of_none(period, last):
    assert period_end(period, date(2026, 9, 30)).on == date.fromisoformat(last)


# ---------------------------------------------------------------- clocks
def test_the_day_on_which_a_stage_begins_is_not_counted(process_zone, application):
    clock = current_clock(application)

    assert clock is not None
    assert (clock.stage, clock.used, clock.left, clock.due_on) == (State.FORM_CHECK, 0, 10, date(2026, 3, 16))


@pytest.mark.parametrize(("hour", "used"), [(0, 1), (9, 1), (23, 1)])
def test_a_day_is_a_day_in_shanghai_wherever_the_process_runs(at, process_zone, hour, used, application):
    at("03-03", hour)

    clock = current_clock(application)

    assert clock is not None
    assert clock.used == used


def test_holidays_and_working_sundays_count_as_the_calendar_says(at):
    application = accepted(at, "09-18")
    at("09-21")  # Sunday the 20th works

    clock = current_clock(application)

    assert clock is not None
    assert clock.used == 2


def test_the_bureaus_clock_stops_while_the_applicant_corrects_and_goes_on_afterwards(at, application):
    at("03-05")
    ask_for_correction(application, materials=["A01"])
    at("03-09")
    check, correction = clocks.clocks_of(application)[-2:]
    assert (check.stage, check.used, check.is_running, check.is_paused) == (State.FORM_CHECK, 3, False, True)
    assert (correction.stage, correction.used, correction.due_on) == (State.CORRECTION, 2, date(2026, 3, 12))

    application = resubmitted(application)
    at("03-11")

    clock = current_clock(application)
    assert clock is not None
    assert (clock.stage, clock.used, clock.left, clock.due_on) == (State.FORM_CHECK, 5, 5, date(2026, 3, 18))
    assert not clock.is_paused


def test_each_correction_has_a_time_of_its_own(at, application):
    by = clerk()
    ask_for_correction(application, materials=["A01"], by=by)
    at("03-06")
    application = resubmitted(application)
    ask_for_correction(application, materials=["A01"], by=by)
    at("03-09")

    clock = current_clock(application)

    assert clock is not None
    assert (clock.stage, clock.used, clock.left) == (State.CORRECTION, 1, 4)


def test_a_clock_that_has_run_out_says_by_how_much(at, application):
    at("03-18")

    clock = current_clock(application)

    assert clock is not None
    assert (clock.left, clock.is_overdue, clock.due_on) == (-2, True, date(2026, 3, 16))


def test_an_application_that_was_returned_begins_anew(at):
    application = ApplicationFactory(state=State.RECOMMENDATION)
    step(application, "draft", "recommendation", Action.SUBMIT, at("03-02"))
    step(application, "recommendation", "draft", Action.RETURN, at("03-06"))
    assert current_clock(application) is None
    step(application, "draft", "recommendation", Action.SUBMIT, at("03-09"))
    at("03-10")

    (clock,) = clocks.clocks_of(application)

    assert (clock.stage, clock.used, clock.left) == (State.RECOMMENDATION, 1, 9)


def test_first_days_count_where_the_call_says_so(at):
    content = {**SMALL_CONTENT, "periods": {"recommendation": {"length": 5, "counts_first_day": True}}}
    application = ApplicationFactory(state=State.RECOMMENDATION, call=CallFactory(content=content))
    step(application, "draft", "recommendation", Action.SUBMIT, at("03-02"))

    (clock,) = clocks.clocks_of(application)

    assert (clock.used, clock.due_on) == (1, date(2026, 3, 6))


def test_a_clock_of_calendar_days(at):
    content = {**SMALL_CONTENT, "periods": {"recommendation": {"length": 10, "unit": "calendar_day"}}}
    application = ApplicationFactory(state=State.RECOMMENDATION, call=CallFactory(content=content))
    step(application, "draft", "recommendation", Action.SUBMIT, at("10-01"))
    at("10-05")

    (clock,) = clocks.clocks_of(application)

    assert (clock.used, clock.left, clock.due_on) == (4, 6, date(2026, 10, 11))


def test_a_clock_into_a_year_without_a_calendar_is_provisional(at):
    application = accepted(at, "12-24")

    clock = current_clock(application)

    assert clock is not None
    assert clock.is_provisional


def test_nobodys_time_runs_in_a_draft_or_at_the_end(at, application):
    step(application, "form_check", "checked", Action.PASS_CHECK, at("03-04"))
    at("03-20")

    assert current_clock(application) is None
    assert clocks.clocks_of(application)[-1].used == 2
    assert clocks.clocks_of(ApplicationFactory()) == []


def test_a_list_reads_the_calendar_once(at, django_assert_num_queries):
    applications = [accepted(at, "03-02") for _ in range(3)]
    steps = {each.pk: list(each.steps.all()) for each in applications}
    for each in applications:
        each.call_version  # noqa: B018 - read before counting

    with django_assert_num_queries(1), one_calendar():
        assert [current_clock(each, steps[each.pk]).used for each in applications] == [0, 0, 0]


def test_one_calendar_is_the_same_calendar(at):
    at("03-02")
    with journal.acting(source="test"):
        CalendarDay.objects.create(on=date(2026, 3, 4), is_working=False, document_number="国办发明电〔2026〕2号")

    with one_calendar():
        inside = period_end(Period(5), date(2026, 3, 2))

    assert inside == period_end(Period(5), date(2026, 3, 2)) == (date(2026, 3, 10), False)


def test_moments_are_utc_and_days_are_shanghais():
    application = ApplicationFactory()
    step(application, "draft", "recommendation", Action.SUBMIT, datetime(2026, 3, 2, 16, 30, tzinfo=UTC))

    (spell,) = clocks.spells_of(application.steps.all())

    assert spell.since == date(2026, 3, 3)
