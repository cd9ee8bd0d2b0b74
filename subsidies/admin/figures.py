"""The figures for those who lead: one page with charts, their tables and sentences; the same as Excel."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import signed_in
from common.admin_lookups import refused_page
from common.calendar import shanghai_today
from common.list_refusals import wanted_page
from common.sheet_writing import Sheet, xlsx_chunks
from common.spreadsheet import XLSX_TYPE
from subsidies.figures import cases, money
from subsidies.figures.charts import Chart, checks_chart, funnel_chart, group_chart, times_chart, years_chart
from subsidies.figures.funnel import funnel
from subsidies.figures.scope import Scope, calls_of, scope_of, unknown_scope
from subsidies.figures.times import FEW, step_times
from subsidies.follow_up.check_figures import by_year
from subsidies.models import Call

CASES_ON_A_PAGE = 50


def of_a_known_scope(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Gives the view the calls and what it is asked about; what is not there is named instead."""

    @wraps(view)
    def wrapper(self: Any, request: HttpRequest) -> HttpResponseBase:
        _require(request)
        calls = calls_of(request.GET.get("demo") == "yes")
        if wrong := unknown_scope(request.GET, calls):
            return refused_page(self, request, wrong, reverse("admin:subsidies_award_figures"))
        return view(self, request, calls, scope_of(request.GET, calls))

    return wrapper


class FiguresPages:
    """For the admin of awards, whose addresses they stand under."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("figures/", view(require_safe(self.figures_view)), name="subsidies_award_figures"),
            path("figures/excel/", view(require_safe(self.figures_excel)), name="subsidies_award_figures_excel"),
            path("figures/cases/", view(require_safe(self.figures_cases)), name="subsidies_award_figures_cases"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    @of_a_known_scope
    def figures_view(self, request: HttpRequest, calls: list[Call], scope: Scope) -> HttpResponse:
        context = {
            "title": _("Statistics for those who lead"),
            "charts": charts_of(scope, signed_in(request)),
            "calls": calls,
            "years": sorted({call.year for call in calls}, reverse=True),
            "scope": scope,
            "few": FEW,
            "day": shanghai_today(),
            "query": request.GET.urlencode(),
        }
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "admin/subsidies/figures.html", shared | context)

    @of_a_known_scope
    def figures_cases(self, request: HttpRequest, calls: list[Call], scope: Scope) -> HttpResponse:
        """The cases that one number counts; a person is shown those alone that stand on their desk."""
        counted = cases.counted(scope, request.GET.get("of", ""), request.GET.get("value", ""), signed_in(request))
        if counted is None:
            raise Http404
        try:
            page = wanted_page(counted.rows, CASES_ON_A_PAGE, request.GET.get("page", ""))
        except ValidationError as error:
            return refused_page(self, request, error.messages, reverse("admin:subsidies_award_figures"))
        kept = request.GET.copy()
        kept.pop("page", None)
        context = {"title": counted.title, "counted": counted, "page": page, "query": kept.urlencode(), "scope": scope}
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "admin/subsidies/figures_cases.html", shared | context)

    @of_a_known_scope
    def figures_excel(self, request: HttpRequest, calls: list[Call], scope: Scope) -> HttpResponseBase:
        """Sums and counts alone, so nobody's data leaves the house."""
        name = f"{_('Statistics for those who lead')}-{shanghai_today().isoformat()}.xlsx"
        headers = {"Content-Disposition": str(content_disposition_header(True, name)), "Cache-Control": "no-store"}
        chunks = xlsx_chunks([_sheet(chart) for chart in charts_of(scope, signed_in(request))])
        return StreamingHttpResponse(chunks, content_type=XLSX_TYPE, headers=headers)


def charts_of(scope: Scope, user: User) -> list[Chart]:
    """A constant number of queries."""
    charts = [funnel_chart(funnel(scope), scope), times_chart(step_times(scope), scope)]
    charts.append(years_chart(money.by_year(scope), scope))
    charts += [group_chart(group, scope) for group in money.groups(scope)]
    leads_on = user.has_perm("subsidies.view_sitecheck")
    return [*charts, checks_chart(by_year(is_demo=scope.is_demo), scope, leads_on=leads_on)]


def _sheet(chart: Chart) -> Sheet:
    return Sheet(chart.title[:31], chart.heads, [[cell.text for cell in row] for row in chart.rows])


def _require(request: HttpRequest) -> None:
    if not signed_in(request).has_perm("subsidies.view_figures"):
        raise PermissionDenied
