"""Background work on files: scans, and sweeping what broken requests have left."""

import logging
from functools import partial
from typing import Any

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from common import file_sweeping, scanning
from common.models import ScanState, StoredFile

logger = logging.getLogger(__name__)
MOST_RETRIES = 10
FIRST_WAIT_SECONDS = 10
LONGEST_WAIT_SECONDS = 1800


@shared_task(name="common.file_tasks.scan_file", bind=True, ignore_result=True, max_retries=MOST_RETRIES)
def scan_file(self: Any, number: int) -> str:
    """Scan one file; tried again later and later while the scanner is away, then left to scan_waiting()."""
    stored = StoredFile.objects.filter(pk=number, scan_state=ScanState.NOT_SCANNED).first()
    if stored is None:
        return ""
    try:
        return str(scanning.scan(stored))
    except (scanning.ScannerUnavailable, FileNotFoundError) as error:
        logger.warning("file %s not scanned: %s", number, error)
        if self.request.is_eager:
            return ""
        wait = min(FIRST_WAIT_SECONDS * 2**self.request.retries, LONGEST_WAIT_SECONDS)
        raise self.retry(countdown=wait, exc=None) from error


@shared_task(name="common.file_tasks.scan_waiting", ignore_result=True)
def scan_waiting() -> int:
    """Scan whatever has none yet, oldest first; stops at the first sign that the scanner is away."""
    done = 0
    if not scanning.is_set_up():
        return done
    for stored in StoredFile.objects.filter(scan_state=ScanState.NOT_SCANNED).order_by("pk")[:200]:
        try:
            scanning.scan(stored)
        except FileNotFoundError:
            logger.error("file %s has no content", stored.pk)
        except scanning.ScannerUnavailable as error:
            logger.warning("%d files scanned, then none: %s", done, error)
            break
        else:
            done += 1
    return done


@shared_task(name="common.file_tasks.sweep_files", ignore_result=True)
def sweep_files() -> int:
    return file_sweeping.sweep().removed


def scan_after_commit(stored: StoredFile) -> None:
    if scanning.is_set_up():
        transaction.on_commit(partial(_ask_for_scan, stored.pk), robust=True)


def _ask_for_scan(number: int) -> None:
    try:
        scan_file.delay(number)
    except OperationalError:  # the broker is away; scan_waiting() will come by
        logger.warning("file %s waits for its scan", number)
