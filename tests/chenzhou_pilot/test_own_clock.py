"""The embedded default runs the schedule by itself, and nothing else does."""

import sqlite3
import time
from uuid import uuid4

import pytest
from celery import shared_task
from celery.schedules import crontab
from django.conf import settings as site

from chenzhou_pilot.own_clock import OwnClock, start_where_embedded
from common.models import Delivery
from tests.migrated_database import migrated_file
from tools.environments import bare
from tools.own_server import manage, own_server

pytestmark = pytest.mark.django_db

MORNING = "2026-03-02T00:20:00Z"  # 08:20 in Shanghai
SENT_WITHIN_S = 60


@shared_task(name="tests.own_clock.broken")
def broken():
    raise RuntimeError("as it may happen")


def test_what_was_left_is_done_at_the_start_and_the_rest_at_its_time(time_machine):
    time_machine.move_to(MORNING, tick=False)
    clock = OwnClock(site.CELERY_BEAT_SCHEDULE)
    by_the_hour = {name for name, job in site.CELERY_BEAT_SCHEDULE.items() if isinstance(job["schedule"], crontab)}

    assert set(clock.tick()) == set(site.CELERY_BEAT_SCHEDULE) - by_the_hour
    assert clock.tick() == []
    time_machine.move_to("2026-03-02T00:21:00Z", tick=False)
    assert set(clock.tick()) == {"seal-journal", "sweep-outbox"}
    time_machine.move_to("2026-03-02T00:30:00Z", tick=False)
    assert "send-reminders" in clock.tick()


def test_a_job_that_fails_holds_up_no_other():
    Delivery.objects.create(channel="email", letter="gone", to="a@example.invalid", about=1)
    schedule = {
        "broken": {"task": "tests.own_clock.broken", "schedule": 60.0},
        "sweep-outbox": {"task": "common.tasks.sweep_outbox", "schedule": 60.0},
    }

    assert OwnClock(schedule).tick() == ["broken", "sweep-outbox"]
    assert Delivery.objects.get().state == "failed"


def test_where_there_is_a_broker_celery_keeps_the_schedule(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False

    assert start_where_embedded() is None


def test_the_served_site_sends_what_waits_in_the_outbox(tmp_path):
    database = tmp_path / "db.sqlite3"
    environment = bare() | {"DATABASE_URL": f"sqlite:///{database}"}
    if not migrated_file(database):
        manage(environment, "migrate", "--verbosity=0")
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO common_delivery (public_id, letter, 'to', about, channel, state, attempts, next_try_at,"
            " last_error, created_at) VALUES (?, 'gone', 'a@example.invalid', 1, 'email', 'waiting', 0,"
            " '2026-01-01', '', '2026-01-01')",
            [uuid4().hex],
        )

    with own_server(environment):
        until = time.monotonic() + SENT_WITHIN_S
        while _state(database) == "waiting" and time.monotonic() < until:
            time.sleep(0.2)

    assert _state(database) == "failed"


def _state(database):
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT state FROM common_delivery").fetchone()[0]
