"""What the journal says a row looks like now, held against the row itself: nothing changes behind its back unseen."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from common.journal_values import EMPTY, field_value
from common.models.journal import JournalEntry
from common.models.journalled import Journalled, journal_fields

CHUNK = 2_000
State = dict[str, Any]  # what a row's fields were set to last


class Difference(NamedTuple):
    """`field` is "" where the whole row is there against the journal, or has gone against it."""

    model: type[Journalled]
    key: str
    field: str
    journal: Any
    present: Any

    def __str__(self) -> str:
        place = f"{self.model._meta.label} {self.key} {self.field}".rstrip()
        return f"{place}: {self.journal!r} → {self.present!r}"


def differences(models: Iterable[type[Journalled]]) -> Iterator[Difference]:
    """Of every row that has entries of its own, in the fields these name; rows that came in bulk have one for all."""
    for model in models:
        told = replayed(model)
        yield from _changed(model, told)
        yield from (Difference(model, key, "", "there", "gone") for key, state in told.items() if any_left(state))


def replayed(model: type[Journalled]) -> dict[str, State]:
    """By the key of the row, from the first entry to the last."""
    names = {field.name for field in journal_fields(model) if field.name not in model.journal_hidden}
    told: dict[str, State] = {}
    entries = JournalEntry.objects.filter(object_type=model._meta.label_lower).exclude(object_id="")
    for key, action, changes in entries.order_by("pk").values_list("object_id", "action", "changes").iterator(CHUNK):
        state = told.setdefault(key, {})
        if action == "delete":
            state.clear()
        state.update({name: pair[1] for name, pair in changes.items() if name in names and action != "delete"})
    return told


def any_left(state: State) -> bool:
    return any(value not in EMPTY for value in state.values())


def _changed(model: type[Journalled], told: dict[str, State]) -> Iterator[Difference]:
    """Takes out of `told` the rows that are there."""
    fields = [field for field in journal_fields(model) if field.name not in model.journal_hidden]
    rows = model._base_manager.order_by("pk").values_list("pk", *(field.attname for field in fields))
    for pk, *values in rows.iterator(chunk_size=CHUNK):
        state = told.pop(str(pk), None)
        if state is None:
            continue
        for field, value in zip(fields, values, strict=True):
            present = field_value(field, value)
            if field.name in state and not _same(state[field.name], present):
                yield Difference(model, str(pk), field.name, state[field.name], present)


def _same(journal: Any, present: Any) -> bool:
    return journal == present or (journal in EMPTY and present in EMPTY)
