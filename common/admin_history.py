"""The change history of a record and its parts, read from the journal."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.journal_words import Change, action_name, describe_all, doer, reason_given
from common.models import JournalEntry

PAGE = 50
HIDDEN_FIELDS = {"version", "name_pinyin"}  # kept by the machine


class Happening(NamedTuple):
    entry: JournalEntry
    doer: str
    what: str
    changes: list[Change]
    reason: str


def history_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Newest first; `before` in the query is the number of the last entry of the page before."""
    row = model_admin.get_object(request, unquote(object_id))
    if row is None:
        raise Http404
    if not model_admin.has_view_or_change_permission(request, row):
        raise PermissionDenied
    entries = list(_entries(model_admin, row, request.GET.get("before", ""))[: PAGE + 1])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Change history: %(name)s") % {"name": row},
        "happenings": list(_in_words(model_admin, entries[:PAGE])),
        "older": entries[PAGE - 1].pk if len(entries) > PAGE else None,
        "object": row,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/object_history.html", context)


def _entries(model_admin: Any, row: models.Model, before: str) -> models.QuerySet:
    about = Q(object_type=row._meta.label_lower, object_id=str(row.pk))
    for inline in model_admin.inlines:
        about |= _about_parts(inline.model, row)
    entries = JournalEntry.objects.filter(about).select_related("actor").order_by("-pk")
    return entries.filter(pk__lt=int(before[:18])) if before.isdecimal() else entries


def _about_parts(part: type[models.Model], row: models.Model) -> Q:
    """The parts there are, by their keys; those that are gone, by the entry of their deletion."""
    key = next(field for field in part._meta.concrete_fields if field.related_model is type(row))
    present = [str(pk) for pk in part._base_manager.filter(**{key.name: row.pk}).values_list("pk", flat=True)]
    gone = Q(object_type=part._meta.label_lower, action="delete", **{f"changes__{key.name}__0": row.pk})
    return Q(object_type=part._meta.label_lower, object_id__in=present) | gone


def _in_words(model_admin: Any, entries: list[JournalEntry]) -> Iterable[Happening]:
    """One query per foreign key that has changed on the page, not per entry."""
    models_shown = {
        model._meta.label_lower: model for model in (model_admin.model, *(i.model for i in model_admin.inlines))
    }
    words: dict[int, list[Change]] = {}
    for label, model in models_shown.items():
        own = [entry for entry in entries if entry.object_type == label]
        words |= {entry.pk: changes for entry, changes in zip(own, describe_all(own, model), strict=True)}
    for entry in entries:
        changes = [change for change in words[entry.pk] if change.field not in HIDDEN_FIELDS]
        if changes or not _only_counts(entry):
            what = _what(entry, _part(model_admin, entry, models_shown))
            yield Happening(entry, doer(entry), what, changes, reason_given(entry))


def _only_counts(entry: JournalEntry) -> bool:
    """A new version because of a part: the entry of that part says what has changed."""
    return entry.action == "update" and bool(entry.changes) and set(entry.changes) <= HIDDEN_FIELDS


def _what(entry: JournalEntry, part: str) -> str:
    action = action_name(entry.action)
    return _("%(action)s: %(part)s") % {"action": action, "part": part} if part else action


def _part(model_admin: Any, entry: JournalEntry, shown: dict[str, type[models.Model]]) -> str:
    model = shown[entry.object_type]
    if model is model_admin.model:
        return ""
    return f"{capfirst(str(model._meta.verbose_name))} {entry.object_label}"
