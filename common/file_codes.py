"""What the QR codes on a stored file say; see common.qr_reading, which looks at it in a process of its own."""

import logging

from common import bounded_process, file_places
from common.file_kinds import kind_of_media_type
from common.models import StoredFile

logger = logging.getLogger(__name__)
READ = ("pdf", "jpg", "png")
MOST_PAGES = 5  # the first ones


def codes_in(stored: StoredFile) -> list[str]:
    """Empty where there is none, or the file cannot be drawn."""
    kind = kind_of_media_type(stored.media_type)
    if kind is None or kind.code not in READ:
        return []
    path = str(file_places.path_of(str(stored.content.name)))
    pages = min(stored.pages or 1, MOST_PAGES)
    done = bounded_process.run("common.qr_reading", path, kind.code, str(pages))
    if not done.is_well:
        logger.warning("codes of file %s not read: %s", stored.pk, done.complaint)
        return []
    return done.output.decode("utf-8", "replace").splitlines()
