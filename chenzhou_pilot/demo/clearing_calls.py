"""Takes demonstration calls away with everything that hangs on them, down to the files of their applications."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import ProtectedError

from chenzhou_pilot.demo.guards import unguarded
from common.files import remove_with_bytes
from common.models import StoredFile
from subsidies.models import Application, Call


class Hanging(NamedTuple):
    """Rows of `model` that hang on a demonstration call by `path`."""

    model: type[models.Model]
    path: str

    def rows(self) -> Any:
        return self.model._base_manager.filter(**{f"{self.path}is_demo": True})


def clear_calls() -> tuple[int, int]:
    """How many calls and how many applications went."""
    calls, applications = (
        Call._base_manager.filter(is_demo=True).count(),
        Application._base_manager.filter(call__is_demo=True).count(),
    )
    if calls:
        _clear()
    return calls, applications


def _clear() -> None:
    hanging = [*_below(Call, "", ()), Hanging(Call, "")]
    files = {number for each in hanging for number in _files(each)}
    with unguarded(each.model._meta.db_table for each in hanging):
        for each in hanging:
            for relation in _relations(each.model):
                if relation.on_delete is models.SET_NULL:
                    _forget(relation, each)
            rows = each.rows()
            rows._raw_delete(rows.db)
    for stored in StoredFile.objects.filter(pk__in=files):
        _remove_unless_used(stored)


def _below(model: type[models.Model], path: str, above: tuple[type[models.Model], ...]) -> Iterator[Hanging]:
    """What must go before the rows of `model`, the furthest first."""
    for relation in _relations(model):
        child: Any = relation.related_model
        if relation.on_delete is models.SET_NULL or child in (model, *above):
            continue
        longer = f"{relation.field.name}__{path}"
        yield from _below(child, longer, (model, *above))
        yield Hanging(child, longer)


def _relations(model: type[models.Model]) -> list[Any]:
    """From other tables to this one, hidden ones too."""
    fields: list[Any] = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if (field.one_to_many or field.one_to_one) and field.auto_created]


def _forget(relation: Any, gone: Hanging) -> None:
    rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": gone.rows()})
    rows.update(**{relation.field.name: None})


def _files(hanging: Hanging) -> list[int]:
    fields = [field for field in hanging.model._meta.concrete_fields if field.related_model is StoredFile]
    return [key for field in fields for key in hanging.rows().values_list(field.attname, flat=True) if key]


def _remove_unless_used(stored: StoredFile) -> None:
    try:
        with transaction.atomic():
            remove_with_bytes(stored)
    except ProtectedError:
        return
