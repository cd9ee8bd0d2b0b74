"""Loads published facts without undoing what people have changed since."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model

from common.journal_values import field_value
from common.models import JournalEntry, Journalled

Row = TypeVar("Row", bound=Journalled)


@dataclass
class Report:
    """What a load did, as lines to print."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: int = 0

    def lines(self) -> list[str]:
        return [
            *(f"created  {line}" for line in self.created),
            *(f"updated  {line}" for line in self.updated),
            *(f"kept     {line}" for line in self.kept),
            f"{len(self.created)} created, {len(self.updated)} updated, {self.unchanged} unchanged, "
            f"{len(self.kept)} kept as people changed them",
        ]


class FactLoader:
    """Writes rows under one journal source and tells its own changes from everybody else's by that source.

    A fact is known again by the values its row was created with, as the journal holds them: people may have changed
    any of them since, and what they have deleted is not created twice.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.report = Report()
        self._created: dict[type[Journalled], list[tuple[str, dict[str, Any]]]] = {}

    def put(
        self,
        model: type[Row],
        lookup: dict[str, Any],
        values: dict[str, Any],
        *,
        once: Callable[[], dict[str, Any]] = dict,
        after_creating: Callable[[Row], None] | None = None,
    ) -> Row | None:
        """Create the row with `values` and `once`, or bring `values` up to date where nobody else has touched them.

        None when people have deleted the row, or something in `lookup` that it belonged to.
        """
        if None in lookup.values():
            return None
        row = self._find(model, lookup)
        if row is not None:
            self._bring_up_to_date(row, lookup | values)
            return row
        if self._id_at_creation(model, lookup):
            self.report.kept.append(f"{model._meta.label} {_told(lookup)}: deleted since")
            return None
        return self._create(model, lookup | values | once(), after_creating)

    def _create(self, model: type[Row], values: dict[str, Any], after: Callable[[Row], None] | None) -> Row:
        row: Row = model._default_manager.create(**values)
        self.report.created.append(f"{model._meta.label}: {row}")
        if after:
            after(row)
        return row

    def _find(self, model: type[Row], lookup: dict[str, Any]) -> Row | None:
        rows = model._default_manager
        key = self._id_at_creation(model, lookup)
        return (rows.filter(pk=key).first() if key else None) or rows.filter(**lookup).first()

    def _id_at_creation(self, model: type[Journalled], lookup: dict[str, Any]) -> str:
        """The key of the latest row this loader made of the fact, whether or not it still exists."""
        if model not in self._created:
            entries = JournalEntry.objects.filter(
                object_type=model._meta.label_lower, source=self.source, action="create"
            )
            self._created[model] = list(entries.values_list("object_id", "changes"))  # the latest first
        wanted = {model._meta.get_field(name): value for name, value in lookup.items()}
        for key, changes in self._created[model]:
            if all(_value_in(changes, key, field) == _plain(field, value) for field, value in wanted.items()):
                return key
        return ""

    def _bring_up_to_date(self, row: Journalled, values: dict[str, Any]) -> None:
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        theirs = self._changed_by_people(row, differing)
        for name in theirs:
            now, fact = getattr(row, name), values[name]
            self.report.kept.append(f"{row._meta.label} {row}: {name} is {_shown(now)}, the facts say {_shown(fact)}")
        ours = {name: value for name, value in differing.items() if name not in theirs}
        if not ours:
            self.report.unchanged += 1
            return
        for name, value in ours.items():
            setattr(row, name, value)
        row.save()
        self.report.updated.append(f"{row._meta.label} {row}: {', '.join(ours)}")

    def _changed_by_people(self, row: Journalled, names: dict[str, Any]) -> list[str]:
        entries = JournalEntry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
        changes = entries.exclude(source=self.source).values_list("changes", flat=True) if names else []
        changed = {name for each in changes for name in each}
        return [name for name in names if row._meta.get_field(name).name in changed]


def _value_in(changes: dict[str, Any], key: str, field: Any) -> Any:
    return key if field.primary_key else changes.get(field.name, [None, None])[1]


def _plain(field: Any, value: Any) -> Any:
    return field_value(field, getattr(value, "pk", value))


def _shown(value: Any) -> str:
    return repr(str(value) if isinstance(value, Model) else value)


def _told(lookup: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in lookup.items())
