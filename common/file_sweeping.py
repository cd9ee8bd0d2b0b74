"""What broken requests leave behind: bytes without a row, rows without bytes, uploads nobody goes on with."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.utils import timezone

from common import file_places
from common.models import StoredFile, Upload

BYTES_STAY = timedelta(hours=2)  # longer than any transaction that may still write their row
UPLOADS_STAY = timedelta(days=1)
AT_ONCE = 500


class Swept(NamedTuple):
    removed: int
    missing: list[int]  # ids of rows whose bytes are gone


def sweep() -> Swept:
    """Remove what nobody knows of; rows without bytes are reported and never removed."""
    removed = _sweep_uploads() + _sweep_bytes()
    missing = [stored.pk for stored in StoredFile.objects.order_by("pk").iterator() if not _is_there(stored)]
    return Swept(removed, missing)


def _sweep_uploads() -> int:
    old = list(Upload.objects.filter(created_at__lt=timezone.now() - UPLOADS_STAY))
    for upload in old:
        upload.delete()
        file_places.remove(upload.place)
    return len(old)


def _sweep_bytes() -> int:
    removed, batch = 0, []
    for path in _old_files():
        batch.append(path)
        if len(batch) == AT_ONCE:
            removed, batch = removed + _remove_unknown(batch), []
    return removed + _remove_unknown(batch)


def _remove_unknown(paths: list[Path]) -> int:
    root = Path(default_storage.path(""))
    places = {path.relative_to(root).as_posix(): path for path in paths}
    known = set(StoredFile.objects.filter(content__in=places).values_list("content", flat=True))
    known |= set(Upload.objects.filter(place__in=places).values_list("place", flat=True))
    unknown = [path for place, path in places.items() if place not in known]
    for path in unknown:
        path.unlink(missing_ok=True)
    return len(unknown)


def _old_files() -> Iterator[Path]:
    """Only where this module's own names can be: two letters, or the folder of parts."""
    before = time.time() - BYTES_STAY.total_seconds()
    root = Path(default_storage.path(""))
    for pattern in ("[0-9a-f][0-9a-f]/*", f"{file_places.PARTS_FOLDER}/*"):
        for path in root.glob(pattern):
            if path.is_file() and path.stat().st_mtime < before:
                yield path


def _is_there(stored: StoredFile) -> bool:
    return file_places.path_of(str(stored.content.name)).is_file()
