"""The figures for those who lead: one page with charts, their tables and sentences; the same as Excel."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import signed_in
from common.calendar import shanghai_today
from common.sheet_writing import Sheet, xlsx_chunks
from common.spreadsheet import XLSX_TYPE
from subsidies.figures import money
from subsidies.figures.charts import Chart, funnel_chart, group_chart, times_chart, years_chart
from subsidies.figures.funnel import funnel
from subsidies.figures.scope import Scope, calls_of, scope_of
from subsidies.figures.times import FEW, step_times


class FiguresPages:
    """For the admin of awards, whose addresses they stand under."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("figures/", view(require_safe(self.figures_view)), name="subsidies_award_figures"),
            path("figures/excel/", view(require_safe(self.figures_excel)), name="subsidies_award_figures_excel"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        _require(request)
        calls = calls_of(request.GET.get("demo") == "yes")
        scope = scope_of(request.GET, calls)
        context = {
            "title": _("Statistics for those who lead"),
            "charts": charts_of(scope),
            "calls": calls,
            "years": sorted({call.year for call in calls}, reverse=True),
            "scope": scope,
            "few": FEW,
            "day": shanghai_today(),
            "query": request.GET.urlencode(),
        }
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "admin/subsidies/figures.html", shared | context)

    def figures_excel(self, request: HttpRequest) -> HttpResponseBase:
        """Sums and counts alone, so nobody's data leaves the house."""
        _require(request)
        scope = scope_of(request.GET, calls_of(request.GET.get("demo") == "yes"))
        name = f"{_('Statistics for those who lead')}-{shanghai_today().isoformat()}.xlsx"
        headers = {"Content-Disposition": str(content_disposition_header(True, name)), "Cache-Control": "no-store"}
        chunks = xlsx_chunks([_sheet(chart) for chart in charts_of(scope)])
        return StreamingHttpResponse(chunks, content_type=XLSX_TYPE, headers=headers)


def charts_of(scope: Scope) -> list[Chart]:
    """A constant number of queries."""
    charts = [funnel_chart(funnel(scope), scope), times_chart(step_times(scope), scope)]
    charts.append(years_chart(money.by_year(scope)))
    return charts + [group_chart(group, scope) for group in money.groups(scope)]


def _sheet(chart: Chart) -> Sheet:
    return Sheet(chart.title[:31], chart.heads, [[cell.text for cell in row] for row in chart.rows])


def _require(request: HttpRequest) -> None:
    if not signed_in(request).has_perm("subsidies.view_figures"):
        raise PermissionDenied
