"""Photographs of a visit: drawn anew, so that nothing but the picture is kept, and taken in once however often sent."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.file_checks import MEGABYTE, FileRules
from common.file_previews import drawn_anew
from common.files import Content, discard, received, remove_with_bytes, write
from common.texts import clean_text
from subsidies.models import SiteVisit, VisitPhoto
from subsidies.visit_times import CONCLUDED
from subsidies.visiting import end_signatures, for_officer, is_officer
from subsidies.workflow import MoveRefused

SENT = FileRules(formats=("jpg", "png"), largest_bytes=20 * MEGABYTE)
DRAWN = FileRules(formats=("jpg",), largest_bytes=20 * MEGABYTE)
LONGEST_SIDE = 1600  # pixels
MOST = 60  # of one visit
LONGEST_CAPTION = 200


class CameTwice(Exception):
    """Undoes what the slower of two requests with the same photograph has stored."""

    def __init__(self, photo: VisitPhoto) -> None:
        super().__init__("came twice")
        self.photo = photo


def add(
    visit: SiteVisit,
    *,
    by: User,
    key: UUID,
    content: Content,
    name: str,
    caption: str = "",
    taken_at: datetime | None = None,
) -> VisitPhoto:
    """Under a key that has come before the photograph of that time. The drawing holds no lock."""
    if not is_officer(visit, by):
        raise PermissionDenied
    if known := _known(visit, key):
        return known
    if visit.state == CONCLUDED:
        raise MoveRefused(_("The visit is concluded: its record never changes."), code="state")
    words = clean_text(caption).strip()[:LONGEST_CAPTION]
    try:
        with received(_drawn(content, name), "photo.jpg", by, DRAWN) as stored:
            return _kept(VisitPhoto(visit=visit, file=stored, key=key, caption=words, taken_at=taken_at, added_by=by))
    except CameTwice as twice:
        return twice.photo


def _kept(photo: VisitPhoto) -> VisitPhoto:
    current = for_officer(photo.visit, photo.added_by)
    if known := _known(current, photo.key):
        raise CameTwice(known)
    if current.photos.count() >= MOST:
        raise MoveRefused(_("A visit has %(most)d photographs at most.") % {"most": MOST}, code="most_files")
    with journal.acting(by=photo.added_by, action="add_photo"):
        photo.save()
        end_signatures(current)
    return photo


@transaction.atomic
def remove(photo: VisitPhoto, *, by: User) -> None:
    current = for_officer(photo.visit, by)
    stored = photo.file
    with journal.acting(by=by):
        photo.delete()
        end_signatures(current)
    remove_with_bytes(stored)


def _known(visit: SiteVisit, key: UUID) -> VisitPhoto | None:
    found = VisitPhoto.objects.filter(key=key).first()
    if found and found.visit_id != visit.pk:
        raise MoveRefused(_("This key belongs to a photograph of another visit."), code="key_reused")
    return found


def _drawn(content: Content, name: str) -> bytes:
    written = write(content, name, SENT)
    try:
        picture = drawn_anew(written.place, written.facts.kind, LONGEST_SIDE)
    finally:
        discard(written)
    if picture is None:
        raise ValidationError(_("The picture cannot be drawn. Save it anew as JPG and send it again."), code="broken")
    return picture
