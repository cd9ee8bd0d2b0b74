"""The end of a notice: by the clock alone, never early, held by an open objection; then the final list."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
import time_machine as time_machine_module
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from common.calendar import shanghai_today
from common.models import CalendarDay, Notice
from subsidies import audiences
from subsidies.enums import Action, NoticeState, State
from subsidies.models import Application, PublicNotice
from subsidies.publicity import answering, clearing, publishing
from subsidies.publicity.lists import lines_of
from subsidies.publicity.reading import entries_of
from subsidies.snapshots import digest_of
from subsidies.workflow import MoveRefused, move
from tests.factories_accounts import UserFactory
from tests.factories_decision import staff
from tests.factories_publicity import listed, objected, over
from tests.factories_subsidies import ApplicationFactory, put
from tests.subsidies.publicity.desk import House, approved, house, published, state_of
from tests.worlds import parts

pytestmark = pytest.mark.django_db
CLEARED = "UPDATE subsidies_application SET state = 'cleared', version = version + 1 WHERE id = %s"


class World(NamedTuple):
    people: House
    application: Application
    other: Application


def make_world() -> World:
    """Approved on the day before a test publishes first."""
    with time_machine_module.travel("2024-02-27T10:00:00+08:00"):
        return World(house(), *approved(2))


people, application, other = parts(World)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2024-03-05T23:59:59+08:00", "publicity"),
        ("2024-03-06T00:04:00+08:00", "publicity"),  # what was on its way at midnight is let in first
        ("2024-03-06T00:06:00+08:00", "cleared"),
    ],
)
def test_a_notice_clears_from_the_day_after_its_last_one(people, time_machine, moment, state, application):
    time_machine.move_to("2024-02-28T10:00:00+08:00")
    published(people, application)
    time_machine.move_to(moment)

    assert clearing.clear_due() == (state == "cleared")

    assert state_of(application) == state


def test_a_second_run_changes_nothing(people):
    application = ApplicationFactory(state=State.PUBLICITY)
    assert clearing.clear_due() == 1
    version = PublicNotice.objects.get().version

    assert clearing.clear_due() == 0

    assert (PublicNotice.objects.get().version, state_of(application)) == (version, "cleared")
    assert application.steps.filter(action=Action.CLEAR).count() == 1


def test_the_command_does_the_same(people, capsys):
    ApplicationFactory(state=State.PUBLICITY)

    call_command("clear_notices")

    assert "1" in capsys.readouterr().out


def test_an_open_objection_holds_that_award_and_no_other(people, application, other):
    notice = running_in_the_past(people, application, other)
    objection = objected(notice.entries.get(application=application))

    assert clearing.clear_due() == 1
    assert [state_of(row) for row in (application, other)] == ["publicity", "cleared"]
    assert PublicNotice.objects.get().state == NoticeState.PUBLISHED

    answering.dismiss(objection, by=staff("section_head"), answer="经核实不属实")
    assert clearing.clear_due() == 1
    assert state_of(application) == "cleared"
    assert PublicNotice.objects.get().state == NoticeState.CONCLUDED


def running_in_the_past(people, *applications):
    """Published by the verbs, in a week of 2024 that is over."""
    with time_machine_module.travel("2024-02-28T10:00:00+08:00"):
        return published(people, *applications)


def test_the_final_list_is_a_second_frozen_snapshot(people, application, other):
    notice = running_in_the_past(people, application, other)
    objection = objected(notice.entries.get(application=application))
    clearing.clear_due()

    answering.uphold(objection, by=staff("section_head"), answer="属实", consequence="annul")

    done = PublicNotice.objects.get()
    assert (done.state, state_of(application), state_of(other)) == (NoticeState.CONCLUDED, "annulled", "cleared")
    assert done.final_digest == digest_of(done.final)
    assert done.final == {
        "form": 1,
        "notice": done.slug,
        "first_sha256": done.digest,
        "entries": [done.listed["entries"][1]],
    }
    lines = lines_of(done, entries_of(done))
    assert [(line.row["position"], line.is_removed) for line in lines] == [(1, True), (2, False)]


def test_the_firm_is_told_and_who_prepares_the_award(people):
    application = ApplicationFactory(state=State.PUBLICITY)
    clearing.clear_due()

    told = Notice.objects.filter(kind="public-notice-over")
    assert application.started_by_id in told.values_list("recipient", flat=True)
    assert Notice.objects.filter(kind="award-document-wanted").exists()


def test_nobody_clears_by_hand(people):
    application = ApplicationFactory(state=State.PUBLICITY)

    for person in (*people, UserFactory()):
        with pytest.raises(PermissionDenied):
            move(application, Action.CLEAR, by=person)


def test_an_end_into_an_unpublished_calendar_closes_nothing_until_it_is_known(provisional):
    notice, _listed = provisional
    publish_calendar(date(2024, 3, 5), is_working=False)

    assert clearing.recompute_provisional() == 1
    assert clearing.recompute_provisional() == 0

    notice.refresh_from_db()
    assert (notice.ends_on.isoformat(), notice.period["is_provisional"]) == ("2024-03-06", False)


def test_firms_and_who_handles_the_notice_are_told_once_that_it_runs_longer(people, provisional):
    notice, listed_now = provisional
    publish_calendar(date(2024, 3, 5), is_working=False)

    assert (clearing.recompute_provisional(), clearing.recompute_provisional()) == (1, 0)

    firm = Notice.objects.filter(kind="in-public-notice-for-longer")
    staff_told = Notice.objects.filter(kind="public-notice-runs-longer")
    assert set(firm.values_list("recipient", "facts__project")) == {
        (person.pk, row.project_name) for row in listed_now for person in audiences.firm(row)
    }
    assert set(firm.values_list("facts__ends_on", "facts__ended_on")) == {("2024-03-06", "2024-03-05")}
    assert {row.address for row in firm} == {row.get_absolute_url() for row in listed_now}
    assert set(staff_told.values_list("recipient", "facts__title", "facts__ends_on")) == {
        (person.pk, notice.title_zh, "2024-03-06") for person in (people.editor, people.publisher)
    }
    assert {row.address for row in staff_told} == {f"/admin/subsidies/publicnotice/{notice.pk}/change/"}


def test_nobody_is_told_where_the_calendar_leaves_the_last_day_as_it_is(provisional):
    notice, _listed = provisional
    publish_calendar(date(2024, 3, 2), is_working=True)

    assert clearing.recompute_provisional() == 1

    notice.refresh_from_db()
    assert (notice.ends_on.isoformat(), notice.period["is_provisional"]) == ("2024-03-05", False)
    assert not Notice.objects.filter(kind__in=("in-public-notice-for-longer", "public-notice-runs-longer")).exists()


@pytest.fixture
def provisional(people, application, other, time_machine):
    """Published on a Wednesday, as if the calendar were not known; its last day is the Tuesday after."""
    time_machine.move_to("2024-02-28T10:00:00+08:00")
    notice = published(people, application, other)
    with connection.cursor() as cursor:
        period = '{"length": 5, "unit": "working_day", "counts_first_day": true, "is_provisional": true}'
        cursor.execute("UPDATE subsidies_publicnotice SET period = %s WHERE id = %s", [period, notice.pk])
    return notice, [application, other]


def publish_calendar(day, *, is_working):
    CalendarDay.objects.create(on=day, is_working=is_working, document_number="国办发明电〔2024〕1号")


# ---------------------------------------------------------------- held by the database
def refused(statement, *values):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(refusal.value)


def test_raw_sql_clears_nothing_before_the_last_day_is_over(people, application):
    published(people, application)

    assert "end of its public notice" in refused(CLEARED, application.pk)


def test_raw_sql_clears_nothing_on_the_last_day_itself(application):
    today = shanghai_today()
    listed(application, starts_on=today - timedelta(days=6), ends_on=today)
    put(application, state="publicity")

    assert "end of its public notice" in refused(CLEARED, application.pk)


def test_raw_sql_clears_nothing_with_an_objection_open():
    application = ApplicationFactory(state=State.PUBLICITY)
    entry = application.notice_entries.get()
    objected(entry)

    assert "end of its public notice" in refused(CLEARED, application.pk)
    told = refused("UPDATE subsidies_noticeentry SET cleared_at = '2026-01-01 00:00:00+00:00' WHERE id = %s", entry.pk)
    assert "end of its public notice" in told


def test_raw_sql_concludes_no_notice_with_an_entry_open(application):
    notice = over(application)

    told = refused(
        "UPDATE subsidies_publicnotice SET state = 'concluded', final_digest = 'x', "
        "concluded_at = '2026-01-01 00:00:00+00:00' WHERE id = %s",
        notice.pk,
    )

    assert "every entry is settled" in told


def test_raw_sql_does_not_change_the_final_list(people):
    ApplicationFactory(state=State.PUBLICITY)
    clearing.clear_due()

    assert "keeps its final list" in refused("UPDATE subsidies_publicnotice SET final_digest = 'y'")


def test_raw_sql_takes_nothing_down_without_a_replaced_notice():
    application = ApplicationFactory(state=State.PUBLICITY)

    statement = "UPDATE subsidies_application SET state = %s, version = version + 1 WHERE id = %s"
    assert "when it is replaced" in refused(statement, "publicity_ready", application.pk)
    for state in ("reviewed", "annulled"):
        assert "upheld objection alone" in refused(statement, state, application.pk)


def test_a_move_by_the_clock_is_refused_by_the_database_too(people, application):
    published(people, application)

    with pytest.raises(IntegrityError), transaction.atomic():
        move(application, Action.CLEAR, by=None)
    assert state_of(application) == "publicity"


def test_what_is_published_is_not_published_again(people, application):
    notice = published(people, application)

    with pytest.raises(MoveRefused):
        publishing.publish(notice, by=people.handler)
