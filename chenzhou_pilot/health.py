"""Two questions for whoever watches the site: is the process alive, and could it answer people now?

Neither answer names a host, a user or an error text, since anyone may ask.
"""

import logging
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

logger = logging.getLogger(__name__)
DEADLINE_SECONDS = 3.0


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
    answers = ask(CHECKS)
    ready = all(answer == "ok" for answer in answers.values())
    body = {"status": "ready" if ready else "not ready", "checks": answers}
    return JsonResponse(body, status=200 if ready else 503)


def ask(checks: dict[str, Callable[[], bool]], deadline_seconds: float = DEADLINE_SECONDS) -> dict[str, str]:
    """Run `checks` side by side, each in a thread of its own: a server that hangs must not hang the answer."""
    pool = ThreadPoolExecutor(max_workers=len(checks), thread_name_prefix="readyz")
    futures = {name: pool.submit(alone, check) for name, check in checks.items()}
    wait(futures.values(), timeout=deadline_seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    return {name: answer(name, future) for name, future in futures.items()}


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
    django_cache.set("readyz", "ok", timeout=60)
    return django_cache.get("readyz") == "ok"


def broker_answers() -> bool:
    with kombu.Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0)
    return True


CHECKS = {
    "database": database_answers,
    "migrations": migrations_applied,
    "cache": cache_answers,
    "broker": broker_answers,
}
