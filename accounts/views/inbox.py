"""What a person was told, and how they want to be told."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import PreferencesForm
from accounts.requests import signed_in
from common import sms
from common.components import Pager
from common.filters import no_such
from common.keyset import InvalidCursor, KeysetPage, keyset_page
from common.list_refusals import refused_list
from common.models import Notice
from common.models.notices import NoticeQuerySet
from common.notices import Told, address_of, duties

PAGE_SIZE = 20
ALL, UNREAD, DUTIES = "", "unread", "duties"


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Own notices, newest first; `show` narrows them to what is unread, or to duties and decisions."""
    own = Notice.objects.visible_to(signed_in(request))
    show = request.GET.get("show", ALL)
    if show not in (ALL, UNREAD, DUTIES):
        return refused_list(request, [no_such(_("Messages shown"), show)], "accounts:inbox")
    try:
        page = keyset_page(_shown(own, show), order=("-id",), cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    except InvalidCursor as error:
        return refused_list(request, error.messages, "accounts:inbox")
    context = {
        "notices": [Told.of(notice) for notice in page.rows],
        "choices": [(_address(value), label, value == show) for value, label in _choices()],
        "show": show,
        "has_unread": own.unread().exists(),
        "pager": _pager(page, show),
    }
    return render(request, "accounts/inbox.html", context)


@require_POST
def notice_open(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Marks it as read and leads on to what it tells of."""
    notice = get_object_or_404(Notice.objects.visible_to(signed_in(request)), public_id=public_id)
    Notice.objects.filter(pk=notice.pk).mark_read()
    return redirect(address_of(notice) or "accounts:inbox")


@require_POST
def inbox_read_all(request: HttpRequest) -> HttpResponse:
    count = Notice.objects.visible_to(signed_in(request)).mark_read()
    if count:
        messages.success(request, _("All messages are marked as read."))
    return redirect("accounts:inbox")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:preferences")
    return render(request, "accounts/preferences.html", {"form": form, "has_sms": sms.is_available()})


def _shown(own: NoticeQuerySet, show: str) -> NoticeQuerySet:
    if show == UNREAD:
        return own.unread()
    return own.filter(kind__in=duties()) if show == DUTIES else own


def _choices() -> list[tuple[str, str]]:
    return [(ALL, _("All messages")), (UNREAD, _("Unread")), (DUTIES, _("Duties and decisions"))]


def _address(show: str, cursor: str = "") -> str:
    given = {name: value for name, value in (("show", show), ("cursor", cursor)) if value}
    return reverse("accounts:inbox", query=given)


def _pager(page: KeysetPage, show: str) -> Pager:
    return Pager(*(_address(show, cursor) if cursor else "" for cursor in (page.previous_cursor, page.next_cursor)))
