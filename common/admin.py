from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from common.admin_deliveries import DeliveryAdmin
from common.admin_tools import PilotAdmin
from common.journal_words import action_name, describe, doer, model_of, reason_given, type_name
from common.models import CalendarDay, Division, JournalEntry, Park, Source

__all__ = ["DeliveryAdmin"]


@admin.register(Division)
class DivisionAdmin(PilotAdmin):
    list_display = ["code", "name_zh", "name_en", "position", "map_column", "map_row"]
    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Park)
class ParkAdmin(PilotAdmin):
    list_display = ["code", "name_zh", "name_en", "level", "map_column", "map_row"]
    list_filter = ["level"]
    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Source)
class SourceAdmin(PilotAdmin):
    list_display = ["title_zh", "publisher", "published_on"]
    search_fields = ["title_zh", "title_en", "publisher"]
    date_hierarchy = "published_on"


@admin.register(CalendarDay)
class CalendarDayAdmin(PilotAdmin):
    list_display = ["on", "is_working", "document_number", "note"]
    list_filter = ["is_working"]
    date_hierarchy = "on"


@admin.register(JournalEntry)
class JournalEntryAdmin(PilotAdmin):
    """Read only, for whoever has the permission to view the journal."""

    list_display = ("happened_at", "done_by", "action_in_words", "kind_of_object", "short_label", "short_reason")
    list_select_related = ["actor"]
    search_fields = ["object_id__exact"]
    search_help_text = _("Number or code of the object")
    fields = (
        ("happened_at", "done_by", "action_in_words"),
        ("kind_of_object", "object_label", "object_id"),
        "changes_in_words",
        "reason",
        ("source", "address"),
    )
    readonly_fields = (*flatten(fields),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: JournalEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: JournalEntry | None = None) -> bool:
        return False

    @admin.display(description=_("by"))
    def done_by(self, entry: JournalEntry) -> str:
        return doer(entry)

    @admin.display(description=_("kind of object"))
    def kind_of_object(self, entry: JournalEntry) -> str:
        return type_name(entry)

    @admin.display(description=_("name of the object"))
    def short_label(self, entry: JournalEntry) -> str:
        return Truncator(entry.object_label).chars(40)

    @admin.display(description=_("reason"))
    def short_reason(self, entry: JournalEntry) -> str:
        return Truncator(reason_given(entry)).chars(60)

    @admin.display(description=_("action"))
    def action_in_words(self, entry: JournalEntry) -> str:
        return action_name(entry.action)

    @admin.display(description=_("changes"))
    def changes_in_words(self, entry: JournalEntry) -> str:
        sentences = ((change.sentence,) for change in describe(entry, model_of(entry)))
        return format_html_join("", "<div>{}</div>", sentences)
