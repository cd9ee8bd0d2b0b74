"""Which public figures of a base are not yet published."""

from django.db.models import Q

from bases.models import Base
from bases.models.provenance import FIGURES


def some_figure_missing() -> Q:
    missing = Q()
    for name in FIGURES:
        missing |= Q(**{f"{name}__isnull": True} if Base._meta.get_field(name).null else {name: ""})
    return missing


def missing_count(base: Base) -> int:
    keys: list[str] = [getattr(Base._meta.get_field(name), "attname", name) for name in FIGURES]
    return sum(getattr(base, key) in (None, "") for key in keys)
