from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from django.db import models, transaction

from common import versions
from common.journal_context import current, refuse_outside_bulk
from common.journal_deletion import cascade
from common.journal_record import record
from common.journal_values import EMPTY, HIDDEN, field_value
from common.models.plain_texts import PlainTexts


class JournalledQuerySet(models.QuerySet):
    """Refuses the calls that write without save(), unless journal.bulk() writes one entry for the batch."""

    def update(self, **kwargs: Any) -> int:
        refuse_outside_bulk(self.model, "update")
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        refuse_outside_bulk(self.model, "delete")
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        refuse_outside_bulk(self.model, "bulk_create")
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        refuse_outside_bulk(self.model, "bulk_update")
        return super().bulk_update(*args, **kwargs)

    bulk_update.alters_data = True  # type: ignore[attr-defined]


class JournalledManager(models.Manager.from_queryset(JournalledQuerySet)):  # type: ignore[misc]
    """Named, not generated, so that models may put a manager of their own in its place."""


class Journalled(PlainTexts):
    """save() and delete() write what changed into the journal, in the same transaction.

    A save costs one more query to read the row before, two when there is something to record, and one for the version.
    """

    journal_version: ClassVar[str] = ""  # the body of data that gets a new version with every save
    journal_names: ClassVar[bool] = False  # its rows are names that many others point to (see common.versions)
    journal_hidden: ClassVar[tuple[str, ...]] = ()  # recorded as changed, never with their values
    journal_ignored: ClassVar[tuple[str, ...]] = ()  # not recorded at all
    journal_elsewhere: ClassVar[tuple[str, ...]] = ()  # many-to-many fields with a recorder of their own

    objects: Any = JournalledManager()
    _before: Mapping[str, Any] = MappingProxyType({})

    class Meta:
        abstract = True

    def changes_now(self, *names: str) -> bool:
        """Whether the save under way changes one of these fields; for receivers of post_save."""
        fields = [field for field in journal_fields(type(self)) if field.name in names and field.name in self._before]
        return any(field_value(field, field.value_from_object(self)) != self._before[field.name] for field in fields)

    def value_before(self, name: str) -> Any:
        """What the save under way found in this field, None in a new row; for receivers of post_save."""
        return self._before.get(name)

    def before_saving(self, is_stored: bool) -> None:
        """For models in which one field follows from the change of another; value_before() answers already."""

    def journal_label(self) -> str:
        return str(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = self._fields_to_compare(kwargs.get("update_fields"))
        with transaction.atomic(savepoint=False):
            is_new = self.pk is None or bool(kwargs.get("force_insert"))
            before = None if is_new else self._stored(fields)
            self._before = dict(zip((field.name for field in fields), before or [], strict=False))
            self.before_saving(is_stored=before is not None)
            super().save(*args, **kwargs)
            self._record_save(fields, before)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """What goes with the object by cascade is recorded as deleted too."""
        with transaction.atomic(savepoint=False):
            for row, field in cascade(self):
                if isinstance(row, Journalled):
                    row._record_loss(field)
            return super().delete(*args, **kwargs)

    def _record_save(self, fields: list[models.Field], before: list[Any] | None) -> None:
        after = self._values(fields)
        pairs = zip(fields, before or [None] * len(fields), after, strict=True)
        changes = {
            field.name: _shown(self, field, [old, new])
            for field, old, new in pairs
            if old != new and (before is not None or new not in EMPTY)
        }
        if changes or before is None:
            record(current().action or ("create" if before is None else "update"), self, changes)
        self._bump()

    def _record_loss(self, field: models.Field | None) -> None:
        """Of the whole object, or of one reference that is set to null."""
        fields = [field] if field else self._fields_to_compare(None)
        values = zip(fields, self._values(fields), strict=True)
        changes = {field.name: _shown(self, field, [value, None]) for field, value in values if value not in EMPTY}
        record("update" if field else "delete", self, changes)
        self._bump()

    def _bump(self) -> None:
        if self.journal_version:
            versions.bump(self.journal_version, of_names=self.journal_names)

    def _fields_to_compare(self, update_fields: Any) -> list[models.Field]:
        unread = self.get_deferred_fields()
        chosen = None if update_fields is None else set(update_fields)
        return [
            field
            for field in journal_fields(type(self))
            if field.attname not in unread and (chosen is None or chosen & {field.name, field.attname})
        ]

    def _values(self, fields: list[models.Field]) -> list[Any]:
        values = [getattr(self, field.attname) for field in fields]
        if any(hasattr(value, "resolve_expression") for value in values):  # computed by the database, so ask it
            return self._stored(fields) or []
        return [field_value(field, value) for field, value in zip(fields, values, strict=True)]

    def _stored(self, fields: list[models.Field]) -> list[Any] | None:
        """The row as the database has it, locked until the transaction ends; None if there is none."""
        names = [field.attname for field in fields] or ["pk"]
        rows = type(self)._base_manager.filter(pk=self.pk).select_for_update(no_key=True).values_list(*names)
        for row in rows:
            return [field_value(field, value) for field, value in zip(fields, row, strict=False)]
        return None


@cache
def journal_fields(model: type[Journalled]) -> list[models.Field]:
    """The columns whose change is worth an entry."""
    return [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.generated or field.name in model.journal_ignored)
        and not (getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))
    ]


def _shown(row: Journalled, field: models.Field, values: list[Any]) -> list[Any]:
    if field.name in row.journal_hidden:
        return [None if value in EMPTY else HIDDEN for value in values]
    return values
