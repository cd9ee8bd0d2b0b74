"""The register of experts. Nobody is deleted from it: draws and seats point to its rows."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.admin_tools import NotesSight, PartOptions, PilotAdmin
from common.texts import listed
from subsidies.conflict_facts import OPEN_REVIEW
from subsidies.models import Expert, ExpertAbsence, ExpertEmployment, ExpertInterest
from subsidies.register import next_code, people_to_enter


class EmploymentForm(forms.ModelForm):
    """A name is needed only where the employer is not in the registry of organisations."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("organisation") or cleaned.get("name")):
            self.add_error("name", _("Choose the organisation, or give its name."))
        return cleaned


class ExpertPart(PartOptions, admin.StackedInline):
    """Ended by a date where one is set, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EmploymentInline(ExpertPart):
    model = ExpertEmployment
    form = EmploymentForm
    fields = ["organisation", "name", ("since", "until")]
    autocomplete_fields = ["organisation"]


class InterestInline(ExpertPart):
    model = ExpertInterest
    fields = ["organisation", ("kind", "ended_on"), "note"]
    autocomplete_fields = ["organisation"]


class AbsenceInline(ExpertPart):
    model = ExpertAbsence
    fields = [("begins_on", "ends_on")]


@admin.register(Expert)
class ExpertAdmin(NotesSight, PilotAdmin):
    list_display = ["code", "person", "employer", "kind", "known_fields", "state", "open_reviews"]
    list_display_links = ["code", "person"]
    list_filter = ["state", "kind", "fields"]
    search_fields = ["code", "user__name", "employments__name"]
    search_help_text = _("Code, name or employer")
    ordering = ["code"]
    sortable_by = ["code"]
    inlines = [EmploymentInline, InterestInline, AbsenceInline]
    fieldsets = [
        (None, {"fields": ["user", ("code", "kind", "title"), "fields", ("state", "most_open")]}),
        (_("Integrity"), {"fields": ["integrity_note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        in_force = ExpertEmployment.objects.filter(until=None)
        rows = super().get_queryset(request).select_related("user")
        rows = rows.prefetch_related("fields", Prefetch("employments", in_force, to_attr="employers"))
        return rows.annotate(open_count=Count("assignments", filter=OPEN_REVIEW, distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Expert | None = None) -> list[str]:
        return ["code"] if obj is None else ["code", "user"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = people_to_enter()
            kwargs["help_text"] = _("Accounts with the role of an expert that are not in the register yet.")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "fields":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Expert, form: Any, change: bool) -> None:
        if not obj.code:
            obj.code = next_code()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # ------------------------------------------------------------ columns
    @admin.display(description=pgettext_lazy("of a person", "name"), ordering="user__name")
    def person(self, expert: Expert) -> str:
        return str(expert.user)

    @admin.display(description=_("employer"))
    def employer(self, expert: Expert) -> str:
        return listed(row.name for row in expert.employers)  # type: ignore[attr-defined]

    @admin.display(description=_("fields"))
    def known_fields(self, expert: Expert) -> str:
        return listed(str(field) for field in expert.fields.all())

    @admin.display(description=_("open reviews"))
    def open_reviews(self, expert: Expert) -> int:
        return expert.open_count  # type: ignore[attr-defined]
