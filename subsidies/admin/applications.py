"""The queue of applications on the desk, and the hits of cross-checks; an application itself is never edited here."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.requests import signed_in
from common import spreadsheet
from common.admin_changelist import UncountedChangeList
from common.admin_tools import ReadOnlyAdmin
from common.calendar import one_calendar
from common.components import Clock as DrawnClock
from subsidies import clocks, cross_checks, permissions, recommending, timing
from subsidies.admin import bulk, saved_views
from subsidies.admin.case_page import case_page, case_url, letter
from subsidies.admin.history import timeline_page, versions_page
from subsidies.admin.letters import write_page
from subsidies.admin.money_page import money_page
from subsidies.admin.next_step import next_step
from subsidies.admin.queue import ClockFilter, CountyFilter, StateFilter, TurnFilter, unit_boxes
from subsidies.awaited import awaited_in
from subsidies.follow_up import archive
from subsidies.hit_words import told
from subsidies.models import Application, Call, CallVersion, CrossCheckHit
from subsidies.workflow import MoveRefused


class QueueChangeList(UncountedChangeList):
    """Reads what stands beside its rows once for all of them, and the calendar once for their clocks."""

    def get_queryset(self, request: HttpRequest, *args: Any) -> QuerySet:
        return with_neighbours(super().get_queryset(request, *args))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        with one_calendar():
            for row in self.result_list:
                row.drawn_clock = _drawn(row)
        words = awaited_in(self.result_list, signed_in(request))
        for row in self.result_list:
            row.awaited = words[row.pk]


def _drawn(application: Application) -> DrawnClock | None:
    clock = clocks.current_clock(application, application.steps.all())
    return timing.drawn([clock])[0][1] if clock and clock.length else None


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["number", "project_name", "applicant", "unit", "state", "clock", "turn", "open_hits"]
    list_display_links = ["number", "project_name"]
    list_select_related = ["organisation__registered_division", "recommender"]
    list_filter = [TurnFilter, ClockFilter, StateFilter, ("call", admin.RelatedOnlyFieldListFilter), CountyFilter]
    sortable_by = ["number", "project_name", "state"]
    search_fields = ["search__document"]  # see get_search_results()
    search_help_text = _("Number, project, applicant, base or what stands in the answers; pinyin initials too")
    ordering = ["-state_since", "-pk"]
    change_list_template = "admin/subsidies/application_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Application.objects.for_staff(signed_in(request)).order_by(*self.ordering)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.found_by(search_term), False  # type: ignore[attr-defined]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedChangeList]:
        return QueueChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        user = signed_in(request)
        shown = {"boxes": unit_boxes(user), "is_bureau": user.acts_for_whole_city(), **saved_views.tabs(request)}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return bulk.actions_of(signed_in(request))

    # ------------------------------------------------------------ columns
    @admin.display(description=_("applicant"), ordering="organisation__name_zh")
    def applicant(self, application: Application) -> str:
        return str(application.organisation)

    @admin.display(description=_("county / recommending unit"))
    def unit(self, application: Application) -> str:
        place = application.organisation.registered_division
        return " / ".join(str(each) for each in (place, application.recommender) if each)

    @admin.display(description=_("time used"))
    def clock(self, application: Application) -> str:
        drawn = application.drawn_clock  # type: ignore[attr-defined]
        return render_to_string("includes/working_day_clock.html", {"clock": drawn}) if drawn else ""

    @admin.display(description=_("waits for"))
    def turn(self, application: Application) -> str:
        return application.awaited  # type: ignore[attr-defined]

    @admin.display(description=_("hits"))
    def open_hits(self, application: Application) -> str:
        count = sum(cross_checks.is_blocking(hit) for hit in application.hits.all())
        return format_html('<a href="{}">{}</a>', case_url(application, "hits"), count) if count else ""

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        summary, its_letter = "<int:call_id>/summary/<int:unit_id>/", "<path:object_id>/letter/<int:recommendation_id>/"
        return [
            path("views/", view(self.views_view), name="subsidies_application_views"),
            path(summary, view(self.summary_view), name="subsidies_application_summary"),
            path(its_letter, view(self.letter_view), name="subsidies_application_letter"),
            path("<path:object_id>/write/", view(self.write_view), name="subsidies_application_write"),
            path("<path:object_id>/money/", view(self.money_view), name="subsidies_application_money"),
            path("<path:object_id>/next/", view(self.next_view), name="subsidies_application_next"),
            path("<path:object_id>/archive/", view(self.archive_view), name="subsidies_application_archive"),
            path("<path:object_id>/timeline/", view(self.timeline_view), name="subsidies_application_timeline"),
            path("<path:object_id>/versions/", view(self.versions_view), name="subsidies_application_versions"),
            *super().get_urls(),
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None or request.method not in ("GET", "HEAD", "POST"):
            raise Http404
        application = self.get_object(request, unquote(object_id))
        if application is None:
            raise Http404
        return case_page(self, request, application)

    def money_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return money_page(self, request, unquote(object_id))

    def next_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return next_step(self, request, unquote(object_id))

    @method_decorator(require_POST)
    def views_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return saved_views.perform(request)

    def letter_view(self, request: HttpRequest, object_id: str, recommendation_id: int) -> HttpResponseBase:
        return letter(self, request, unquote(object_id), recommendation_id)

    def write_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return write_page(self, request, unquote(object_id))

    @method_decorator(require_POST)
    def archive_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The archive package; a POST, because taking it is journalled."""
        application = self.get_object(request, unquote(object_id))
        if application is None:
            raise Http404
        try:
            with self.acting(request):
                package = archive.open_archive(application, by=signed_in(request))
        except MoveRefused as error:
            messages.error(request, " ".join(error.messages))
            return redirect(case_url(application))
        response = StreamingHttpResponse(package, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{archive.file_name(application)}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The journal tells totals and the bureau's own reasons; the timeline is for everybody on the desk."""
        application = self.get_object(request, unquote(object_id))
        if application is not None and not permissions.sees_deliberation(signed_in(request), application):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def timeline_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return timeline_page(self, request, unquote(object_id))

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return versions_page(self, request, unquote(object_id))

    def summary_view(self, request: HttpRequest, call_id: int, unit_id: int) -> HttpResponse:
        """汇总表 as Excel: for the unit itself, and for the bureau."""
        user = signed_in(request)
        if not (unit_id in user.offices() or user.acts_for_whole_city()) or not self.has_view_permission(request):
            raise Http404
        call = Call.objects.filter(pk=call_id).first()
        unit = Organisation.objects.filter(pk=unit_id).first()
        if call is None or unit is None:
            raise Http404
        response = spreadsheet.file_response(f"汇总表-{call.year}-{unit.name_zh}.xlsx", spreadsheet.XLSX_TYPE)
        rows = recommending.summary_rows(unit, call)
        spreadsheet.write_xlsx(recommending.summary_columns(), rows, sheet="推荐汇总表", file=response)
        return response


@admin.register(CrossCheckHit)
class CrossCheckHitAdmin(ReadOnlyAdmin):
    """All hits in one list; they are judged on the page of their application."""

    list_display = ["sentence", "application", "kind", "judgement", "judged_by", "waiver_ends_on", "found_at"]
    list_display_links = ["sentence"]
    list_select_related = ["application", "judged_by"]
    list_filter = ["judgement", "kind", "found_at"]
    search_fields = ["application__number", "key"]
    search_help_text = _("Number of the application, or what was found")
    ordering = ["-pk"]
    sortable_by = ("found_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        user = signed_in(request)
        if not user.acts_for_whole_city():
            return CrossCheckHit.objects.none()
        seen = Application.objects.for_staff(user)
        return CrossCheckHit.objects.filter(application__in=seen.values("pk")).order_by(*self.ordering)

    @admin.display(description=_("what was found"))
    def sentence(self, hit: CrossCheckHit) -> str:
        return told(hit).sentence

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        hit = self.get_object(request, unquote(object_id or ""))
        if hit is None:
            raise Http404
        return redirect(case_url(hit.application, f"hit-{hit.pk}"))


def with_neighbours(rows: QuerySet) -> QuerySet:
    """One query each for steps, hits and versions of the calls, however many rows."""
    hits = CrossCheckHit.objects.select_related("other").defer("other__data", "other__touched")
    versions = Prefetch("call_version", CallVersion.objects.all())
    return rows.defer("data", "touched").prefetch_related("steps", Prefetch("hits", hits), versions)
