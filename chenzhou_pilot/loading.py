"""Loads published facts without undoing what people have changed since."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

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
    """Writes rows under one journal source and tells its own changes from everybody else's by that source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.report = Report()

    def put(self, model: type[Row], lookup: dict[str, Any], values: dict[str, Any], **once: Any) -> Row:
        """Create the row with `values` and `once`, or bring `values` up to date where nobody else has touched them."""
        row = model._default_manager.filter(**lookup).first()
        if row is None:
            row = model._default_manager.create(**lookup, **values, **once)
            self.report.created.append(f"{model._meta.label}: {row}")
            return row
        self._bring_up_to_date(row, values)
        return row

    def _bring_up_to_date(self, row: Journalled, values: dict[str, Any]) -> None:
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        theirs = self._changed_by_people(row, differing)
        for name in theirs:
            now, fact = getattr(row, name), values[name]
            self.report.kept.append(f"{row._meta.label} {row}: {name} is {now!r}, the facts say {fact!r}")
        ours = {name: value for name, value in differing.items() if name not in theirs}
        if not ours:
            self.report.unchanged += 1
            return
        for name, value in ours.items():
            setattr(row, name, value)
        row.save()
        self.report.updated.append(f"{row._meta.label} {row}: {', '.join(ours)}")

    def _changed_by_people(self, row: Journalled, names: dict[str, Any]) -> set[str]:
        entries = JournalEntry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
        changes = entries.exclude(source=self.source).values_list("changes", flat=True) if names else []
        return {name for changed in changes for name in changed if name in names}
