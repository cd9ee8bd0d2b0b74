"""The folder of files on the disk: places, and writing that survives a loss of power."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

PARTS_FOLDER = "uploads"
FULL = (errno.ENOSPC, errno.EDQUOT)


def path_of(place: str) -> Path:
    return Path(default_storage.path(place))


def place_of_parts() -> str:
    return f"{PARTS_FOLDER}/{secrets.token_hex(16)}"


@contextmanager
def new_file(place: str) -> Iterator[IO[bytes]]:
    """A file nobody else may read, on the disk for good when the block ends; gone when the block fails."""
    path = path_of(place)
    with explaining_a_full_disk():
        _make_folder(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, settings.FILE_UPLOAD_PERMISSIONS)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                settle(file)
            settle_folder(path.parent)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _make_folder(folder: Path) -> None:
    """Its name too must outlive a loss of power."""
    if not folder.is_dir():
        folder.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
        settle_folder(folder.parent)


def settle(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """The name too is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(place: str) -> None:
    path_of(place).unlink(missing_ok=True)


@contextmanager
def explaining_a_full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise ValidationError(
            _("There is no room for files just now; nothing was kept. Try again in a few minutes."), code="no_room"
        ) from error
