"""Uploads that go on after a lost connection: begin, parts in order, finish.

Each part names the offset at which it begins, and that must be where the upload stands. A part that comes again, or
two at once, write nothing. `purpose` says what the file becomes; its owner checks it, and who asks, at every step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from common import file_places
from common.file_checks import MEGABYTE, FileRules, check_before
from common.files import discard, keep, write
from common.models import StoredFile, Upload

MOST_OPEN = 30  # uploads under way of one person
MOST_OPEN_BYTES = 500 * MEGABYTE
LARGEST_PART = 4 * MEGABYTE


class UploadConflict(ValidationError):
    """The part does not fit; `received` is where the upload stands, to go on from."""

    def __init__(self, message: str, received: int) -> None:
        super().__init__(message, code="offset")
        self.received = received


def begin(purpose: str, name: str, size: int, by: AbstractBaseUser, rules: FileRules) -> Upload:
    """A place for the parts; refused at once where name or size can never do, or too much is under way."""
    name = check_before(name, size, rules)
    under_way = Upload.objects.filter(uploaded_by=cast(Any, by))
    if under_way.count() >= MOST_OPEN or (_bytes_of(under_way) + size) > MOST_OPEN_BYTES:
        raise ValidationError(
            _("Too many of your files are on their way. Wait until they have arrived, or stop some, and try again."),
            code="quota",
        )
    place = file_places.place_of_parts()
    with file_places.new_file(place):
        return Upload.objects.create(purpose=purpose, name=name, size=size, place=place, uploaded_by=cast(Any, by))


def find(number: UUID, purpose: str, by: AbstractBaseUser) -> Upload | None:
    """The person's own upload for this purpose; another's is as absent as a random number."""
    return Upload.objects.filter(public_id=number, purpose=purpose, uploaded_by=cast(Any, by)).first()


def add_part(upload: Upload, offset: int, content: bytes) -> Upload:
    """Write one part, and only then count it; UploadConflict where it does not begin at what has arrived."""
    if not content or len(content) > LARGEST_PART:
        message = _("A part has at least one byte and at most %(size)d MB.")
        raise ValidationError(message % {"size": LARGEST_PART // MEGABYTE}, code="part")
    with transaction.atomic():
        current = _locked(upload)
        if offset != current.received:
            raise UploadConflict(_("The upload stands elsewhere; it goes on from there."), current.received)
        if offset + len(content) > current.size:
            raise ValidationError(_("More has come than was announced. Begin the upload again."), code="too_much")
        _write_at(current.place, offset, content)
        current.received += len(content)
        current.save(update_fields=["received"])
    return current


@contextmanager
def finished(upload: Upload, by: AbstractBaseUser, rules: FileRules) -> Iterator[StoredFile]:
    """The file of a complete upload, kept with whatever the block writes; the upload ends with it.

    A file that is refused ends the upload as well, since going on would not mend it.
    """
    if upload.received < upload.size:
        raise UploadConflict(_("The file has not arrived whole; the upload goes on from there."), upload.received)
    with _ended_by_refusal(upload):
        try:
            with open(file_places.path_of(upload.place), "rb") as parts:
                written = write(parts, upload.name, rules)
        except FileNotFoundError as error:
            raise _gone() from error
        try:
            with transaction.atomic():
                _end(_locked(upload))
                yield keep(written, by)
        except BaseException:
            discard(written)
            raise


@contextmanager
def _ended_by_refusal(upload: Upload) -> Iterator[None]:
    try:
        yield
    except UploadConflict:
        raise
    except ValidationError as error:
        if getattr(error, "code", "") != "no_room":
            abandon(upload)
        raise


def abandon(upload: Upload) -> None:
    with transaction.atomic():
        _end(upload)


def _end(upload: Upload) -> None:
    upload.delete()
    transaction.on_commit(partial(file_places.remove, upload.place), robust=True)


def _locked(upload: Upload) -> Upload:
    """The row as it is now; whoever comes second does not wait, since it cannot fit any more."""
    try:
        return Upload.objects.select_for_update(nowait=True).get(pk=upload.pk)
    except Upload.DoesNotExist as error:
        raise _gone() from error
    except OperationalError as error:
        raise UploadConflict(
            _("Another part is being written; ask where the upload stands."), upload.received
        ) from error


def _gone() -> ValidationError:
    return ValidationError(_("This upload has ended. Send the file again."), code="gone")


def _write_at(place: str, offset: int, content: bytes) -> None:
    """What an interrupted part has left beyond `offset` is written over."""
    with file_places.explaining_a_full_disk(), open(file_places.path_of(place), "r+b") as file:
        file.seek(offset)
        file.write(content)
        file.truncate()
        file_places.settle(file)


def _bytes_of(uploads: Any) -> int:
    return uploads.aggregate(total=Sum("size"))["total"] or 0
