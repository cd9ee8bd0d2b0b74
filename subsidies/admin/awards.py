from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from common.admin_tools import ReadOnlyAdmin
from common.templatetags.chenzhou import yuan
from projects.models import Project
from subsidies.admin.figures import FiguresPages
from subsidies.finding import MOST, candidates, invite, people_of
from subsidies.models import Award, Call, CallInvitation
from subsidies.permissions import can_invite


@admin.register(Award)
class AwardAdmin(FiguresPages, ReadOnlyAdmin):
    """Read here alone: an award comes with its document, or with the confirmation of an earlier one."""

    list_display = ["project_name", "organisation", "scheme", "amount", "awarded_on", "document_number"]
    list_select_related = ["organisation", "scheme"]
    list_filter = ["scheme"]
    search_fields = ["project_name", "organisation__name_zh", "document_number"]
    sortable_by = ["awarded_on"]
    readonly_fields = ["amount", "application", "document", "revoked_on"]
    fields = ["project_name", "organisation", "scheme", ("amount", "awarded_on"), "document_number"]
    fields += ["application", "document", "project", "revoked_on"]

    @admin.display(description=gettext_lazy("amount"))
    def amount(self, award: Award) -> str:
        return yuan(award.amount_yuan)

    def view_on_site(self, award: Award) -> str | None:
        """No link before the public can follow it."""
        is_public = Award.objects.on_public_site().filter(pk=award.pk).exists()
        return award.get_absolute_url() if is_public else None


class InviteForm(forms.Form):
    project = forms.ModelChoiceField(queryset=Project.objects.all())
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.all())
    message = forms.CharField(required=False, max_length=500)


@admin.register(CallInvitation)
class CallInvitationAdmin(ReadOnlyAdmin):
    """Who was invited; and the list of those who could be."""

    list_display = ["organisation", "project", "call", "sent_by", "sent_at"]
    list_select_related = ["organisation", "project", "call", "sent_by"]
    list_filter = ["call"]
    sortable_by = ["sent_at"]
    fields = ["call", "project", "organisation", "message", "sent_by", "sent_at"]
    change_list_template = "admin/subsidies/callinvitation/change_list.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_invite(request.user)  # type: ignore[arg-type]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_invite(request.user)  # type: ignore[arg-type]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("find/", view(self.find_view), name="subsidies_callinvitation_find"),
            path("find/<slug:slug>/", view(self.candidates_view), name="subsidies_callinvitation_candidates"),
            *super().get_urls(),
        ]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Straight to the call when there is one only."""
        self._require(request)
        calls = list(self._calls())
        if len(calls) == 1:
            return redirect("admin:subsidies_callinvitation_candidates", calls[0].slug)
        context = {"calls": calls, "title": _("The city finds you")}
        return self._page(request, "admin/subsidies/callinvitation/find.html", context)

    def candidates_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        self._require(request)
        call = get_object_or_404(self._calls(), slug=slug)
        if request.method == "POST" and self._invited(request, call):
            return redirect(request.path)
        rows = candidates(call)
        context = {"call": call, "candidates": rows, "title": _("The city finds you"), "is_cut": len(rows) >= MOST}
        return self._page(request, "admin/subsidies/callinvitation/candidates.html", context)

    def _invited(self, request: HttpRequest, call: Call) -> bool:
        form = InviteForm(request.POST)
        if not form.is_valid():
            raise Http404
        told = form.cleaned_data
        try:
            with self.acting(request):
                invite(call, told["project"], told["organisation"], by=request.user, message=told["message"])  # type: ignore[arg-type]
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return False
        if people_of(told["organisation"]).exists():
            messages.success(request, _("%s has been invited.") % told["organisation"])
        else:
            words = _("The invitation to %s is recorded, but nobody of the firm has an account here: give them a call.")
            messages.warning(request, words % told["organisation"])
        return True

    @staticmethod
    def _calls() -> Any:
        return Call.objects.published().filter(closes_at__gt=timezone.now()).select_related("scheme__policy")

    @staticmethod
    def _require(request: HttpRequest) -> None:
        if not can_invite(request.user):  # type: ignore[arg-type]
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, shared | context)
