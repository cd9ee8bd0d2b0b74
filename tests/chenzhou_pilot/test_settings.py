"""The settings start, or refuse to start, by the environment alone; so each case is a process of its own."""

import re
import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.db import connection

from chenzhou_pilot.embedded import own_address, own_secret_key
from tools.environments import bare, production
from tools.own_server import ROOT

REQUIRED = [
    "SECRET_KEY",
    "FIELD_KEYS",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
    "MEDIA_ROOT",
]


def python(code, **environment):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=bare() | environment, capture_output=True, text=True, check=False)


def settings_under(**environment):
    return python("import chenzhou_pilot.settings", **environment)


def setting(name, **environment):
    result = python(f"from chenzhou_pilot import settings; print(settings.{name})", **environment)
    assert result.stderr == ""
    return result.stdout.strip()


def last_line(result):
    return result.stderr.strip().splitlines()[-1].partition(": ")[2]


def test_production_starts_when_everything_required_is_set(tmp_path):
    result = settings_under(**production(str(tmp_path)))

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("name", REQUIRED)
def test_production_refuses_to_start_without(name, tmp_path):
    result = settings_under(**(production(str(tmp_path)) | {name: ""}))

    assert result.returncode == 1
    assert last_line(result) == f"Set the environment variable {name}: production does not start without it."


def test_production_refuses_sqlite(tmp_path):
    result = settings_under(**(production(str(tmp_path)) | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}))

    assert result.returncode == 1
    assert last_line(result) == "DATABASE_URL names SQLite: production needs PostgreSQL (postgres://…)."


def test_production_refuses_debug(tmp_path):
    result = settings_under(**production(str(tmp_path)), DEBUG="1")

    assert result.returncode == 1
    assert last_line(result) == "DEBUG and PRODUCTION exclude each other: unset one of them."


def deployment_check(**environment):
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=bare() | environment, capture_output=True, text=True, check=False)


def test_the_deployment_check_passes_with_what_is_required_and_mentions_the_scanner(tmp_path):
    result = deployment_check(**production(str(tmp_path)))

    assert result.returncode == 0
    assert re.findall(r"^\w+:$|\(\w+\.\w+\)|\d issues?", result.stderr, re.MULTILINE) == [
        "INFOS:",
        "(common.I001)",
        "1 issue",
    ]


def test_the_deployment_check_finds_nothing_once_there_is_a_scanner(tmp_path):
    result = deployment_check(**production(str(tmp_path)), CLAMAV_URL="unix:///run/clamav/clamd.ctl")

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "System check identified no issues (0 silenced).\n"


def test_the_deployment_check_fails_on_a_warning(tmp_path):
    result = deployment_check(**production(str(tmp_path)) | {"SECRET_KEY": "short"})

    assert result.returncode == 1
    assert "(security.W009)" in result.stderr


def test_the_embedded_default_runs_without_any_server():
    assert setting("DATABASES['default']['ENGINE']") == "django.db.backends.sqlite3"
    assert setting("CACHES['default']['BACKEND']") == "django.core.cache.backends.locmem.LocMemCache"
    assert setting("CELERY_TASK_ALWAYS_EAGER") == "True"


def test_production_sends_cookies_over_https_only(tmp_path):
    names = "SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE"

    assert setting(names, **production(str(tmp_path))) == "True True"


def test_postgresql_limits_how_long_a_statement_and_a_lock_may_take(tmp_path):
    options = setting("DATABASES['default']['OPTIONS']['options']", **production(str(tmp_path)))

    assert options.split("-c ")[1:3] == ["statement_timeout=10000 ", "lock_timeout=5000 "]


def test_the_embedded_default_makes_a_secret_of_its_own_and_keeps_it(tmp_path):
    first = own_secret_key(tmp_path / "one")
    again = own_secret_key(tmp_path / "one")
    other = own_secret_key(tmp_path / "two")

    assert len(first) == 50
    assert first == again
    assert first != other
    assert (tmp_path / "one" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"BIND": "127.0.0.1:8124"}, "http://127.0.0.1:8124"),
        ({"PORT": "8124"}, "http://127.0.0.1:8124"),
        ({"HOST": "0.0.0.0", "PORT": "8124"}, "http://127.0.0.1:8124"),
        ({"BIND": "192.168.1.9:80", "PORT": "8124"}, "http://192.168.1.9:80"),
        ({"BIND": "[::]:8124"}, "http://127.0.0.1:8124"),
        ({"BIND": "unix:/run/pilot.sock"}, "http://127.0.0.1:8000"),
    ],
)
def test_a_site_that_is_not_told_its_address_takes_the_one_it_listens_at(environment, address):
    assert own_address(environment) == address


@pytest.mark.django_db
def test_the_database_can_hold_every_rule_of_the_models():
    assert run_checks(databases=["default"]) == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_long_queries_are_not_compiled_before_they_run():
    """Whose turn a case is asks in one long query, which PostgreSQL would compile for ten seconds and more."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
