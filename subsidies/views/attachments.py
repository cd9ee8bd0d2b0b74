"""Files of an application: sent by form or piece by piece, opened, looked at, taken out."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import signed_in
from common import uploads
from common.components import Crumb
from common.file_serving import FileNotShown, can_preview, file_response, refuse_unless_shown
from common.models import Upload
from common.page_methods import takes_also
from subsidies import attachments
from subsidies.attachments import rules_of
from subsidies.content import Material
from subsidies.models import Application, ApplicationFile
from subsidies.overview import detail_href
from subsidies.views.own import way_back

MOST_AT_ONCE = 20
LONGEST_ANNOUNCEMENT = 4_096
PART_BYTES = 1 << 20


# ---------------------------------------------------------------- by form
@require_POST
def file_add(request: HttpRequest, public_id: UUID, material: str) -> HttpResponse:
    """One or several files from a plain form; each is kept or refused by itself."""
    application = _own(request, public_id)
    sent = request.FILES.getlist("file")
    if not sent:
        messages.error(request, _("Choose a file first, then send it."))
    for file in sent[:MOST_AT_ONCE]:
        _add(request, application, material, file)
    if len(sent) > MOST_AT_ONCE:
        messages.warning(
            request, _("Only the first %(count)d files were taken. Send the others now.") % {"count": MOST_AT_ONCE}
        )
    return redirect(_place(application, material))


def _add(request: HttpRequest, application: Application, code: str, file: Any) -> None:
    try:
        row = attachments.add(application, code, file, file.name, signed_in(request))
    except ValidationError as error:
        messages.error(request, f"{file.name}: {_sentence(error)}")
    else:
        messages.success(request, _("“%(name)s” has arrived.") % {"name": row.file.name})
        for note in row.file.notes:
            messages.info(request, f"{row.file.name}: {note}")


@require_POST
def file_remove(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponse:
    row = _visible(request, public_id, file_id)
    try:
        attachments.remove(row, signed_in(request))
    except ValidationError as error:
        messages.error(request, _sentence(error))
    else:
        messages.success(request, _("“%(name)s” was taken out.") % {"name": row.file.name})
    return redirect(_place(row.application, row.material))


# ---------------------------------------------------------------- piece by piece
@require_POST
def upload_begin(request: HttpRequest, public_id: UUID, material: str) -> HttpResponse:
    """{"name", "size"} → 201 with the address for the parts."""
    application = _own(request, public_id)
    try:
        asked = attachments.open_material(application, material, signed_in(request))
        name, size = _announced(request)
        upload = uploads.begin(_purpose(application, material), name, size, signed_in(request), rules_of(asked))
    except ValidationError as error:
        return _refused(error)
    href = reverse("subsidies:upload", args=[public_id, material, upload.public_id])
    body = {"href": href, "received": upload.received, "part_bytes": PART_BYTES}
    return JsonResponse(body, status=HTTPStatus.CREATED)


@takes_also("PUT", "DELETE")
@require_http_methods(["GET", "PUT", "POST", "DELETE"])
@never_cache
def upload(request: HttpRequest, public_id: UUID, material: str, upload_id: UUID) -> HttpResponse:
    """GET where it stands; PUT a part at the header Upload-Offset; POST when all is there; DELETE to stop."""
    application = _own(request, public_id)
    found = uploads.find(upload_id, _purpose(application, material), signed_in(request))
    if found is None:
        raise Http404
    try:
        asked = attachments.open_material(application, material, signed_in(request))
        return _ANSWERS[str(request.method)](request, application, asked, found)
    except uploads.UploadConflict as error:
        return JsonResponse(
            {"detail": _sentence(error), "code": error.code, "received": error.received}, status=HTTPStatus.CONFLICT
        )
    except ValidationError as error:
        return _refused(error)


def _stands(request: HttpRequest, application: Application, asked: Material, found: Upload) -> HttpResponse:
    return JsonResponse({"received": found.received, "size": found.size})


def _part(request: HttpRequest, application: Application, asked: Material, found: Upload) -> HttpResponse:
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
        raise ValidationError(_("Name the offset of the part in the header Upload-Offset."), code="offset_missing")
    found = uploads.add_part(found, int(offset), _body(request))
    return JsonResponse({"received": found.received, "size": found.size})


def _finish(request: HttpRequest, application: Application, asked: Material, found: Upload) -> HttpResponse:
    with uploads.finished(found, signed_in(request), rules_of(asked)) as stored:
        row = attachments.attach(application, asked.code, stored, signed_in(request))
    body = {"name": row.file.name, "notes": list(row.file.notes), "href": _address(row, "file_download")}
    return JsonResponse(body, status=HTTPStatus.CREATED)


def _stop(request: HttpRequest, application: Application, asked: Material, found: Upload) -> HttpResponse:
    uploads.abandon(found)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


_ANSWERS = {"GET": _stands, "PUT": _part, "POST": _finish, "DELETE": _stop}


def _announced(request: HttpRequest) -> tuple[str, int]:
    try:
        told = orjson.loads(_body(request, LONGEST_ANNOUNCEMENT))
        name, size = told["name"], told["size"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        name, size = None, None
    if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
        raise ValidationError(_("Announce the file by its name and its size in bytes."), code="announcement")
    return name, size


def _body(request: HttpRequest, most: int = uploads.LARGEST_PART) -> bytes:
    """All of it, or nothing of one that is cut off or too long."""
    try:
        body = request.read(most + 1)
    except UnreadablePostError:
        body = b""
    if len(body) > most or str(len(body)) != request.META.get("CONTENT_LENGTH", ""):
        raise ValidationError(_("The part did not arrive whole. Send it again."), code="part")
    return body


def _purpose(application: Application, code: str) -> str:
    return f"application:{application.pk}:{code}"


def _refused(error: ValidationError) -> JsonResponse:
    status = HTTPStatus.INSUFFICIENT_STORAGE if _code(error) == "no_room" else HTTPStatus.BAD_REQUEST
    return JsonResponse({"detail": _sentence(error), "code": _code(error)}, status=status)


# ---------------------------------------------------------------- opening
@require_safe
def file_download(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    row = _visible(request, public_id, file_id)
    try:
        return file_response(row.file)
    except FileNotShown as error:
        return _not_shown(request, row, error)


@require_safe
@never_cache
def file_preview(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponse:
    """The pages as pictures, one at a time, with the file itself to download beside them."""
    row = _visible(request, public_id, file_id)
    try:
        refuse_unless_shown(row.file)
    except FileNotShown as error:
        return _not_shown(request, row, error)
    pages, page = row.file.pages or 1, _page(request)
    if not 1 <= page <= pages or not can_preview(row.file):
        raise Http404
    material_asked = row.application.call_version.parsed.material(row.material)
    context = {
        "row": row,
        "material": material_asked,
        "page": page,
        "pages": pages,
        "picture": reverse("subsidies:file_page", args=[public_id, file_id, page]),
        **_way(request, row),
    }
    return render(request, "subsidies/file_preview.html", context)


@require_safe
def file_page(request: HttpRequest, public_id: UUID, file_id: UUID, page: int) -> HttpResponseBase:
    row = _visible(request, public_id, file_id)
    try:
        return file_response(row.file, inline=True, page=page)
    except FileNotShown as error:
        raise Http404 from error


def _not_shown(request: HttpRequest, row: ApplicationFile, error: ValidationError) -> HttpResponse:
    context = {"row": row, "why": _sentence(error), **_way(request, row)}
    return render(request, "subsidies/file_not_shown.html", context, status=HTTPStatus.CONFLICT)


# ---------------------------------------------------------------- rows and places
def _own(request: HttpRequest, public_id: UUID) -> Application:
    rows = Application.objects.of_firms(signed_in(request)).select_related("call", "call_version", "organisation")
    found: Application = get_object_or_404(rows, public_id=public_id)
    return found


def _visible(request: HttpRequest, public_id: UUID, file_id: UUID) -> ApplicationFile:
    row = attachments.visible_file(signed_in(request), public_id, file_id)
    if row is None:
        raise Http404
    return row


def _way(request: HttpRequest, row: ApplicationFile) -> dict[str, Any]:
    """The crumbs, and the link to where the file stands."""
    user, code = signed_in(request), row.material
    back = way_back(user, row.application, f"#material-{code}", f"#place-{code}")
    return {"crumbs": [*back, Crumb(row.file.name)], "back": back[-1].href}


def _place(application: Application, code: str) -> str:
    return f"{detail_href(application)}#material-{code}"


def _address(row: ApplicationFile, name: str) -> str:
    return reverse(f"subsidies:{name}", args=[row.application.public_id, row.file.public_id])


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _sentence(error: ValidationError) -> str:
    return " ".join(error.messages)


def _code(error: ValidationError) -> str:
    return str(getattr(error, "code", "") or "invalid")
