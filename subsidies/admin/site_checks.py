"""Rounds of site checks on the desk: proposed by one person, confirmed by another; and the list of all checks."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.admin_tools import ReadOnlyAdmin
from common.calendar import shanghai_today
from subsidies.admin.draws import ReasonForm
from subsidies.admin.follow_up_forms import day_field
from subsidies.enums import CheckExclusion, CheckState
from subsidies.follow_up import sampling
from subsidies.follow_up.check_figures import standing_of
from subsidies.follow_up.site_checks import checks_for
from subsidies.models import CheckRound, SiteCheck
from subsidies.visit_times import CONCLUDED


class ProposeForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("year"), min_value=2000, max_value=2200)
    awarded_from = forms.IntegerField(label=gettext_lazy("awards from the year"), min_value=2000, max_value=2200)
    awarded_until = forms.IntegerField(label=gettext_lazy("to the year"), min_value=2000, max_value=2200)
    size = forms.IntegerField(label=gettext_lazy("how many are checked"), min_value=1, max_value=1000)
    due_on = day_field(gettext_lazy("checks are due on"))
    is_demo = forms.BooleanField(label=gettext_lazy("awards of the demonstration"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = shanghai_today().year
        self.initial = {"year": this_year, "awarded_from": this_year - 3, "awarded_until": this_year}


@admin.register(CheckRound)
class CheckRoundAdmin(ReadOnlyAdmin):
    list_display = ["title", "size", "due_on", "proposed_by", "standing"]
    list_display_links = ["title"]
    list_select_related = ["proposed_by", "confirmed_by"]
    list_filter = ["year"]
    ordering = ["-pk"]
    sortable_by = ["due_on"]
    change_list_template = "admin/subsidies/check_rounds.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        can_propose = signed_in(request).has_perm("subsidies.propose_checks")
        return super().changelist_view(request, {"can_propose": can_propose, **(extra_context or {})})

    @admin.display(description=gettext_lazy("round of site checks"))
    def title(self, row: CheckRound) -> str:
        return title_of(row)

    @admin.display(description=gettext_lazy("state"))
    def standing(self, row: CheckRound) -> str:
        return standing_of(row)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [path("new/", view(self.new_view), name="subsidies_checkround_new"), *super().get_urls()]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        by = signed_in(request)
        if not by.has_perm("subsidies.propose_checks"):
            raise PermissionDenied
        form = ProposeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                with self.acting(request):
                    row = sampling.propose(by=by, **form.cleaned_data)
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            else:
                messages.success(request, _("Proposed. Another person confirms the round; then the lots are drawn."))
                return redirect("admin:subsidies_checkround_change", row.pk)
        context = {"form": form, "title": _("Propose a round of site checks")}
        status = 400 if form.errors else 200
        return self._page(request, "admin/subsidies/check_round_new.html", context, status)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id or ""))
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        user = signed_in(request)
        if request.method == "POST":
            return self._do(request, row, user)
        return self._page(request, "admin/subsidies/check_round.html", _shown(row, user))

    def _do(self, request: HttpRequest, row: CheckRound, by: User) -> HttpResponse:
        deed = request.POST.get("deed", "")
        if deed not in DEEDS:
            raise Http404
        act, words = DEEDS[deed]
        try:
            with self.acting(request):
                act(row, request, by)
        except ValidationError as refusal:
            for told in refusal.messages:
                messages.error(request, told)
        else:
            messages.success(request, words)
        return redirect("admin:subsidies_checkround_change", row.pk)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, **context}, status=status)


def title_of(row: CheckRound) -> str:
    return _("Site checks %(year)d, round %(number)d") % {"year": row.year, "number": row.pk}


def _shown(row: CheckRound, user: User) -> dict[str, Any]:
    people = sampling.people_of(row)
    checks = checks_for(user).filter(round=row).prefetch_related("visit__officers__user")
    counts = Counter(each["reason"] for each in row.exclusions)
    may_withdraw = user.has_perm("subsidies.propose_checks") or user.has_perm("subsidies.confirm_checks")
    return {
        "round": row,
        "title": title_of(row),
        "standing": standing_of(row),
        "pool": [(each["number"], len(each["officers"])) for each in row.inputs["awards"]],
        "officers": sorted(people.items()),
        "checks": list(checks.order_by("pk")),
        "excluded": [(reason.label, counts[reason]) for reason in CheckExclusion if counts[reason]],
        "can_confirm": row.is_open and user.has_perm("subsidies.confirm_checks") and row.proposed_by_id != user.pk,
        "can_withdraw": row.is_open and may_withdraw,
        "is_own": row.is_open and row.proposed_by_id == user.pk,
        "reason_form": ReasonForm(),
    }


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise ValidationError(list(form.errors["reason"]))
    return str(form.cleaned_data["reason"])


DEEDS: dict[str, tuple[Callable[[CheckRound, HttpRequest, User], Any], Any]] = {
    "confirm": (
        lambda row, request, by: sampling.confirm(row, by=by),
        gettext_lazy("Confirmed and drawn: the officers are told."),
    ),
    "withdraw": (
        lambda row, request, by: sampling.withdraw(row, by=by, reason=_reason(request)),
        gettext_lazy("Withdrawn; it stays on record."),
    ),
}


CHECKED = "checked"


class StageFilter(admin.SimpleListFilter):
    """By what the figures count; see also check_figures."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [*CheckState.choices, (CHECKED, pgettext_lazy("site checks", "Checked"))]

    def queryset(self, request: Any, queryset: QuerySet) -> QuerySet:
        if self.value() == CHECKED:
            return queryset.filter(visit__state=CONCLUDED)
        return queryset.filter(state=self.value()) if self.value() in CheckState.values else queryset


@admin.register(SiteCheck)
class SiteCheckAdmin(ReadOnlyAdmin):
    """A row leads to its case, where everything about it is done."""

    list_display = ["number", "project", "firm", "visited_on", "state", "remedy_by", "round_name"]
    list_display_links = ["number"]
    list_filter = [StageFilter, ("round__year", admin.AllValuesFieldListFilter), "round__is_demo"]
    ordering = ["-pk"]
    sortable_by = ["remedy_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return checks_for(signed_in(request)).order_by(*self.ordering)

    @admin.display(description=gettext_lazy("number"))
    def number(self, row: SiteCheck) -> str:
        return str(row.application.number)

    @admin.display(description=gettext_lazy("project"))
    def project(self, row: SiteCheck) -> str:
        return row.application.project_name

    @admin.display(description=gettext_lazy("firm"))
    def firm(self, row: SiteCheck) -> str:
        return row.application.organisation.name

    @admin.display(description=pgettext_lazy("site check", "day"))
    def visited_on(self, row: SiteCheck) -> Any:
        return row.visit.visited_on if row.visit.concluded_at else None

    @admin.display(description=gettext_lazy("round of site checks"))
    def round_name(self, row: SiteCheck) -> str:
        return title_of(row.round)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id or ""))
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        case = reverse("admin:subsidies_application_change", args=[row.application_id])
        return redirect(f"{case}#site-check-{row.pk}")
