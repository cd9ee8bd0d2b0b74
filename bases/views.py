from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bases.enums import ON_PUBLIC_SITE, State
from bases.filters import BaseFilter
from bases.listing import ORDER_LABELS, ORDERS, chosen_filters, listing
from bases.models import Base
from bases.profile import profile
from common.keyset import InvalidCursor
from common.pages import registry_page


@login_not_required
@require_safe
@registry_page
def base_list(request: HttpRequest) -> HttpResponse:
    chosen = chosen_filters(request.GET)
    sort = request.GET.get("sort", "code")
    form = BaseFilter(chosen).form
    if not form.is_valid() or sort not in ORDERS:
        return render(request, "bases/base_list_refused.html", {"form": form, "chosen": chosen}, status=400)
    try:
        found = listing(chosen, sort=sort, cursor=request.GET.get("cursor"))
    except InvalidCursor as error:
        context = {"form": form, "chosen": chosen, "refusals": error.messages}
        return render(request, "bases/base_list_refused.html", context, status=400)
    as_table = request.GET.get("view") == "table"
    context = {"listing": found, "form": form, "orders": ORDER_LABELS, "as_table": as_table}
    return render(request, "bases/base_list.html", context)


@login_not_required
@require_safe
@registry_page
def base_detail(request: HttpRequest, slug: str) -> HttpResponse:
    base = get_object_or_404(Base.objects.select_related("merged_into").filter(state__in=(*ON_PUBLIC_SITE, State.MERGED)), slug=slug)
    if base.merged_into:
        return HttpResponsePermanentRedirect(base.merged_into.get_absolute_url())
    return render(request, "bases/base_detail.html", profile(base.pk))
