"""What waits at the recommending units, for the bureau: where, how long, and a way to another unit."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation
from accounts.requests import signed_in
from common.admin_changelist import UncountedChangeList
from common.admin_tools import ReadOnlyAdmin
from common.calendar import one_calendar
from common.templatetags.chenzhou import shanghai_moment
from subsidies.admin.at_unit_page import board_of, clock_of
from subsidies.admin.offers import asked, board_page
from subsidies.admin.queue import CountyFilter, is_open, working_days_left
from subsidies.due import end_of_soon, overdue, soon
from subsidies.models import Application, ApplicationAtUnit, Call, Recommendation

FIRM_ELSEWHERE = Q(organisation__recommender__isnull=False) & ~Q(organisation__recommender=F("recommender"))


class UnitFilter(admin.SimpleListFilter):
    """The units at which something waits now."""

    title = gettext_lazy("recommending unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        waiting = Application.objects.at_units(signed_in(request))
        units = Organisation.objects.filter(pk__in=waiting.order_by().values("recommender"))
        return [(str(unit.pk), str(unit)) for unit in units]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        known = {key for key, _name in self.lookup_choices}
        return queryset.filter(recommender=self.value()) if self.value() in known else queryset


class TimeFilter(admin.SimpleListFilter):
    """By the time of the stage, and by the end of all recommendations under the call."""

    title = gettext_lazy("time")
    parameter_name = "clock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [("overdue", gettext_lazy("Overdue")), ("soon", gettext_lazy("Due within three working days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        now = timezone.now()
        if self.value() == "overdue":
            return queryset.filter(overdue() | Q(call__recommend_closes_at__lte=now))
        if self.value() == "soon":
            return queryset.filter(soon() | Q(call__recommend_closes_at__range=(now, end_of_soon())))
        return queryset


class MovedFilter(admin.SimpleListFilter):
    title = gettext_lazy("unit of the firm")
    parameter_name = "firm"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [("elsewhere", gettext_lazy("Another one by now"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.filter(FIRM_ELSEWHERE) if self.value() == "elsewhere" else queryset


class WaitingChangeList(UncountedChangeList):
    """The calendar is read once for the clocks of all rows."""

    def get_queryset(self, request: HttpRequest, *args: Any) -> QuerySet:
        return super().get_queryset(request, *args).defer("data", "touched").prefetch_related("steps", "call_version")

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        with one_calendar():
            for row in self.result_list:
                row.drawn_clock, row.left = clock_of(row), working_days_left(row.call)


@admin.register(ApplicationAtUnit)
class ApplicationAtUnitAdmin(ReadOnlyAdmin):
    list_display = ["number", "project_name", "applicant", "unit", "clock", "closes", "opinion"]
    list_display_links = ["number", "project_name"]
    list_select_related = ["organisation__recommender", "recommender", "call"]
    list_filter = [UnitFilter, TimeFilter, MovedFilter, ("call", admin.RelatedOnlyFieldListFilter), CountyFilter]
    sortable_by = ["number", "project_name"]
    search_fields = ["search__document"]  # see get_search_results()
    search_help_text = gettext_lazy("Number, project or applicant; pinyin initials too")
    ordering = [F("due_on").asc(nulls_last=True), "pk"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = signed_in(request)
        return user.has_perm("subsidies.view_application") and user.acts_for_whole_city()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        waiting = Application.objects.at_units(signed_in(request)).values("pk")
        opinion = Recommendation.objects.open().filter(application=OuterRef("pk"))
        rows = ApplicationAtUnit.objects.filter(pk__in=waiting).annotate(is_prepared=Exists(opinion))
        return rows.order_by(*self.ordering)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.found_by(search_term), False  # type: ignore[attr-defined]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedChangeList]:
        return WaitingChangeList

    # ------------------------------------------------------------ columns
    @admin.display(description=gettext_lazy("applicant"))
    def applicant(self, application: Application) -> str:
        return str(application.organisation)

    @admin.display(description=gettext_lazy("recommending unit"))
    def unit(self, application: Application) -> str:
        own = application.organisation.recommender
        if own is None or own.pk == application.recommender_id:
            return str(application.recommender)
        return _("%(unit)s (the firm's is %(own)s now)") % {"unit": application.recommender, "own": own}

    @admin.display(description=gettext_lazy("time used"))
    def clock(self, application: Any) -> str:
        drawn = application.drawn_clock
        return render_to_string("includes/working_day_clock.html", {"clock": drawn}) if drawn else ""

    @admin.display(description=gettext_lazy("recommendations close"))
    def closes(self, application: Any) -> str:
        return closing_words(application.call, application.left)

    @admin.display(description=gettext_lazy("opinion of the unit"))
    def opinion(self, application: Any) -> str:
        return _("prepared, to be decided") if application.is_prepared else _("not prepared yet")

    # ------------------------------------------------------------ pages
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        with one_calendar():
            template = "admin/subsidies/at_unit.html"
            return board_page(self, request, partial(board_of, found.pk, signed_in(request)), template)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history is the application's, with whoever it waits for."""
        raise Http404


def closing_words(call: Call, left: int) -> str:
    closes_at = shanghai_moment(call.recommend_closes_at)
    if not is_open(call):
        return _("%(moment)s: over") % {"moment": closes_at}
    words = ngettext("%(moment)s, %(days)d working day left", "%(moment)s, %(days)d working days left", left)
    return words % {"moment": closes_at, "days": left}
