from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import signed_in
from common.admin_tools import PilotAdmin
from subsidies import meetings
from subsidies.admin.meeting_forms import MeetingForm, members_formset, members_of
from subsidies.admin.meeting_page import meeting_page
from subsidies.admin.offers import asked
from subsidies.models import Meeting
from subsidies.sight import meetings_for


@admin.register(Meeting)
class MeetingAdmin(PilotAdmin):
    """Prepared, recorded and released by the verbs alone; each page asks them."""

    list_display = ["day", "kind", "call", "agenda", "minutes_number", "released_at"]
    list_display_links = ["day"]
    list_select_related = ["call"]
    list_filter = ["call", "kind"]
    sortable_by = ["day"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return meetings_for(signed_in(request)).annotate(on_agenda=Count("decisions", Q(decisions__removed_at=None)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("held on"), ordering="held_on")
    def day(self, meeting: Meeting) -> str:
        return f"{meeting.held_on}"

    @admin.display(description=gettext_lazy("on the agenda"))
    def agenda(self, meeting: Any) -> int:
        return int(meeting.on_agenda)

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.edit_view)
        return [path("<path:object_id>/edit/", view, name="subsidies_meeting_edit"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return meeting_page(self, request, asked(self, request, object_id))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._form_page(request, None)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        meeting: Meeting = asked(self, request, object_id)
        if not self.has_change_permission(request, meeting):
            raise PermissionDenied
        return self._form_page(request, meeting)

    def _form_page(self, request: HttpRequest, meeting: Meeting | None) -> HttpResponse:
        data = request.POST if request.method == "POST" else None
        form = MeetingForm(data, meeting=meeting, initial={"call": request.GET.get("call")})
        before = meeting or meetings_for(signed_in(request)).order_by("held_on", "pk").last()
        members = members_formset(data, before.members.all() if before else ())
        if data is not None and form.is_valid() and members.is_valid():
            told = {**form.cleaned_data, "members": members_of(members), "by": signed_in(request)}
            try:
                with self.acting(request):
                    kept = meetings.change(meeting, **told) if meeting else meetings.create(told.pop("call"), **told)
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(request, _("The meeting is kept. Put applications on its agenda."))
                return redirect("admin:subsidies_meeting_change", kept.pk)
        return self._drawn(request, meeting, form, members)

    def _drawn(self, request: HttpRequest, meeting: Meeting | None, form: Any, members: Any) -> HttpResponse:
        is_wrong = form.is_bound and bool(form.errors or any(members.errors) or members.non_form_errors())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change the meeting") if meeting else _("Prepare a meeting"),
            "opts": self.opts,
            "meeting": meeting,
            "form": form,
            "members": members,
            "back_url": self._address(meeting),
        }
        template = "admin/subsidies/meeting/form.html"
        return TemplateResponse(request, template, context, status=400 if is_wrong else 200)

    @staticmethod
    def _address(meeting: Meeting | None) -> str:
        if meeting is None:
            return reverse("admin:subsidies_meeting_changelist")
        return reverse("admin:subsidies_meeting_change", args=[meeting.pk])
