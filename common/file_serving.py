"""The way out for files: never by their place, always after the caller's check, always so that nothing in them runs."""

import logging

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from common.file_previews import can_preview, page_image
from common.models import ScanState, StoredFile

logger = logging.getLogger(__name__)
# Whatever opens the answer may not run, load, send or frame anything.
CLOSED = "default-src 'none'; style-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"
PICTURE_KEPT_S = 3600


__all__ = [
    "FileNotShown",
    "can_preview",
    "file_response",
    "marked_page",
    "may_show",
    "own_picture",
    "public_picture",
    "refuse_unless_shown",
]


class FileNotShown(ValidationError):
    """The file may not be handed out as it stands; the message is for whoever asked."""


def may_show(stored: StoredFile) -> bool:
    """Never an infected one; one not scanned outside production only, where it is shown with a mark."""
    if stored.scan_state == ScanState.NOT_SCANNED:
        return not settings.PRODUCTION
    return stored.scan_state == ScanState.CLEAN


def file_response(stored: StoredFile, inline: bool = False, page: int = 1) -> HttpResponseBase:
    """The file itself as an attachment; with `inline` a picture of one page, drawn anew.

    FileNotShown when the scan forbids it, or when there is no such page to draw. The caller has checked who asks.
    """
    refuse_unless_shown(stored)
    return _closed(_drawn(stored, page) if inline else _whole(stored))


def marked_page(stored: StoredFile, page: int, mark: str) -> HttpResponseBase:
    """A picture of one page with `mark` drawn across it, for those who never get the file itself."""
    refuse_unless_shown(stored)
    return _closed(_drawn(stored, page, mark))


def _closed(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = CLOSED
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def public_picture(stored: StoredFile) -> HttpResponseBase:
    """A picture of the public site, which this portal has drawn itself; its bytes never change."""
    refuse_unless_shown(stored)
    response = _handed_over(stored, as_attachment=False) or _read(stored)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = CLOSED
    response["Cache-Control"] = f"public, max-age={PICTURE_KEPT_S}"
    response["ETag"] = f'"{stored.sha256[:32]}"'
    return response


def own_picture(stored: StoredFile) -> HttpResponseBase:
    """A picture that this portal has drawn itself, for those whom the caller has let through."""
    refuse_unless_shown(stored)
    return _closed(_handed_over(stored, as_attachment=False) or _read(stored))


def refuse_unless_shown(stored: StoredFile) -> None:
    if stored.scan_state == ScanState.INFECTED:
        raise FileNotShown(
            _("A virus was found in this file, so nobody can open it. Remove it and send a clean one."), code="infected"
        )
    if not may_show(stored):
        raise FileNotShown(_("The file waits for its virus scan. Try again in a few minutes."), code="not_scanned")


def _whole(stored: StoredFile) -> HttpResponseBase:
    if response := _handed_over(stored, as_attachment=True):
        return response
    return FileResponse(_opened(stored), as_attachment=True, filename=stored.name, content_type=stored.media_type)


def _handed_over(stored: StoredFile, *, as_attachment: bool) -> HttpResponse | None:
    """What makes the web server send the file, where there is one that can."""
    if not settings.FILES_INTERNAL_LOCATION:
        return None
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment, stored.name)),
        "X-Accel-Redirect": f"{settings.FILES_INTERNAL_LOCATION.rstrip('/')}/{stored.content.name}",
    }
    return HttpResponse(content_type=stored.media_type, headers=headers)


def _read(stored: StoredFile) -> HttpResponse:
    with _opened(stored) as content:
        return HttpResponse(content.read(), content_type=stored.media_type)


def _opened(stored: StoredFile) -> File:
    try:
        return stored.content.open("rb")
    except FileNotFoundError as error:
        logger.error("file %s has no content", stored.pk)
        raise FileNotShown(
            _("The content of this file cannot be found. Tell the system hotline, and send the file again."),
            code="no_content",
        ) from error


def _drawn(stored: StoredFile, page: int, mark: str = "") -> HttpResponse:
    picture = page_image(stored, page, mark)
    if picture is None:
        raise FileNotShown(_("This page cannot be drawn here. Download the file to read it."), code="no_preview")
    return HttpResponse(picture, content_type="image/jpeg", headers={"Content-Disposition": "inline"})
