from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bases import permissions, workflow
from bases.admin.forms import MoveForm
from bases.enums import Action, ChangeState
from bases.models import Base, BaseChange
from bases.models.provenance import labels_of_lost
from common.admin_tools import PilotAdmin
from common.admin_vouched import tell_what_was_lost


class Side(NamedTuple):
    label: str
    now: str
    proposed: str


@admin.register(BaseChange)
class BaseChangeAdmin(PilotAdmin):
    """Proposed changes: read here side by side, decided by the verbs alone."""

    list_display = ["base", "reason", "state", "proposed_by", "proposed_at", "decided_by"]
    list_select_related = ["base", "proposed_by", "decided_by"]
    list_filter = ["state"]
    fields = ["base", "reason", "state", "proposed_by", "proposed_at", "decided_by", "decided_at"]
    sortable_by = ["proposed_at"]
    change_form_template = "admin/bases/change_decision.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        own = Base.objects.for_staff(request.user)  # type: ignore[arg-type]
        return super().get_queryset(request).filter(base__in=own.values("pk")).select_related("base")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: BaseChange | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BaseChange | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/approve/", view(require_POST(self.approve_view)), name="bases_basechange_approve"),
            path("<path:object_id>/decline/", view(require_POST(self.decline_view)), name="bases_basechange_decline"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        change = kwargs["obj"]
        context |= {
            "sides": sides(change),
            "may_decide": change.state == ChangeState.PENDING and permissions.can_decide_change(request.user, change),  # type: ignore[arg-type]
            "is_own": request.user.pk in (change.proposed_by_id, change.base.submitted_by_id),
            "decline_form": MoveForm(Action.DECLINE_CHANGE),
            "base_url": reverse("admin:bases_base_change", args=[change.base_id]),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def approve_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        change = self._asked(request, object_id)
        return self._decide(request, change, lambda: workflow.approve_change(change, by=request.user))  # type: ignore[arg-type]

    def decline_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        change = self._asked(request, object_id)
        reason = request.POST.get("reason", "")[:300]
        return self._decide(request, change, lambda: workflow.decline_change(change, by=request.user, reason=reason))  # type: ignore[arg-type]

    def _asked(self, request: HttpRequest, object_id: str) -> BaseChange:
        change = self.get_object(request, unquote(object_id))
        if change is None:
            raise Http404
        return change

    def _decide(self, request: HttpRequest, change: BaseChange, decide: Any) -> HttpResponse:
        try:
            with self.acting(request):
                base = decide()
        except workflow.MoveRefused as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            change.refresh_from_db()
            is_approved = change.state == ChangeState.APPROVED
            messages.success(request, _("The change is approved.") if is_approved else _("The change is declined."))
            tell_what_was_lost(request, labels_of_lost(base))
        return redirect("admin:bases_basechange_change", change.pk)


def sides(change: BaseChange) -> list[Side]:
    """Each proposed value beside the one in the register now. One query per foreign key proposed."""
    return [_side(change.base, name, value) for name, value in change.values.items()]


def _side(base: Base, name: str, value: Any) -> Side:
    field: Any = Base._meta.get_field(name)
    now = getattr(base, name)
    if isinstance(field, models.ForeignKey):
        proposed = field.related_model._base_manager.filter(pk=value).first() if value else None
    else:
        choices = dict(field.flatchoices)
        now, proposed = choices.get(now, now), choices.get(value, value)
    return Side(capfirst(str(field.verbose_name)), str(now or ""), str(proposed or ""))
