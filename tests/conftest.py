"""What every test needs; the rest stands beside the tests that use it."""

import gc
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from accounts import captcha
from chenzhou_pilot.celery import app
from tests.migrated_database import PutBack, begun_with_a_copy
from tests.triggers import lifted, make_triggers_ask

QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure() -> None:
    """Models, routes and tests stay to the end: the collector need not look through them again and again."""
    gc.set_threshold(20_000, 20, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Nothing that a test commits need outlive the server, so none waits for the disk."""
    options = connections.databases["default"]["OPTIONS"]
    if connection.vendor == "postgresql":
        options["options"] += " -c synchronous_commit=off"


@pytest.fixture(scope="session")
def _beginning_with_a_copy(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[ExitStack]:
    with ExitStack() as beginning:
        with django_db_blocker.unblock():
            beginning.enter_context(begun_with_a_copy())
        yield beginning


@pytest.fixture(scope="session")
def django_db_setup(
    _beginning_with_a_copy: ExitStack, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A transactional test ends with what was there at first: `flush` would lose what migrations wrote."""
    with django_db_blocker.unblock():
        _beginning_with_a_copy.close()
        make_triggers_ask()
        put_back = PutBack()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: put_back())
        yield
    if connection.vendor == "postgresql":  # a busy machine drops a database in more time than a statement has
        connection.settings_dict["OPTIONS"]["options"] += " -c statement_timeout=0"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _default_language() -> None:
    """A request leaves its language on the thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _database_lets_the_clock_be_moved(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that travels moves Python's clock, not the database's: what compares the two rests meanwhile."""
    is_with_data = "db" in request.fixturenames or request.node.get_closest_marker("django_db")
    if not is_with_data or not _travels(request):
        yield
        return
    request.getfixturevalue("db")
    with lifted("subsidies_publicnotice_clock"):
        yield


def _travels(request: pytest.FixtureRequest) -> bool:
    return "time_machine" in request.fixturenames or time_machine in vars(request.module).values()


@pytest.fixture(scope="session", autouse=True)
def _tasks_are_configured() -> None:
    """Celery reads its settings once, when first asked: not in a test that sets a broker of its own."""
    app.finalize()
    assert app.conf.broker_url == settings.CELERY_BROKER_URL


@pytest.fixture(scope="session", autouse=True)
def _own_numbered_redis() -> Iterator[None]:
    """Each process of a parallel run empties its cache after each test, so each has its own database of Redis."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not (worker and settings.REDIS_URL):
        yield
        return
    base, _slash, number = settings.REDIS_URL.rpartition("/")
    own = f"{base}/{int(number) + 1 + int(worker.removeprefix('gw'))}"
    with override_settings(CACHES={"default": settings.CACHES["default"] | {"LOCATION": own}}):
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_folder_of_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """What is meant to take its time, a digest or a proof of work, would take it for every account of the tests."""
    with pytest.MonkeyPatch.context() as patch, override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
        patch.setattr(captcha, "COST", 10)
        yield


@pytest.fixture(scope="session", autouse=True)
def _refusals_are_not_logged() -> None:
    """Tests refuse thousands of requests, and each line would be drawn up for three handlers."""
    logging.getLogger("django.request").setLevel(logging.ERROR)


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_when_asked_for() -> Iterator[None]:
    """Each client of a test loads the middleware anew, which would list all of them first."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@contextmanager
def journal_unlocked() -> Iterator[None]:
    """What only the owner of the database can do: lift the triggers that hold rows to what they are."""
    lift, put_back = (_on_sqlite if connection.vendor == "sqlite" else _on_postgresql)()
    _execute(lift)
    try:
        yield
    finally:
        _execute(put_back)


def _on_sqlite() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
        found = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _sql in found], [sql for _name, sql in found]


def _on_postgresql() -> tuple[list[str], list[str]]:
    return ["SET session_replication_role = replica"], ["SET session_replication_role = DEFAULT"]


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
