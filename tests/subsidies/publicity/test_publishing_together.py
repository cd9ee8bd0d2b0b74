"""What several do with the notices of one call at the same moment. Needs row locks, hence PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from time import sleep

import pytest
from django.db import connection, transaction

from common.models import CalendarDay, Notice
from subsidies.enums import Consequence, NoticeState
from subsidies.models import PublicNotice
from subsidies.publicity import answering, clearing, publishing
from subsidies.publicity.objecting import object_to
from subsidies.workflow import MoveRefused
from tests.plain_sql import rows, run
from tests.subsidies.publicity.desk import GROUNDS, PERSON, approved, house, paper, published, sent, written
from tests.together import together
from tests.turned_clock import turned_clock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PROVISIONAL = "UPDATE subsidies_publicnotice SET period = jsonb_set(period, '{is_provisional}', 'true') WHERE id = %s"


def test_four_notices_of_one_call_published_at_once_have_four_addresses():
    people, applications = house(), approved(4)
    notices = [sent(people, application) for application in applications]

    results = together(*(lambda notice=notice: publishing.publish(notice, by=people.publisher) for notice in notices))

    assert [type(result) for result in results] == [PublicNotice] * 4
    assert len({result.slug for result in results}) == 4


def test_a_notice_that_is_replaced_meanwhile_runs_no_longer():
    """The clock has read that it is public, and waits for who answers the objection."""
    with turned_clock(datetime(2024, 2, 28, 2, tzinfo=UTC)):
        people, applications = house(), approved(2)
        notice = published(people, *applications)
        run(PROVISIONAL, notice.pk)
        objection = object_to(notice.entries.first(), PERSON, text=GROUNDS, evidence=[paper()]).objection
        CalendarDay.objects.create(on=date(2024, 3, 5), is_working=False, document_number="国办发明电〔2024〕1号")

        with ThreadPoolExecutor(1) as other, transaction.atomic():
            answering.uphold(objection, by=people.handler, answer="经核实成立", consequence=Consequence.RECONSIDER)
            recomputed = other.submit(on_its_own_connection, clearing.recompute_provisional)
            wait_for_the_lock()

        assert recomputed.result() == 0

    notice.refresh_from_db()
    assert (notice.state, notice.ends_on) == (NoticeState.REPLACED, date(2024, 3, 5))
    assert not Notice.objects.filter(kind__contains="longer").exists()


def on_its_own_connection(call):
    try:
        return call()
    finally:
        connection.close()


def wait_for_the_lock():
    """Until another connection waits for what this transaction holds."""
    for _look in range(600):
        if rows("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"):
            return
        sleep(0.1)
    raise AssertionError("nobody waits")


def test_of_four_lists_written_at_once_of_the_same_cases_one_is_kept_and_the_others_hear_why():
    people, applications = house(), approved(6)

    results = together(*[lambda: written(people, *applications)] * 4)

    assert sorted(type(result).__name__ for result in results) == ["MoveRefused"] * 3 + ["PublicNotice"]
    assert {str(*result.messages) for result in results if isinstance(result, MoveRefused)} == {
        "只能列入本批次已审议通过且未列入其他公示的申报。"
    }
