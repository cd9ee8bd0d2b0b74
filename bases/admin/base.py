from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from bases import permissions, workflow
from bases.admin import moves
from bases.admin.filters import FiguresFilter, IndustryFilter, VerifiedFilter
from bases.admin.forms import BaseForm, ProposeForm
from bases.admin.inlines import PARTS
from bases.codes import next_code
from bases.enums import ON_PUBLIC_SITE, UNDER_REVIEW, Action, ChangeState, State
from bases.exporting import export_rows
from bases.importing import BaseImport
from bases.models import Base
from bases.models.change import REVIEWED_FIELDS
from bases.models.provenance import labels_of_lost
from bases.models.verification import VERIFICATION
from common.admin_tools import ScopedAdmin
from common.admin_transfer import TransferAdmin
from common.admin_vouched import labels_of_parts, tell_what_was_lost
from common.calendar import shanghai_today

STATE_FIELDS = (
    ("state", "state_reason"),
    ("publicity_from", "publicity_until", "listed_on"),
    ("rectify_until", "left_on", "merged_into"),
)


@admin.register(Base)
class BaseAdmin(TransferAdmin, ScopedAdmin):
    form = BaseForm
    importer = BaseImport
    export_rows = staticmethod(export_rows)
    may_edit = staticmethod(permissions.can_edit)
    is_public = staticmethod(lambda base: base.state in ON_PUBLIC_SITE)

    list_display = ["code", "name_by_pinyin", "kind", "place_name", "state", "verified_on", "updated_at"]
    list_display_links = ["code", "name_by_pinyin"]
    list_select_related = ["division", "park"]
    list_filter = ["state", "kind", "division", "park", IndustryFilter, "openness", VerifiedFilter, FiguresFilter]
    sortable_by = ["code", "name_by_pinyin", "updated_at"]
    search_fields = ["code"]
    search_help_text = gettext_lazy("Name, code, keyword, or the first letters of the pinyin")
    ordering = ["code"]
    inlines = list(PARTS)
    autocomplete_fields = ["host", "operator", "co_builders", "tenants", "verified_by"]
    readonly_fields = ["code", "is_demo", *(name for row in STATE_FIELDS for name in row)]
    fieldsets = [
        (gettext_lazy("Name and kind"), {"fields": ["code", ("name_zh", "name_en"), ("kind", "slug"), "is_demo"]}),
        (
            gettext_lazy("Place"),
            {"fields": [("division", "park"), ("site_zh", "site_en"), "address", ("longitude", "latitude", "datum")]},
        ),
        (
            gettext_lazy("Organisations"),
            {"fields": ["lead_type", ("host", "operator"), "co_builders", "tenants", "alliance_member"]},
        ),
        (gettext_lazy("Industries"), {"fields": ["industries", ("industry_codes", "chains")]}),
        (
            gettext_lazy("Scale and figures"),
            {
                "fields": [
                    ("trl_min", "trl_max", "area_m2", "founded_on"),
                    ("total_investment_yuan", "public_funding_yuan", "equipment_value_yuan"),
                    ("staff_total", "staff_technical", "staff_qualified"),
                ]
            },
        ),
        (
            gettext_lazy("Terms of service"),
            {"fields": [("openness", "public_contact"), "fee_policy", "ip_policy", "confidentiality_policy"]},
        ),
        (gettext_lazy("Texts"), {"fields": ["summary_zh", "summary_en", "keywords"]}),
        (gettext_lazy("Source and verification"), {"fields": ["source", ("verified_on", "verified_by")]}),
        (gettext_lazy("State"), {"fields": list(STATE_FIELDS)}),
    ]

    # ------------------------------------------------------------ rights
    def get_readonly_fields(self, request: HttpRequest, obj: Base | None = None) -> list[str]:
        fixed = list(self.readonly_fields)
        if obj is not None and not permissions.can_edit_reviewed(obj):
            fixed += ["slug", *REVIEWED_FIELDS]
        if not permissions.can_verify(request.user):  # type: ignore[arg-type]
            fixed += VERIFICATION
        return fixed

    def get_fieldsets(self, request: HttpRequest, obj: Base | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        name, options = fieldsets[0]
        own = {"fields": [field for field in options["fields"] if field not in ("code", "is_demo")]}
        return [(name, own), *fieldsets[1:-1]]

    def get_form(self, request: HttpRequest, obj: Base | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def has_change_permission(self, request: HttpRequest, obj: Base | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state != State.MERGED)

    def has_delete_permission(self, request: HttpRequest, obj: Base | None = None) -> bool:
        """A draft alone may go; whatever has been on the way to the registry stays."""
        if obj is None or obj.state != State.DRAFT:
            return False
        return super().has_delete_permission(request, obj) and self.may_edit_row(request, obj)

    # ------------------------------------------------------------ list
    @admin.display(description=gettext_lazy("Chinese name"), ordering="name_pinyin")
    def name_by_pinyin(self, base: Base) -> str:
        return base.name_zh

    @admin.display(description=gettext_lazy("county or park"))
    def place_name(self, base: Base) -> str:
        return str(base.place or "")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.found_by(search_term), False  # type: ignore[attr-defined]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if "_popup" in request.GET:
            return {}
        return moves.bulk_actions(request.user)  # type: ignore[arg-type]

    # ------------------------------------------------------------ saving
    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "industries":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Base, form: Any, change: bool) -> None:
        if not change:
            obj.code = next_code(shanghai_today().year)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            tell_what_was_lost(request, [*labels_of_lost(form.instance), *labels_of_parts(formsets)])

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/move/<slug:action>/", view(self.move_view), name="bases_base_move"),
            path("<path:object_id>/propose/", view(self.propose_view), name="bases_base_propose"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        base = kwargs.get("obj")
        if base is not None:
            context |= {"moves": moves.buttons(base, request.user), **self._about_changes(request, base)}  # type: ignore[arg-type]
        return super().render_change_form(request, context, *args, **kwargs)

    def _about_changes(self, request: HttpRequest, base: Base) -> dict[str, Any]:
        may_propose = Action.PROPOSE_CHANGE in workflow.available_actions(base, request.user)  # type: ignore[arg-type]
        pending = base.changes.filter(state=ChangeState.PENDING).first() if base.state == State.CHANGE_PENDING else None
        return {
            "propose_url": reverse("admin:bases_base_propose", args=[base.pk]) if may_propose else "",
            "pending_change": pending,
            "is_under_review": base.state in UNDER_REVIEW,
            "is_past_review": base.state not in (State.DRAFT, *UNDER_REVIEW),
            "missing": base.missing_for_submission() if base.state == State.DRAFT else [],
        }

    def move_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        return moves.move_view(self, request, object_id, action)

    def propose_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        base = self.get_object(request, unquote(object_id))
        if base is None:
            raise Http404
        if not permissions.can_edit(request.user, base):  # type: ignore[arg-type]
            raise PermissionDenied
        form = self._propose_form(request, base)
        if request.method == "POST" and form.is_valid() and self._proposed(request, base.pk, form):
            return redirect("admin:bases_base_change", base.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Propose a change"),
            "subtitle": str(base),
            "form": form,
            "base": base,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/bases/propose.html", context, status=400 if form.errors else 200)

    def _propose_form(self, request: HttpRequest, base: Base) -> ProposeForm:
        form_class = type("ProposeForm", (ProposeForm,), {"user": request.user, "Meta": ProposeForm.Meta})
        form = form_class(request.POST if request.method == "POST" else None, instance=base)
        host: Any = self.formfield_for_dbfield(Base._meta.get_field("host"), request)
        host.widget.choices = form.fields["host"].choices
        form.fields["host"].widget = host.widget
        return form

    def _proposed(self, request: HttpRequest, key: int, form: ProposeForm) -> bool:
        try:
            with self.acting(request):
                reason, values = form.cleaned_data["reason"], form.proposed_values()
                base, user = Base.objects.get(pk=key), cast(User, request.user)
                workflow.propose_change(base, by=user, values=values, reason=reason)
        except workflow.MoveRefused as refusal:
            form.add_error(None, refusal)
            return False
        messages.success(
            request, _("The change waits for a decision; until then the register shows the present values.")
        )
        return True
