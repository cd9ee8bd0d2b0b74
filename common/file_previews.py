"""Pictures of the pages of a file, drawn anew: what a person looks at is never the file itself."""

import logging

from common import bounded_process, file_places
from common.file_kinds import FileKind, kind_of_media_type
from common.models import StoredFile

logger = logging.getLogger(__name__)
DRAWN = ("pdf", "jpg", "png")


def can_preview(stored: StoredFile) -> bool:
    kind = kind_of_media_type(stored.media_type)
    return kind is not None and kind.code in DRAWN


def page_image(stored: StoredFile, page: int = 1, mark: str = "") -> bytes | None:
    """A JPEG, with `mark` across it (our own words, ASCII); None where no such page is, or it cannot be drawn."""
    kind = kind_of_media_type(stored.media_type)
    if kind is None or kind.code not in DRAWN or not 1 <= page <= (stored.pages or 1):
        return None
    path = str(file_places.path_of(str(stored.content.name)))
    done = bounded_process.run("common.file_drawing", path, kind.code, str(page), f"--mark={mark}")
    if not done.is_well:
        logger.warning("page %d of file %s not drawn: %s", page, stored.pk, done.complaint)
        return None
    return done.output


def drawn_anew(place: str, kind: FileKind, longest_side: int) -> bytes | None:
    """The picture as a JPEG of at most this size, without a word of the original; None where that cannot be done."""
    done = bounded_process.run(
        "common.file_drawing", str(file_places.path_of(place)), kind.code, "1", str(longest_side)
    )
    if not done.is_well:
        logger.warning("a picture was not drawn: %s", done.complaint)
        return None
    return done.output
