"""Taking in a file: written under a random name, hashed on the way, examined, and only then a row.

The folder is MEDIA_ROOT, which no web server may publish; see common.file_serving for the way out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any, NamedTuple, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from common import file_places
from common.file_checks import FileFacts, FileRules, check_before, check_content, refusal
from common.file_tasks import scan_after_commit
from common.models import StoredFile
from common.models.files import random_place

__all__ = ["Content", "FileRules", "all_written", "discard", "receive", "received", "remove_with_bytes"]

CHUNK = 1 << 18
Content = bytes | IO[bytes] | Any  # or an UploadedFile


class Written(NamedTuple):
    """Bytes on the disk that were examined, and no row of them yet."""

    place: str
    name: str
    size: int
    sha256: str
    facts: FileFacts


def receive(content: Content, name: str, by: AbstractBaseUser | None, rules: FileRules) -> StoredFile:
    """Keep the file, or ValidationError with one sentence and nothing left behind.

    Where more must succeed in the same transaction, use `received`: it takes the bytes away when that fails.
    """
    written = write(content, name, rules)
    try:
        with transaction.atomic():
            return keep(written, by)
    except BaseException:
        file_places.remove(written.place)
        raise


@contextmanager
def received(content: Content, name: str, by: AbstractBaseUser | None, rules: FileRules) -> Iterator[StoredFile]:
    """The file is kept with whatever the block writes, in one transaction, or neither is."""
    written = write(content, name, rules)
    try:
        with transaction.atomic():
            yield keep(written, by)
    except BaseException:
        file_places.remove(written.place)
        raise


def write(content: Content, name: str, rules: FileRules) -> Written:
    """The slow part, outside any transaction: to the disk, and a look inside."""
    size = _size(content)
    name = check_before(name, 1 if size is None else size, rules)
    place = random_place(StoredFile(), name)
    digest, size = hashlib.sha256(), 0
    with file_places.new_file(place) as file:
        for chunk in _chunks(content):
            size += len(chunk)
            if size > rules.largest_bytes:
                raise refusal("size", rules)
            digest.update(chunk)
            file.write(chunk)
        if size == 0:
            raise refusal("empty", rules)
        file.flush()
        facts = check_content(file_places.path_of(place), name, rules)
    return Written(place, name, size, digest.hexdigest(), facts)


@contextmanager
def all_written(contents: Iterable[Any], rules: FileRules) -> Iterator[list[Written]]:
    """Each upload on the disk and looked into; where one is refused or the block fails, none is left behind."""
    written: list[Written] = []
    try:
        for content in contents:
            written += [write(content, content.name, rules)]
        yield written
    except BaseException:
        for file in written:
            discard(file)
        raise


def keep(written: Written, by: AbstractBaseUser | None) -> StoredFile:
    """The row of what was written; the scan begins after the commit. `notes` are for the sender to read."""
    stored = StoredFile(
        name=written.name,
        media_type=written.facts.kind.media_type,
        size=written.size,
        pages=written.facts.pages,
        sha256=written.sha256,
        uploaded_by=cast(Any, by),
    )
    stored.content.name = written.place
    stored.save(force_insert=True)
    stored.notes = tuple(written.facts.notes)
    scan_after_commit(stored)
    return stored


def discard(written: Written) -> None:
    file_places.remove(written.place)


def remove_with_bytes(stored: StoredFile) -> None:
    """The row now, the bytes after the commit; for files that were never handed in."""
    place = str(stored.content.name)
    stored.delete()
    transaction.on_commit(partial(file_places.remove, place), robust=True)


def _size(content: Content) -> int | None:
    if isinstance(content, bytes):
        return len(content)
    return getattr(content, "size", None)


def _chunks(content: Content) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return [content]
    if hasattr(content, "chunks"):
        return content.chunks(CHUNK)
    return iter(partial(content.read, CHUNK), b"")
