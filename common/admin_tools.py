"""What every page of the working desk builds on: uncounted lists, one journal, row-level rights, no lost edits."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import journal, versions
from common.admin_changelist import UncountedChangeList
from common.admin_history import history_page
from common.admin_lookups import NamesWrongLookups
from common.journal_relations import relations_together
from common.journal_sight import note_sight
from common.journal_words import plain_words
from common.texts import listed

LONGEST_REASON = 300
FORM_ONLY = {"seen_version", "change_reason"}


class VersionedForm(forms.ModelForm):
    """Refuses to save over what someone else has saved meanwhile; what was typed stays on the page."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label=gettext_lazy("Reason for this change"),
        help_text=gettext_lazy("Kept in the change history."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen_version" in self.fields:
            self.initial["seen_version"] = self.instance.version

    @property
    def changed_fields(self) -> set[str]:
        return set(self.changed_data) - FORM_ONLY

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and "seen_version" in self.fields:
            self._refuse_stale(cleaned.get("seen_version"))
        return cleaned

    def _refuse_stale(self, seen: int | None) -> None:
        """The second save counts as made with open eyes: the page shows what is stored beside what was typed."""
        if seen == self.instance.version:
            return
        message = _(
            "Someone else has saved this record since you opened it. Nothing of yours is lost: compare the fields "
            "marked below, then save again."
        )
        self.add_error(None, ValidationError(message, code="stale"))
        for name in sorted(self.changed_fields & set(self.fields)):
            self.add_error(name, _("Stored now: %(value)s") % {"value": self._stored(name) or _("empty")})
        data: Any = self.data
        self.data = data.copy()
        self.data[self.add_prefix("seen_version")] = str(self.instance.version)  # type: ignore[index]

    def _stored(self, name: str) -> str:
        field = self.instance._meta.get_field(name)
        if field.many_to_many:
            return listed(str(row) for row in getattr(self.instance, name).all())
        display = getattr(self.instance, f"get_{name}_display", None)
        return str(display()) if display else plain_words(getattr(self.instance, name))


class PilotAdmin(NamesWrongLookups):
    """Lists that never count their table; saves in one transaction under one actor; history from the journal."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedChangeList]:
        return UncountedChangeList

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Day and time of a moment are two inputs, of which Django labels neither."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, AdminSplitDateTime):
            for part, name in zip(field.widget.widgets, (_("day"), _("time")), strict=True):
                part.attrs["aria-label"] = _("%(field)s: %(part)s") % {"field": field.label, "part": name}
        return field

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        with self.acting(request):
            return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Not there, or not for this person: the same answer, and no sentence about which of the two."""
        raise Http404

    # The journal is the only record of what happened: the admin's own log stays empty.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """See the journal."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """See the journal."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """See the journal."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        with self.acting(request), versions.at_the_end():
            if request.method == "POST" and object_id:
                self._lock(object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        with self.acting(request):
            return super().delete_view(request, object_id, extra_context)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Row by row: the journal keeps an entry of each."""
        for row in queryset:
            row.delete()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with relations_together():
            super().save_related(request, form, formsets, change)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return history_page(self, request, object_id)

    @staticmethod
    def acting(request: HttpRequest) -> Any:
        reason = request.POST.get("change_reason", "").strip()[:LONGEST_REASON]
        return journal.acting(by=request.user, source="admin", reason=reason)

    def _lock(self, object_id: str) -> None:
        try:
            key = self.model._meta.pk.to_python(unquote(object_id))
        except ValidationError:  # not a key: the view answers that itself
            return
        list(self.model._base_manager.select_for_update().filter(pk=key).values_list("pk"))


class ReadOnlyAdmin(PilotAdmin):
    """Nothing is added, changed or deleted here: what happens to a row goes through the verbs."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NotesSight(admin.ModelAdmin):
    """Whoever opens a row of these, full of personal data, leaves a trace in the journal."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = context.get("original")
        if row is not None and request.method == "GET":
            note_sight(row)
        return super().render_change_form(request, context, *args, **kwargs)


class VersionedAdmin(PilotAdmin):
    """For models with `version`: one save is one new version, whichever part of the page has changed."""

    form = VersionedForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets, (_("This change"), {"fields": ["change_reason", "seen_version"]})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change and (form.changed_fields or any(formset.has_changed() for formset in formsets)):
            form.instance.version += 1
            form.instance.save()
        super().save_related(request, form, formsets, change)


class ScopedAdmin(VersionedAdmin):
    """Rows that the model's for_staff() shows, edited where `may_edit` allows; see the app's permissions."""

    may_edit: Callable[[Any, Any], bool]
    is_public: Callable[[Any], bool]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.model.objects.for_staff(request.user).order_by(*self.get_ordering(request) or ["code"])

    def view_on_site(self, row: Any) -> str | None:
        """No link before the public can follow it."""
        return row.get_absolute_url() if self.is_public(row) else None

    def may_edit_row(self, request: HttpRequest, row: Any) -> bool:
        """Asked many times a page, answered once a request."""
        answers = request.__dict__.setdefault("may_edit_answers", {})
        key = (self.model, row.pk)
        if key not in answers:
            answers[key] = self.may_edit(request.user, row)
        return answers[key]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or self.may_edit_row(request, obj))


class PartOptions(InlineModelAdmin):
    """The parts of a scoped record follow the record's rights."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]
        return super().has_add_permission(request, obj) and self._parent_allows(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._parent_allows(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._parent_allows(request, obj)

    def _parent_allows(self, request: HttpRequest, parent: Any) -> bool:
        if parent is None or parent.pk is None:
            return True
        return self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, parent)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A short list is read once for all rows of the page, not once a row."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name in getattr(self, "short_lists", ()):
            rows = [] if field.queryset is None else field.queryset.complex_filter(db_field.get_limit_choices_to())
            field.choices = _read_once(request, rows)
        return field


def _read_once(request: HttpRequest, rows: Any) -> list[tuple[Any, str]]:
    """Several kinds of parts offer the same rows."""
    lists = request.__dict__.setdefault("short_lists", {})
    key = str(getattr(rows, "query", ""))
    if key not in lists:
        lists[key] = [("", "—"), *((row.pk, capfirst(str(row))) for row in rows)]
    return lists[key]
