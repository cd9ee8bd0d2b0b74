"""Many-to-many fields of Journalled models: each change is recorded, from whichever side it is made."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import m2m_changed

from common.journal_record import record_relation
from common.models.journalled import Journalled

Relation = Any  # a ManyToManyField; the stubs know it only with its two models
Held = dict[Any, list[Any]]  # key of a row -> keys of the rows it is related to
First = dict[tuple[Relation, Any], tuple[models.Model, list[Any]]]

_together: ContextVar[First | None] = ContextVar("relations_together", default=None)


@contextmanager
def relations_together() -> Iterator[None]:
    """However many steps set a field, such as a removal and an addition, one entry tells what changed in the end."""
    if _together.get() is not None:
        yield
        return
    first: First = {}
    token = _together.set(first)
    try:
        with transaction.atomic():
            yield
            for (field, key), (row, before) in first.items():
                record_relation(row, field.name, before, _held_by(field, [key])[key])
    finally:
        _together.reset(token)


def watch_relations() -> None:
    """To be called once all models are known."""
    for through in _relations():
        m2m_changed.connect(_relation_changed, sender=through, dispatch_uid=f"journal {through._meta.label}")


@cache
def _relations() -> dict[type[models.Model], Relation]:
    journalled = [model for model in apps.get_models() if issubclass(model, Journalled)]
    return {
        field.remote_field.through: field  # type: ignore[misc]
        for model in journalled
        for field in model._meta.local_many_to_many
        if field.name not in model.journal_elsewhere
    }


def _relation_changed(
    sender: type[models.Model], instance: Any, action: str, reverse: bool, pk_set: set[Any] | None, **kwargs: Any
) -> None:
    if pk_set is not None and not pk_set:
        return
    field = _relations()[sender]
    if action.startswith("pre_"):
        keys = _owners(field, instance, pk_set) if reverse else [instance.pk]
        instance._relation_before = _held_by(field, keys)
        return
    before: Held = instance._relation_before
    after = _held_by(field, before)
    changed = [key for key in before if before[key] != after[key]]
    rows = field.model._base_manager.in_bulk(changed) if reverse else {instance.pk: instance}
    for key in changed:
        _record(rows[key], field, before[key], after[key])


def _record(row: models.Model, field: Relation, before: list[Any], after: list[Any]) -> None:
    first = _together.get()
    if first is None:
        record_relation(row, field.name, before, after)
    else:
        first.setdefault((field, row.pk), (row, before))


def _owners(field: Relation, related: models.Model, keys: set[Any] | None) -> Iterable[Any]:
    """The rows whose field holds `related`, or those with `keys` that are about to."""
    if keys is not None:
        return keys
    links = field.remote_field.through._default_manager.filter(**{field.m2m_reverse_field_name(): related})
    return links.values_list(field.m2m_field_name(), flat=True)


def _held_by(field: Relation, keys: Iterable[Any]) -> Held:
    held: Held = {key: [] for key in keys}
    owner, related = field.m2m_field_name(), field.m2m_reverse_field_name()
    links = field.remote_field.through._default_manager.filter(**{f"{owner}__in": list(held)})
    for key, other in links.order_by(related).values_list(owner, related):
        held[key].append(other)
    return held
