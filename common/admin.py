from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from common import journal
from common.journal_words import action_name, describe, model_of
from common.models import CalendarDay, Division, JournalEntry, Journalled, Park, Source


class UncountedPaginator(Paginator):
    """Pages through a table of any size without counting it to its end."""

    farthest = 2_000  # rows one may page through; beyond that, search

    @cached_property
    def count(self) -> int:
        return cast(models.QuerySet, self.object_list)[: self.farthest].count()


class JournalledAdmin(admin.ModelAdmin):
    """For Journalled models: deletes row by row and records changes of many-to-many fields."""

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        for row in queryset:
            row.delete()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        chosen = [field.name for field in form.instance._meta.many_to_many if field.name in form.cleaned_data]
        before = {name: self._keys(form.instance, name) for name in chosen}
        super().save_related(request, form, formsets, change)
        for name in chosen:
            journal.record_relation(form.instance, name, before[name], self._keys(form.instance, name))

    @staticmethod
    def _keys(row: Journalled, name: str) -> list[Any]:
        return list(getattr(row, name).values_list("pk", flat=True))


@admin.register(Division)
class DivisionAdmin(JournalledAdmin):
    list_display = ["code", "name_zh", "name_en", "position", "map_column", "map_row"]
    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Park)
class ParkAdmin(JournalledAdmin):
    list_display = ["code", "name_zh", "name_en", "level", "map_column", "map_row"]
    list_filter = ["level"]
    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Source)
class SourceAdmin(JournalledAdmin):
    list_display = ["title_zh", "publisher", "published_on"]
    search_fields = ["title_zh", "title_en", "publisher"]
    date_hierarchy = "published_on"


@admin.register(CalendarDay)
class CalendarDayAdmin(JournalledAdmin):
    list_display = ["on", "is_working", "document_number", "note"]
    list_filter = ["is_working"]
    date_hierarchy = "on"


@admin.register(JournalEntry)
class JournalEntryAdmin(admin.ModelAdmin):
    """Read only, for whoever has the permission to view the journal."""

    list_display = ("happened_at", "actor", "action_in_words", "object_type", "object_label", "reason", "source")
    list_select_related = ["actor"]
    search_fields = ["object_id__exact"]
    search_help_text = _("Number or code of the object")
    show_full_result_count = False
    paginator = UncountedPaginator
    fields = (*list_display, "object_id", "changes_in_words", "address")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: JournalEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: JournalEntry | None = None) -> bool:
        return False

    @admin.display(description=_("action"))
    def action_in_words(self, entry: JournalEntry) -> str:
        return action_name(entry.action)

    @admin.display(description=_("changes"))
    def changes_in_words(self, entry: JournalEntry) -> str:
        sentences = ((change.sentence,) for change in describe(entry, model_of(entry)))
        return format_html_join("", "<div>{}</div>", sentences)
