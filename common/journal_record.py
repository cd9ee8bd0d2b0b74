from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from common import versions
from common.journal_context import current
from common.journal_seal import seal
from common.journal_values import json_value, plain_address, plain_text
from common.models.journal import JournalEntry
from common.texts import clean_text

Changes = Mapping[str, list[Any]]

# Bare SQL: both stand beside every row that anybody writes.
COLUMNS = [field for field in JournalEntry._meta.concrete_fields if not field.primary_key]
ENTRY = (
    f"INSERT INTO common_journalentry ({', '.join(str(field.column) for field in COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join(['%s'] * len(COLUMNS))}) RETURNING id"
)
AWAITS_SEAL = "INSERT INTO common_journalpending (entry_id) VALUES (%s)"


def record(action: str, obj: models.Model, changes: Changes, reason: str = "") -> JournalEntry:
    """Write one entry in the caller's transaction, or its own; `changes` is {field: [before, after]}. Two queries."""
    label = getattr(obj, "journal_label", obj.__str__)()
    return write(action, type(obj), changes, object_id=str(obj.pk), label=label, reason=reason)


def write(
    action: str, model: type[models.Model], changes: Changes, *, object_id: str = "", label: str = "", reason: str = ""
) -> JournalEntry:
    context = current()
    entry = JournalEntry(
        actor_id=context.by.pk if context.by else None,
        action=action,
        object_type=model._meta.label_lower,
        object_id=plain_text(object_id),
        object_label=plain_text(label),
        changes=json_value(changes),
        reason=plain_text(clean_text(str(reason or context.reason), multiline=True)),
        source=plain_text(context.source),
        address=plain_address(context.address),
    )
    with transaction.atomic(savepoint=False):
        _insert(entry)
        _seal_after_commit()
    return entry


def record_relation(
    obj: models.Model, field: str, before: Iterable[Any], after: Iterable[Any], reason: str = ""
) -> JournalEntry | None:
    """Record the change of a many-to-many field, given as objects or keys; nothing when both hold the same."""
    keys = [sorted({getattr(item, "pk", item) for item in side}) for side in (before, after)]
    if keys[0] == keys[1]:
        return None
    with transaction.atomic(savepoint=False):
        if version := getattr(obj, "journal_version", ""):
            versions.bump(version)
        return record(current().action or "update", obj, {field: keys}, reason)


def _insert(entry: JournalEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTRY, [field.get_db_prep_save(getattr(entry, field.attname), connection) for field in COLUMNS])
        (entry.pk,) = cursor.fetchone()
        cursor.execute(AWAITS_SEAL, [entry.pk])
    entry._state.adding, entry._state.db = False, connection.alias


def _seal_after_commit() -> None:
    """Without a broker the process seals its own entries, once a transaction; with one, beat does it every minute."""
    if not settings.CELERY_TASK_ALWAYS_EAGER:
        return
    if not any(waiting[1] is _seal_waiting for waiting in connection.run_on_commit):
        transaction.on_commit(_seal_waiting, robust=True)


def _seal_waiting() -> None:
    seal()
