import json
import threading
import time

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from chenzhou_pilot import health

ALL_OK = {"database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok"}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """What another test was told must not be told again."""
    monkeypatch.setattr(health, "READINESS", health.Readiness(health.CHECKS))


def refuse():
    raise ConnectionRefusedError("10.0.0.7 port 5432, user pilot")


# ---------------------------------------------------------------- /healthz
def test_healthz_says_alive_without_asking_the_database(client):
    response = client.get("/healthz")  # a test without django_db fails on any query

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_no_answer_about_health_is_ever_cached(client, path):
    assert client.get(path)["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_asked_by_get_only(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 200), ("/", 301)])
@pytest.mark.django_db
def test_health_answers_over_plain_http_where_pages_redirect_to_https(client, settings, path, status):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

    assert client.get(path).status_code == status


# ---------------------------------------------------------------- /readyz
@pytest.mark.django_db
def test_readyz_names_each_check_when_all_is_well(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": ALL_OK})


@pytest.mark.django_db
def test_readyz_is_503_when_the_broker_does_not_answer(client, settings):
    settings.CELERY_BROKER_URL = "amqp://guest:guest@127.0.0.1:1//"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "checks": ALL_OK | {"broker": "failed"}}
    assert "127.0.0.1" not in response.content.decode()


@pytest.mark.django_db
def test_readyz_is_503_when_the_cache_does_not_answer(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "chenzhou_pilot.redis_cache.ImpatientRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == ALL_OK | {"cache": "failed"}


@pytest.mark.django_db
def test_the_migrations_are_behind_while_one_of_this_release_is_missing():
    MigrationRecorder(connection).record_unapplied("common", "0001_initial")

    assert health.migrations_applied() is False
    assert health.Readiness({"migrations": lambda: False}).answers() == {"migrations": "behind"}


def test_a_failed_check_is_told_without_its_error_text(caplog):
    answers = health.Readiness({"database": refuse}).answers()

    assert json.dumps(answers) == '{"database": "failed"}'
    assert caplog.messages == ["readyz: database failed with ConnectionRefusedError"]


def test_a_server_that_hangs_hangs_neither_the_answer_nor_more_than_one_thread():
    released, asked = threading.Event(), []
    readiness = health.Readiness({"database": lambda: asked.append(1) or released.wait(30), "cache": lambda: True})
    began = time.monotonic()

    answers = [readiness.ask(deadline_seconds=0.2) for _ in range(3)]
    seconds = time.monotonic() - began
    released.set()

    assert answers == 3 * [{"database": "no answer", "cache": "ok"}]
    assert (len(asked), seconds < 3) == (1, True)


def test_an_answer_is_kept_for_two_seconds_so_that_asking_often_opens_no_connections():
    asked = []
    readiness = health.Readiness({"database": lambda: not asked.append(1)})

    answers = [readiness.answers() for _ in range(3)]
    readiness.kept_until -= 2  # as if two seconds had passed
    answers.append(readiness.answers())

    assert (answers, len(asked)) == (4 * [{"database": "ok"}], 2)
