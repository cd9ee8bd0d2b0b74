"""Several workers at one outbox, and workers that are killed. Needs row locks, hence PostgreSQL."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from common import delivery, notice_words
from common.models import Delivery, Notice
from common.notices import Kind, register, tell
from tests.factories_accounts import UserFactory
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKER = """
import os
import django
django.setup()
from django.conf import settings
settings.EMAIL_BACKEND = "tests.common.mail_that_kills.EmailBackend"
settings.EMAIL_FILE_PATH = os.environ["MAIL_FOLDER"]
from common.delivery import send_due
send_due()
"""


@pytest.fixture
def news(monkeypatch):
    monkeypatch.setattr(notice_words, "KINDS", {})
    return register(Kind("news", "News of %(project)s", "About %(project)s"))


def waiting(count):
    rows = [Notice(recipient=UserFactory(), kind="news", facts={"project": str(place)}) for place in range(count)]
    Delivery.objects.bulk_create(
        Delivery(notice=notice, channel="email") for notice in Notice.objects.bulk_create(rows)
    )


def test_six_workers_send_each_of_sixty_messages_once(news):
    waiting(60)

    sent = together(*[delivery.send_due] * 6)

    assert sum(sent) == len(mail.outbox) == 60
    assert set(Counter(message.message()["Message-ID"] for message in mail.outbox).values()) == {1}
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_once_is_once_when_two_tell_at_the_same_moment(news):
    person = UserFactory()

    told = together(*[lambda: tell([person], news, {"project": "P"}, once="call:1")] * 4)

    assert sorted(told) == [0, 0, 0, 1]
    assert Delivery.objects.count() == len(mail.outbox) == 1


@pytest.mark.fault
def test_a_worker_killed_after_handing_over_leads_to_one_repeat_under_the_same_message_id(tmp_path):
    person = UserFactory()
    notice = Notice.objects.create(recipient=person, kind="passed", facts={"project": "P"})
    row = Delivery.objects.create(notice=notice, channel="email")

    killed = subprocess.run([sys.executable, "-c", WORKER], env=_environment(tmp_path), timeout=60, check=False)
    row.refresh_from_db()
    after_the_kill = (row.state, row.attempts, row.next_try_at > timezone.now())
    before_the_claim_ends = delivery.send_due()
    Delivery.objects.update(next_try_at=timezone.now())
    after_it_ended = delivery.send_due()

    row.refresh_from_db()
    (first,) = [re.search(r"^Message-ID: (.*)$", each.read_text(), re.MULTILINE)[1] for each in tmp_path.iterdir()]
    assert killed.returncode == -signal.SIGKILL
    assert after_the_kill == ("waiting", 1, True)
    assert (before_the_claim_ends, after_it_ended) == (0, 1)
    assert (row.state, row.attempts) == ("sent", 2)
    assert [message.message()["Message-ID"] for message in mail.outbox] == [first]


def _environment(folder):
    told = connection.settings_dict
    place = f"{told['HOST'] or '127.0.0.1'}:{told['PORT'] or 5432}/{told['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "chenzhou_pilot.settings",
        "DATABASE_URL": f"postgres://{told['USER']}:{told['PASSWORD']}@{place}",
        "MAIL_FOLDER": str(folder),
    }
