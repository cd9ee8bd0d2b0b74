"""The schedule of Celery beat on the embedded default, where `manage.py serve` has neither broker nor worker.

One thread of the web process runs what is due, one job after the other. Production has beat and workers for it.
"""

import fcntl
import hashlib
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celery import Celery
from celery.schedules import BaseSchedule, maybe_schedule
from django.conf import settings
from django.db import connections

from chenzhou_pilot.celery import app

logger = logging.getLogger(__name__)
LOOKS_EVERY_S = 1.0


class Job:
    def __init__(self, task: str, schedule: Any, celery: Celery) -> None:
        self.task = task
        self.schedule: BaseSchedule = maybe_schedule(schedule, app=celery)
        self.last = celery.now()

    def is_due(self) -> bool:
        return bool(self.schedule.is_due(self.last).is_due)


class OwnClock:
    """A job of every so many seconds runs at once after the start, for what was left; one by the hour at its hour."""

    def __init__(self, schedule: Mapping[str, Mapping[str, Any]], celery: Celery = app) -> None:
        celery.loader.import_default_modules()
        self.celery = celery
        self.jobs = {name: Job(entry["task"], entry["schedule"], celery) for name, entry in schedule.items()}
        for job in self.jobs.values():
            if hasattr(job.schedule, "run_every"):
                job.last -= job.schedule.run_every

    def tick(self) -> list[str]:
        """Run what is due; the names of it. One job that fails is logged and holds up no other."""
        due = [name for name, job in self.jobs.items() if job.is_due()]
        for name in due:
            job = self.jobs[name]
            job.last = self.celery.now()
            try:
                self.celery.tasks[job.task]()
            except Exception:  # whatever it was: the next one has its turn
                logger.exception("The job %s failed", name)
        return due

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(LOOKS_EVERY_S):
            if self.tick():
                connections.close_all()


def start_where_embedded() -> threading.Thread | None:
    """The thread, or None where Celery does this, or another process here does already."""
    if not settings.CELERY_TASK_ALWAYS_EAGER or not _is_first(_lock_file()):
        return None
    clock = OwnClock(settings.CELERY_BEAT_SCHEDULE)
    thread = threading.Thread(target=clock.run, args=[threading.Event()], name="own clock", daemon=True)
    thread.start()
    return thread


_held: list[Any] = []  # the lock lasts as long as the process


def _lock_file() -> Path:
    """One for each database: what is to be done once is what stands in it."""
    database = settings.DATABASES["default"]
    place = "|".join(str(database.get(name, "")) for name in ("ENGINE", "HOST", "PORT", "NAME"))
    return Path(settings.VAR_DIR) / f"own_clock-{hashlib.sha256(place.encode()).hexdigest()[:12]}.lock"


def _is_first(file: Path) -> bool:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = file.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return False
    _held.append(handle)
    return True
