"""Public notices: the list of them, each with its list, feeds, and the frozen lists byte for byte."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.components import Crumb
from common.journal_values import canonical
from common.pages import registry_page
from subsidies.models import PublicNotice
from subsidies.publicity import feeds
from subsidies.publicity.pages import notice_cards, notice_page, published_notices

feed_rss = login_not_required(require_safe(registry_page()(feeds.NEWS.rss)))
feed_json = login_not_required(require_safe(registry_page()(feeds.NEWS.json)))


@login_not_required
@require_safe
@registry_page()
def notice_list(request: HttpRequest) -> HttpResponse:
    context = {"cards": notice_cards(), "crumbs": [Crumb(_("Public notices"))]}
    return render(request, "subsidies/notice_list.html", context)


@login_not_required
@require_safe
@registry_page("view")
def public_notice(request: HttpRequest, slug: str) -> HttpResponse:
    context = notice_page(_published(slug)) | {"is_for_print": request.GET.get("view") == "print"}
    return render(request, "subsidies/public_notice.html", context)


@login_not_required
@require_safe
@registry_page()
def notice_file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The frozen list byte for byte: the SHA-256 of this file is the digest on the page."""
    notice = _published(slug)
    frozen = {"list": notice.listed, "final": notice.final}.get(name)
    if not frozen:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{notice.slug}-{name}.json"'}
    return HttpResponse(canonical(frozen), content_type="application/json", headers=headers)


def _published(slug: str) -> PublicNotice:
    rows = published_notices().select_related("call", "replaces")
    return get_object_or_404(rows, slug=slug)
