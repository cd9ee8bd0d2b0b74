"""Draws on the desk: prepared and made by one person, confirmed or discarded by another, read by those who may."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.admin_tools import ReadOnlyAdmin
from common.keys import key_of
from subsidies import drawing, panels, permissions, stuck_reviews
from subsidies.admin.draw_page import choices_of, exclusions_of, panels_of
from subsidies.enums import State
from subsidies.models import Application, Assignment, Call, Draw
from subsidies.sight import draws_for, kept_away_in, whole_draws_for
from subsidies.workflow import LONGEST_REASON


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@admin.register(Draw)
class DrawAdmin(ReadOnlyAdmin):
    list_display = ["title", "call", "panels", "drawn_by", "drawn_at", "standing"]
    list_display_links = ["title"]
    list_select_related = ["call", "drawn_by", "confirmed_by"]
    list_filter = [("call", admin.RelatedOnlyFieldListFilter)]
    ordering = ["-pk"]
    sortable_by = ["drawn_at"]
    change_list_template = "admin/subsidies/draw/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return draws_for(signed_in(request))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The journal knows no part of a draw."""
        get_object_or_404(whole_draws_for(signed_in(request)), pk=key_of(unquote(object_id)))
        return super().history_view(request, object_id, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        can_draw = signed_in(request).has_perm("subsidies.draw_experts")
        return super().changelist_view(request, {"can_draw": can_draw, **(extra_context or {})})

    # ------------------------------------------------------------ columns
    @admin.display(description=gettext_lazy("draw of experts"))
    def title(self, draw: Draw) -> str:
        return _("Draw %(number)d") % {"number": draw.pk}

    @admin.display(description=gettext_lazy("panels"))
    def panels(self, draw: Draw) -> int:
        return len(draw.result["panels"])

    @admin.display(description=gettext_lazy("state"))
    def standing(self, draw: Draw) -> str:
        if draw.discarded_at:
            return _("Discarded: %(reason)s") % {"reason": draw.discard_reason}
        if draw.confirmed_at:
            return _("Confirmed by %(person)s") % {"person": draw.confirmed_by}
        return _("Waits for its confirmation")

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("new/", view(self.calls_view), name="subsidies_draw_calls"),
            path("new/<int:call_id>/", view(self.new_view), name="subsidies_draw_new"),
            *super().get_urls(),
        ]

    def calls_view(self, request: HttpRequest) -> HttpResponse:
        """Straight to the call when there is one only."""
        self._drawer(request)
        calls = list(self._calls())
        if len(calls) == 1:
            return redirect("admin:subsidies_draw_new", calls[0].pk)
        return self._page(request, "admin/subsidies/draw/calls.html", {"calls": calls, "title": _("Draw panels")})

    def new_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        by = self._drawer(request)
        call = get_object_or_404(Call, pk=call_id)
        chosen = request.POST.getlist("application")
        if request.method == "POST":
            made = self._try(request, lambda: drawing.draw(call, _named(call, chosen), by=by))
            if made is not None:
                messages.success(request, _("Drawn. Another person confirms the draw; then the reviews begin."))
                return redirect("admin:subsidies_draw_change", made.pk)
        context = {"call": call, "choices": choices_of(call, by), "chosen": chosen, "title": _("Draw panels")}
        return self._page(request, "admin/subsidies/draw/new.html", context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        draw = self.get_object(request, unquote(object_id or ""))
        if draw is None or not self.has_view_permission(request, draw):
            raise Http404
        user = signed_in(request)
        if request.method == "POST":
            return self._do(request, draw, user)
        return self._page(request, "admin/subsidies/draw/draw.html", _shown(draw, user))

    # ------------------------------------------------------------ deeds
    def _do(self, request: HttpRequest, draw: Draw, by: User) -> HttpResponse:
        deed = request.POST.get("deed", "")
        if deed not in DEEDS:
            raise Http404
        act, words = DEEDS[deed]
        done = self._try(request, lambda: act(draw, request, by))
        if done is not None:
            messages.success(request, words)
        is_another_draw = isinstance(done, Draw)
        return redirect("admin:subsidies_draw_change", done.pk if is_another_draw else draw.pk)

    def _try(self, request: HttpRequest, act: Callable[[], Any]) -> Any:
        try:
            with self.acting(request):
                return act()
        except ValidationError as refusal:
            for words in refusal.messages:
                messages.error(request, words)
            return None

    def _drawer(self, request: HttpRequest) -> User:
        user = signed_in(request)
        if not user.has_perm("subsidies.draw_experts"):
            raise PermissionDenied
        return user

    @staticmethod
    def _calls() -> QuerySet[Call]:
        waiting = Count("applications", filter=Q(applications__state=State.CHECKED))
        rows: QuerySet[Call] = Call.objects.annotate(waiting=waiting).filter(waiting__gt=0).order_by("-year", "pk")
        return rows

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.opts, **context}
        )


def _named(call: Call, keys: list[str]) -> list[Application]:
    return list(call.applications.filter(pk__in=[key for text in keys if (key := key_of(text)) is not None]))


def _shown(draw: Draw, user: User) -> dict[str, Any]:
    away = kept_away_in(draw, user)
    is_open = draw.confirmed_at is None and draw.discarded_at is None and not away
    return {
        "draw": draw,
        "title": _("Draw %(number)d") % {"number": draw.pk},
        "kept_away": sorted(away),
        "panels": [panel for panel in panels_of(draw, user) if panel.number not in away],
        "exclusions": [(number, rows) for number, rows in exclusions_of(draw) if number not in away],
        "can_confirm": is_open and user.has_perm("subsidies.confirm_draw") and draw.drawn_by_id != user.pk,
        "can_discard": is_open and permissions.can_discard(user, draw),
        "is_own": is_open and draw.drawn_by_id == user.pk,
        "reason_form": ReasonForm(),
    }


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise ValidationError(list(form.errors["reason"]))
    return str(form.cleaned_data["reason"])


def _seat_of(draw: Draw, request: HttpRequest) -> Assignment:
    rows = Assignment.objects.filter(application__number__in=drawing.numbers_of(draw), application__call=draw.call_id)
    return get_object_or_404(rows, pk=_key(request))


def _application_of(draw: Draw, request: HttpRequest) -> Application:
    return get_object_or_404(draw.call.applications.filter(number__in=drawing.numbers_of(draw)), pk=_key(request))


def _key(request: HttpRequest) -> int:
    return key_of(request.POST.get("about", "")) or 0


# What the forms of the page of a draw ask for, and what is said when it is done.
DEEDS: dict[str, tuple[Callable[[Draw, HttpRequest, User], Any], Any]] = {
    "confirm": (
        lambda draw, request, by: drawing.confirm(draw, by=by),
        gettext_lazy("Confirmed: the experts are invited, and the reviews have begun."),
    ),
    "discard": (
        lambda draw, request, by: drawing.discard(draw, by=by, reason=_reason(request)),
        gettext_lazy("Discarded; it stays on record."),
    ),
    "release": (
        lambda draw, request, by: panels.release(_seat_of(draw, request), by=by, reason=_reason(request)),
        gettext_lazy("The seat is free again; a reserve who fits is invited."),
    ),
    "drop_revision": (
        lambda draw, request, by: stuck_reviews.drop_revision(_seat_of(draw, request), by=by, reason=_reason(request)),
        gettext_lazy("The revision is dropped: what was signed before stands."),
    ),
    "pass_chair": (
        lambda draw, request, by: stuck_reviews.pass_chair(_seat_of(draw, request), by=by, reason=_reason(request)),
        gettext_lazy("The chair is passed on."),
    ),
    "redraw": (
        lambda draw, request, by: panels.redraw_seat(_application_of(draw, request), by=by),
        gettext_lazy("Drawn for the empty seat. Another person confirms the draw."),
    ),
}
