from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.admin_tools import PilotAdmin
from subsidies.admin.content import part_view, parts_of
from subsidies.call_pages import call_page
from subsidies.call_problems import problems_of_content
from subsidies.enums import VersionState
from subsidies.models import CallVersion
from subsidies.permissions import can_draft, can_publish
from subsidies.publishing import publish_version


@admin.register(CallVersion)
class CallVersionAdmin(PilotAdmin):
    """What a call asks: begun on the page of the call, edited part by part, never changed once published."""

    list_display = ["call", "number", "state", "published_at", "updated_at"]
    list_select_related = ["call"]
    list_filter = ["state"]
    search_fields = ["call__name_zh", "call__name_en"]
    sortable_by = ["updated_at"]
    fields = ["number", "state", "published_at", "published_by"]
    readonly_fields = ["number", "state", "published_at", "published_by"]
    change_form_template = "admin/subsidies/callversion/change_form.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("call__scheme")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and can_draft(request.user)  # type: ignore[arg-type]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/part/<path:place>/", view(self.part_view), name="subsidies_callversion_part"),
            path("<path:object_id>/publish/", view(self.publish_view), name="subsidies_callversion_publish"),
            path(
                "<path:object_id>/preview/",
                view(require_safe(self.preview_view)),
                name="subsidies_callversion_preview",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        version: CallVersion = kwargs["obj"]
        is_draft = version.state == VersionState.DRAFT
        problems = problems_of_content(version.parsed) if is_draft else []
        may_publish = is_draft and can_publish(request.user, version.call)  # type: ignore[arg-type]
        target = "subsidies_callversion_publish" if version.call.published_at else "subsidies_call_publish"
        key = version.pk if version.call.published_at else version.call_id
        context |= {
            "parts": parts_of(version, problems),
            "may_edit": is_draft and self.has_change_permission(request, version),
            "may_publish": may_publish,
            "publish_url": reverse(f"admin:{target}", args=[key]),
            "title": str(version.call),
            "subtitle": _("Version %(number)d: %(state)s")
            % {"number": version.number, "state": version.get_state_display()},
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def part_view(self, request: HttpRequest, object_id: str, place: str) -> HttpResponse:
        return part_view(self, request, self._asked(request, object_id), place)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The public page with this version, for whoever may read it in the desk."""
        version = self._asked(request, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        context = call_page(version.call, version) | {"is_preview": True, "is_for_print": False}
        return render(request, "subsidies/call_detail.html", context)

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self._asked(request, object_id)
        if not can_publish(request.user, version.call):  # type: ignore[arg-type]
            raise PermissionDenied
        problems = problems_of_content(version.parsed)
        if request.method == "POST":
            try:
                with self.acting(request):
                    publish_version(version, by=request.user)  # type: ignore[arg-type]
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
            else:
                messages.success(request, _("Published. New applications are asked this from now on."))
            return redirect("admin:subsidies_callversion_change", version.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "call": version.call,
            "title": _("Publish version %s") % version.number,
            "words": _(
                "New applications are asked this version from now on; those that have begun keep theirs. It can never "
                "be changed again."
            ),
            "problems": problems,
            "is_held": bool(problems),
            "submit_words": _("Publish"),
            "back_url": reverse("admin:subsidies_callversion_change", args=[version.pk]),
        }
        return TemplateResponse(request, "admin/subsidies/call/act.html", context)

    def _asked(self, request: HttpRequest, object_id: str) -> CallVersion:
        version = self.get_object(request, unquote(object_id))
        if version is None:
            raise Http404
        return version
