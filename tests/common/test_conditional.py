"""Last-Modified has whole seconds, and an edit may follow another within one."""

import pytest
from django.utils.http import http_date

from tests.factories import BaseFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/bases/"
EIGHT = 1_772_438_400  # 2026-03-02T08:00:00Z


def read(client, since=None):
    return client.get(LIST, headers={"if-modified-since": http_date(since)} if since else {})


def renamed(base, name):
    base.name_zh = name
    base.save()


def test_an_edit_within_the_second_of_a_reading_shows_at_once(client, time_machine):
    time_machine.move_to(EIGHT + 0.1, tick=False)
    base = BaseFactory()
    first = read(client)
    time_machine.move_to(EIGHT + 0.2, tick=False)
    renamed(base, "新名")

    answers = []
    for moment in (0.3, 1.5, 60):
        time_machine.move_to(EIGHT + moment, tick=False)
        answers.append(read(client, since=EIGHT))

    assert "Last-Modified" not in first.headers
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.json()["results"][0]["name_zh"] for answer in answers} == {"新名"}


def test_a_date_that_was_told_never_stands_for_a_later_version(client, time_machine):
    time_machine.move_to(EIGHT + 0.1, tick=False)
    base = BaseFactory()
    read(client)
    time_machine.move_to(EIGHT + 1.1, tick=False)
    told = read(client)
    held = read(client, since=EIGHT + 1)
    renamed(base, "新名")

    later = [read(client, since=EIGHT + 1)]
    time_machine.move_to(EIGHT + 3, tick=False)
    later.append(read(client, since=EIGHT + 1))

    assert (told["Last-Modified"], held.status_code) == (http_date(EIGHT + 1), 304)
    assert [answer.status_code for answer in later] == [200, 200]


def test_a_date_still_to_come_is_no_date_of_a_copy(client):
    BaseFactory()

    assert read(client, since=4_000_000_000).status_code == 200
