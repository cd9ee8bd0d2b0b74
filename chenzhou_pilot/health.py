"""Two questions for whoever watches the site: is the process alive, and could it answer people now?

Neither answer names a host, a user or an error text, since anyone may ask.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache

import kombu
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as django_cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import scanning

logger = logging.getLogger(__name__)
DEADLINE_SECONDS = 3.0
KEPT_FOR_SECONDS = 2.0


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: asks nothing of any other server."""
    return JsonResponse({"status": "alive"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready (200) or not (503), with the answer of each server; within DEADLINE_SECONDS whatever they do."""
    answers = READINESS.answers()
    ready = all(answer == "ok" for name, answer in answers.items() if name not in ADVISORY)
    body = {"status": "ready" if ready else "not ready", "checks": answers}
    return JsonResponse(body, status=200 if ready else 503)


class Readiness:
    """The answers of `checks`, kept for a moment: however often people ask, servers are asked once in that time.

    Each check has one thread at most. One that hangs must not hang the answer, and is not started again before it ends.
    """

    def __init__(self, checks: dict[str, Callable[[], bool]]) -> None:
        self.checks = checks
        self.pool = ThreadPoolExecutor(max_workers=len(checks), thread_name_prefix="readyz")
        self.running: dict[str, Future[bool]] = {}
        self.lock = threading.Lock()
        self.kept: dict[str, str] = {}
        self.kept_until = 0.0

    def answers(self, deadline_seconds: float = DEADLINE_SECONDS) -> dict[str, str]:
        with self.lock:
            if time.monotonic() >= self.kept_until:
                self.kept = self.ask(deadline_seconds)
                self.kept_until = time.monotonic() + KEPT_FOR_SECONDS
            return self.kept

    def ask(self, deadline_seconds: float) -> dict[str, str]:
        for name, check in self.checks.items():
            if name not in self.running or self.running[name].done():
                self.running[name] = self.pool.submit(alone, check)
        wait(self.running.values(), timeout=deadline_seconds)
        return {name: answer(name, future) for name, future in self.running.items()}


def answer(name: str, future: Future[bool]) -> str:
    if not future.done():
        return "no answer"
    if error := future.exception():
        logger.warning("readyz: %s failed with %s", name, type(error).__name__)
        return "failed"
    return "ok" if future.result() else "behind"


def alone(check: Callable[[], bool]) -> bool:
    """Run `check`, then close the database connection that its thread opened."""
    try:
        return check()
    finally:
        connection.close()


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def migrations_applied() -> bool:
    return migrations_of_this_release() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def migrations_of_this_release() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def cache_answers() -> bool:
    if ping := getattr(django_cache, "ping", None):  # Redis itself, not what stands in for it
        return ping()
    django_cache.set("readyz", "ok", timeout=60)
    return django_cache.get("readyz") == "ok"


def broker_answers() -> bool:
    with kombu.Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0)
    return True


def scanner_answers() -> bool:
    if not scanning.answers():
        raise ConnectionError("clamd")
    return True


# Named in the answer and no reason to send people away: files wait for their scan.
ADVISORY = {"scanner"}
CHECKS = {
    "database": database_answers,
    "migrations": migrations_applied,
    "cache": cache_answers,
    "broker": broker_answers,
}
if scanning.is_set_up():
    CHECKS["scanner"] = scanner_answers
READINESS = Readiness(CHECKS)
