from collections.abc import Iterator
from itertools import chain

from django.db import models
from django.db.models.deletion import Collector


def cascade(obj: models.Model) -> Iterator[tuple[models.Model, models.Field | None]]:
    """Each row a deletion of `obj` touches: with a field whose value becomes null, with None where the row goes."""
    collector = Collector(using=obj._state.db or "default", origin=obj)
    collector.collect([obj])
    for (field, _), groups in collector.field_updates.items():
        rows: Iterator[models.Model] = chain.from_iterable(groups)  # type: ignore[arg-type]
        yield from ((row, field) for row in rows)
    for leaves in collector.fast_deletes:
        yield from ((row, None) for row in leaves)
    for model, instances in collector.data.items():  # read anew: the collector leaves columns out
        yield from ((row, None) for row in model._base_manager.filter(pk__in=[row.pk for row in instances]))
