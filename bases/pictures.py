"""Pictures of a base: drawn anew from what was sent, in two sizes, so that nothing but the picture is kept."""

import io
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import User
from bases import permissions
from bases.models import Base, BasePicture
from common.file_checks import MEGABYTE, FileRules
from common.file_previews import drawn_anew
from common.file_serving import may_show
from common.files import Content, discard, receive, remove_with_bytes, write
from common.models import StoredFile

RULES = FileRules(formats=("jpg", "png", "webp"), largest_bytes=20 * MEGABYTE)
DRAWN = FileRules(formats=("jpg",), largest_bytes=20 * MEGABYTE)
LARGE, SMALL = 1600, 640  # pixels of the longer side at most
LEAST = 400


class Drawn(NamedTuple):
    content: bytes
    width: int
    height: int


def drawn(content: Content, name: str) -> tuple[Drawn, Drawn]:
    """Both sizes, the large one first; ValidationError for what is no picture, or too small a one. Nothing is kept."""
    written = write(content, name, RULES)
    try:
        pictures = [drawn_anew(written.place, written.facts.kind, side) for side in (LARGE, SMALL)]
    finally:
        discard(written)
    large, small = (_measured(picture) for picture in pictures if picture) if all(pictures) else (None, None)
    if large is None or small is None:
        raise ValidationError(_("The picture cannot be drawn. Save it anew as JPG and send it again."), code="broken")
    if max(large.width, large.height) < LEAST:
        sentence = _("The picture is too small: its longer side needs at least %(pixels)d pixels.")
        raise ValidationError(sentence % {"pixels": LEAST}, code="small")
    return large, small


def keep(picture: BasePicture, sizes: tuple[Drawn, Drawn], *, by: User) -> BasePicture:
    """Put the drawn picture to the row and save it; the files that were there before go."""
    if not permissions.can_edit(by, picture.base):
        raise PermissionDenied
    before = [picture.large, picture.small] if picture.pk else []
    for name, size in zip(("large", "small"), sizes, strict=True):
        stored = receive(size.content, f"{name}.jpg", by, DRAWN)
        setattr(picture, name, stored)
        setattr(picture, f"{name}_width", size.width)
        setattr(picture, f"{name}_height", size.height)
    picture.save()
    for stored in before:
        remove_with_bytes(stored)
    return picture


def shown_pictures(base: Base) -> list[BasePicture]:
    """Those whose files have passed the virus scan; expects `pictures` with their files prefetched."""
    return [row for row in base.pictures.all() if may_show(row.large) and may_show(row.small)]


def visible_file(number: Any, user: Any) -> StoredFile | None:
    """The file of a picture by its public number: of a public base for everybody, of others for its own staff."""
    rows = BasePicture.objects.drawn_as(number)
    own = Base.objects.for_staff(user).values("pk") if user.is_authenticated else []
    row = rows.filter(Q(base__in=Base.objects.on_public_site().values("pk")) | Q(base__in=own))
    found = row.select_related("large", "small").first()
    if found is None:
        return None
    return found.large if found.large.public_id == number else found.small


def _measured(content: bytes) -> Drawn:
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
        return Drawn(content, *picture.size)
