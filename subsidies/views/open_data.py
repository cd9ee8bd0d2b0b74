"""Yearly figures of awards, and everything public to download whole."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import versions
from common.calendar import shanghai_today
from common.components import Crumb
from common.conditional import Validators
from common.filters import no_such
from common.list_refusals import refused_list
from common.pages import registry_page
from subsidies.open_data import figures
from subsidies.open_data.datasets import DATASETS, SOURCE
from subsidies.open_data.files import FORMATS, JSON_TYPE, datapackage, grant_chunks
from subsidies.open_data.filters import AwardFilter

GRANTS = "awards-360giving"


@login_not_required
@require_safe
@registry_page("year")
def award_figures(request: HttpRequest) -> HttpResponse:
    rows = figures.by_year()
    asked = request.GET.get("year", "")
    year = next((row.year for row in rows if str(row.year) == asked), None)
    if asked and year is None:
        return refused_list(
            request, [no_such(AwardFilter.base_filters["year"].label, asked)], "subsidies:award_figures"
        )
    context = {
        "years": rows,
        "overall": figures.total(rows),
        "few": figures.FEW,
        "year": year,
        "shown_title": _("Awards of %(year)d") % {"year": year} if year else _("Awards of all years"),
        "groups": figures.groups(year) if rows else [],
        "crumbs": [Crumb(_("Awards"), reverse("subsidies:award_list")), Crumb(_("Awards in figures"))],
    }
    return render(request, "subsidies/award_figures.html", context)


@login_not_required
@require_safe
@registry_page()
def open_data(request: HttpRequest) -> HttpResponse:
    context = {
        "datasets": DATASETS.values(),
        "formats": FORMATS,
        "licence": settings.OPEN_DATA_LICENCE,
        "licence_url": settings.OPEN_DATA_LICENCE_URL,
        "source": SOURCE,
        "day": shanghai_today(),
        "crumbs": [Crumb(_("Open data"))],
    }
    return render(request, "subsidies/open_data.html", context)


@login_not_required
@require_safe
@registry_page()
def open_data_package(request: HttpRequest) -> HttpResponse:
    return JsonResponse(datapackage(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def open_data_file(request: HttpRequest, dataset: str, form: str) -> HttpResponseBase:
    if dataset not in DATASETS or form not in FORMATS:
        raise Http404
    chosen = FORMATS[form]
    return _download(request, f"{dataset}.{form}", chosen.content_type, lambda: chosen.chunks(DATASETS[dataset]))


@login_not_required
@require_safe
def open_data_grants(request: HttpRequest) -> HttpResponseBase:
    return _download(request, f"{GRANTS}.json", JSON_TYPE, grant_chunks)


def _download(
    request: HttpRequest, name: str, content_type: str, chunks: Callable[[], Iterator[bytes]]
) -> HttpResponseBase:
    """As the rows come, in memory that does not grow; 304 until something public changes, or the day."""
    day = shanghai_today().isoformat()
    validators = Validators(request, f"{versions.current('registry')}-{day}")
    if validators.match_etag():
        return HttpResponse(status=304, headers=validators.headers)
    disposition = str(content_disposition_header(True, f"chenzhou-pilot-{day}-{name}"))
    headers = {**validators.headers, "Content-Disposition": disposition}
    return StreamingHttpResponse(chunks(), content_type=content_type, headers=headers)
