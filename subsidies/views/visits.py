"""The record of a site visit on a telephone: written and photographed on the spot, sent when there is a network.

A script asks for JSON at the same addresses that plain forms are sent to.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.device import remember_kept
from accounts.models import User
from accounts.requests import signed_in
from common.components import Crumb
from common.file_serving import FileNotShown, file_response, own_picture
from subsidies import permissions, visit_documents, visit_photos, visiting
from subsidies.models import SiteVisit, VisitDocument, VisitPhoto
from subsidies.sight import visits_for
from subsidies.visit_form import VisitForm, values_of
from subsidies.visit_times import CONCLUDED

MOST_AT_ONCE = 20
WORKER = settings.BASE_DIR / "static" / "js" / "visit-worker.js"
CONFLICTS = ("state", "conflict", "gaps", "officers")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def visit_detail(request: HttpRequest, visit_key: UUID) -> HttpResponse:
    visit = _visible(request, visit_key)
    if request.method == "POST":
        return _written(request, visit)
    return _page(request, visit, VisitForm(initial=values_of(visit)))


def _written(request: HttpRequest, visit: SiteVisit) -> HttpResponse:
    form = VisitForm(request.POST)
    if not form.is_valid():
        return _refused(request, ValidationError(_first_words(form))) or _page(request, visit, form, status=400)
    by = signed_in(request)
    try:
        kept = visiting.write(visit, by=by, version=form.cleaned_data["version"], written=form.written())
    except visiting.WrittenMeanwhile as meanwhile:
        return _asked(request, meanwhile, form)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return _refused(request, error) or _page(request, visit, form, status=400)
    if _is_script(request):
        return JsonResponse(values_of(kept))
    _take_photos(request, kept)
    messages.success(request, _("The record is kept."))
    return redirect("subsidies:visit_detail", kept.key)


def _asked(request: HttpRequest, meanwhile: visiting.WrittenMeanwhile, form: VisitForm) -> HttpResponse:
    """What was typed stays in the form, to be sent once more over what is shown beside it."""
    stored = meanwhile.stored
    if _is_script(request):
        told = {"code": "conflict", "detail": " ".join(meanwhile.messages), "stored": values_of(stored)}
        return JsonResponse(told, status=HTTPStatus.CONFLICT)
    again = VisitForm(initial=form.cleaned_data | {"version": stored.version})
    return _page(request, stored, again, status=409, meanwhile=stored)


def _page(request: HttpRequest, visit: SiteVisit, form: VisitForm, *, status: int = 200, **more: Any) -> HttpResponse:
    user = signed_in(request)
    crew = list(visit.officers.select_related("user"))
    is_own = any(row.user_id == user.pk for row in crew) and permissions.can_visit(user, visit.application)
    is_open = is_own and visit.state != CONCLUDED
    context = {
        "visit": visit,
        "application": visit.application,
        "officers": crew,
        "photos": list(visit.photos.select_related("file")),
        "form": form,
        "is_open": is_open,
        "has_signed": any(row.user_id == user.pk and row.signed_at for row in crew),
        "may_conclude": is_open and sum(row.signed_at is not None for row in crew) >= visiting.LEAST_OFFICERS,
        "person": user.pk,
        "photo_key": uuid4(),
        "accept": visit_photos.SENT.accept,
        "documents": list(visit.documents.select_related("file")),
        "accept_documents": visit_documents.RULES.accept,
        "most_documents": visit_documents.MOST,
        "crumbs": [
            Crumb(str(visit.application), reverse("admin:subsidies_application_change", args=[visit.application_id])),
            Crumb(_("Site visit")),
        ],
    }
    return render(request, "subsidies/visit_detail.html", context | more, status=status)


@require_safe
@never_cache
def visit_worker(request: HttpRequest, visit_key: UUID) -> HttpResponse:
    """The script that keeps this one page on the device: beside it, so that its scope can be no wider."""
    visit = _visible(request, visit_key)
    if visit.state == CONCLUDED or not visiting.is_officer(visit, signed_in(request)):
        raise Http404
    remember_kept(request)
    return HttpResponse(WORKER.read_text("utf-8"), content_type="text/javascript; charset=utf-8")


# ---------------------------------------------------------------- signing
@require_POST
def visit_sign(request: HttpRequest, visit_key: UUID) -> HttpResponse:
    return _do(request, visit_key, visiting.sign, _("You have signed the record."))


@require_POST
def visit_conclude(request: HttpRequest, visit_key: UUID) -> HttpResponse:
    return _do(request, visit_key, visiting.conclude, _("The visit is concluded."))


def _do(request: HttpRequest, visit_key: UUID, verb: Callable[..., object], done: str) -> HttpResponse:
    visit = _visible(request, visit_key)
    try:
        verb(visit, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("subsidies:visit_detail", visit_key)


# ---------------------------------------------------------------- photographs
@require_POST
def photo_add(request: HttpRequest, visit_key: UUID) -> HttpResponse:
    """One photograph under the key that the telephone gave it."""
    visit = _visible(request, visit_key)
    if not visiting.is_officer(visit, signed_in(request)):
        raise PermissionDenied
    file, photo_key = request.FILES.get("photo"), _uuid(request.POST.get("key", ""))
    if file is None or photo_key is None:
        return JsonResponse({"detail": _("Choose a photograph first, then send it.")}, status=HTTPStatus.BAD_REQUEST)
    taken_at, caption = _moment(request.POST.get("taken_at", "")), request.POST.get("caption", "")
    try:
        row = visit_photos.add(
            visit,
            by=signed_in(request),
            key=photo_key,
            content=file,
            name=str(file.name),
            caption=caption,
            taken_at=taken_at,
        )
    except ValidationError as error:
        return _problem(error)
    return JsonResponse({"key": row.key, "href": _href(row), "caption": row.caption})


def _take_photos(request: HttpRequest, visit: SiteVisit) -> None:
    """Those of a plain form; its key makes theirs, so that a form sent twice brings each of them once."""
    form_key = _uuid(request.POST.get("photo_key", "")) or uuid4()
    for number, file in enumerate(request.FILES.getlist("photos")[:MOST_AT_ONCE]):
        by, key = signed_in(request), uuid5(form_key, str(number))
        try:
            visit_photos.add(visit, by=by, key=key, content=file, name=str(file.name))
        except ValidationError as error:
            messages.error(request, f"{file.name}: {' '.join(error.messages)}")


@require_safe
def photo(request: HttpRequest, visit_key: UUID, photo_key: UUID) -> HttpResponseBase:
    try:
        return own_picture(_photo(request, visit_key, photo_key).file)
    except FileNotShown as error:
        raise Http404 from error


@require_POST
def photo_remove(request: HttpRequest, visit_key: UUID, photo_key: UUID) -> HttpResponse:
    row = _photo(request, visit_key, photo_key)
    try:
        visit_photos.remove(row, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The photograph is taken out."))
    return redirect("subsidies:visit_detail", visit_key)


# ---------------------------------------------------------------- documents
@require_POST
def document_add(request: HttpRequest, visit_key: UUID) -> HttpResponse:
    visit, by = _visible(request, visit_key), signed_in(request)
    if not visiting.is_officer(visit, by):
        raise PermissionDenied
    sent = request.FILES.getlist("documents")
    for file in sent:
        try:
            visit_documents.add(visit, by=by, content=file, name=str(file.name))
        except ValidationError as error:
            messages.error(request, f"{file.name}: {' '.join(error.messages)}")
        else:
            messages.success(request, _("%(name)s is with the record.") % {"name": file.name})
    if not sent:
        messages.error(request, _("Choose a document first, then send it."))
    return redirect("subsidies:visit_detail", visit_key)


@require_safe
def document(request: HttpRequest, visit_key: UUID, file_id: UUID) -> HttpResponseBase:
    row = _document(request, visit_key, file_id)
    try:
        return file_response(row.file)
    except FileNotShown as error:
        context = {"row": row, "why": " ".join(error.messages), "crumbs": []}
        return render(request, "subsidies/file_not_shown.html", context, status=409)


@require_POST
def document_remove(request: HttpRequest, visit_key: UUID, file_id: UUID) -> HttpResponse:
    row = _document(request, visit_key, file_id)
    try:
        visit_documents.remove(row, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The document is taken out."))
    return redirect("subsidies:visit_detail", visit_key)


# ---------------------------------------------------------------- rows and answers
def _visible(request: HttpRequest, visit_key: UUID) -> SiteVisit:
    user: User = signed_in(request)
    found: SiteVisit = get_object_or_404(visits_for(user), key=visit_key)
    return found


def _photo(request: HttpRequest, visit_key: UUID, photo_key: UUID) -> VisitPhoto:
    visit = _visible(request, visit_key)
    found: VisitPhoto = get_object_or_404(visit.photos.select_related("file", "visit"), key=photo_key)
    return found


def _document(request: HttpRequest, visit_key: UUID, file_id: UUID) -> VisitDocument:
    visit = _visible(request, visit_key)
    rows = visit.documents.select_related("file", "visit__application")
    found: VisitDocument = get_object_or_404(rows, file__public_id=file_id)
    return found


def _href(row: VisitPhoto) -> str:
    return reverse("subsidies:visit_photo", args=[row.visit.key, row.key])


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse | None:
    return _problem(error) if _is_script(request) else None


def _problem(error: ValidationError) -> JsonResponse:
    code = str(getattr(error, "code", "") or "invalid")
    status = HTTPStatus.CONFLICT if code in CONFLICTS else HTTPStatus.BAD_REQUEST
    if code == "no_room":
        status = HTTPStatus.INSUFFICIENT_STORAGE
    return JsonResponse({"detail": " ".join(error.messages), "code": code}, status=status)


def _first_words(form: VisitForm) -> list[str]:
    return [f"{form[name].label}: {error}" for name, errors in form.errors.items() for error in errors]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """When the telephone says that the photograph was taken; nothing where it says nothing sensible."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or timezone.is_naive(moment):
        return None
    return moment if 2000 <= moment.year < 2100 else None
