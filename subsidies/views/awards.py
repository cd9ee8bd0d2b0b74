"""Public pages of awards: the list, one award, and their feeds."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bases.pages import address_with, pager_of
from common.compiled_lists import cleaned_filters
from common.list_refusals import refused_list
from common.pages import registry_page
from subsidies.open_data import feeds
from subsidies.open_data.cards import award_cards
from subsidies.open_data.filters import AwardFilter
from subsidies.open_data.listing import chosen_filters, groups, page_of
from subsidies.open_data.pages import award_page


@login_not_required
@require_safe
@registry_page(*AwardFilter.base_filters, "cursor")
def award_list(request: HttpRequest) -> HttpResponse:
    chosen = chosen_filters(request.GET)
    filters, refused = cleaned_filters(AwardFilter, chosen)
    try:
        if refused:
            raise ValidationError(refused)
        page = page_of(filters, cursor=request.GET.get("cursor", ""))
    except ValidationError as error:
        return refused_list(request, error.messages, "subsidies:award_list")
    context = {
        "chosen": chosen,
        "cards": award_cards(page.rows),
        "groups": groups(request.GET, chosen),
        "is_past_end": bool(request.GET.get("cursor")),
        "first_page_href": address_with(request.GET),
        "pager": pager_of(request.GET, page),
    }
    return render(request, "subsidies/award_list.html", context)


@login_not_required
@require_safe
@registry_page()
def award_detail(request: HttpRequest, award_id: int) -> HttpResponse:
    context = award_page(award_id)
    if context is None:
        raise Http404
    return render(request, "subsidies/award_detail.html", context)


feed_rss = login_not_required(require_safe(registry_page()(feeds.NEWS.rss)))
feed_json = login_not_required(require_safe(registry_page()(feeds.NEWS.json)))
