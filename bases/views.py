from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bases.cards import cards
from bases.enums import ON_PUBLIC_SITE, State
from bases.filters import BaseFilter
from bases.listing import ORDERS, chosen_filters, frame, page_of
from bases.models import Base
from bases.pages import address_with, pager_of
from bases.profile import profile
from common.compiled_lists import cleaned_filters, version_of
from common.keyset import InvalidCursor
from common.pages import registry_page


@login_not_required
@require_safe
@registry_page(*BaseFilter.base_filters, "sort", "view", "cursor")
def base_list(request: HttpRequest) -> HttpResponse:
    chosen = chosen_filters(request.GET)
    filters, refused = cleaned_filters(BaseFilter, chosen)
    if refused:
        return _refused(request, [message for messages in refused.values() for message in messages])
    sort = request.GET.get("sort", "")
    sort = sort if sort in ORDERS else "code"
    try:
        page = page_of(filters, sort=sort, cursor=request.GET.get("cursor", ""))
    except InvalidCursor as error:
        return _refused(request, error.messages)
    context = {
        "chosen": chosen,
        "frame": frame(request.GET, version_of(page), chosen, sort),
        "cards": cards(page.rows),
        "is_past_end": bool(request.GET.get("cursor")),
        "first_page_href": address_with(request.GET),
        "pager": pager_of(request.GET, page),
        "as_table": request.GET.get("view") == "table",
    }
    return render(request, "bases/base_list.html", context)


@login_not_required
@require_safe
@registry_page()
def base_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile of a base by its short name; its code, or that of a base merged into another, leads there."""
    shown = Base.objects.select_related("merged_into").filter(state__in=(*ON_PUBLIC_SITE, State.MERGED))
    base = shown.filter(slug=slug).first() or get_object_or_404(shown, code=slug)
    target = base.merged_into or base
    if target.slug != slug:
        return HttpResponsePermanentRedirect(target.get_absolute_url())
    return render(request, "bases/base_detail.html", profile(base.pk))


def _refused(request: HttpRequest, refusals: list[str]) -> HttpResponse:
    return render(request, "bases/base_list_refused.html", {"refusals": refusals}, status=400)
