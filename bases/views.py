from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bases import feeds
from bases.codes import validate_code
from bases.enums import ON_PUBLIC_SITE, State
from bases.filters import BaseFilter
from bases.list_page import list_page
from bases.listing import chosen_filters, unknown_words
from bases.models import Base
from bases.pictures import visible_file
from bases.profile import profile
from common.compiled_lists import cleaned_filters
from common.file_serving import may_show, public_picture
from common.list_refusals import refused_list
from common.page_forms import filled_page
from common.pages import registry_page
from common.public_codes import asked_code


@login_not_required
@require_safe
@registry_page(*BaseFilter.base_filters, "sort", "view", "cursor")
def base_list(request: HttpRequest) -> HttpResponse:
    filters, refused = cleaned_filters(BaseFilter, chosen_filters(request.GET))
    refused |= unknown_words(request.GET)
    try:
        if refused:
            raise ValidationError(refused)
        page = list_page(request, filters)
    except ValidationError as error:
        return refused_list(request, error.messages, "bases:base_list")
    return filled_page(request, "bases/base_list.html", page)


@login_not_required
@require_safe
@registry_page()
def base_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile of a base by its short name; its code, or that of a base merged into another, leads there."""
    shown = Base.objects.select_related("merged_into").filter(state__in=(*ON_PUBLIC_SITE, State.MERGED))
    base = shown.filter(slug=slug).first() or get_object_or_404(shown, code=asked_code(slug, validate_code))
    target = base.merged_into or base
    if target.slug != slug:
        return HttpResponsePermanentRedirect(target.get_absolute_url())
    return render(request, "bases/base_detail.html", profile(base.pk))


feed_rss = login_not_required(require_safe(registry_page()(feeds.NEWS.rss)))
feed_json = login_not_required(require_safe(registry_page()(feeds.NEWS.json)))


@login_not_required
@require_safe
def base_picture(request: HttpRequest, picture_id: UUID) -> HttpResponseBase:
    """One size of a picture by its public number, the same in every language."""
    stored = visible_file(picture_id, request.user)
    if stored is None or not may_show(stored):
        raise Http404
    return public_picture(stored)
