"""Keeps the words a base is found by in step with the record."""

from bases.models import Base, BaseSearch
from bases.models.queries import BaseQuerySet
from common.search_upkeep import index_many


def index_base(base: Base) -> None:
    """Write the search document of one base in the caller's transaction."""
    BaseSearch.objects.update_or_create(base=base, defaults={"document": base.searchable_text()})


def index_bases(bases: BaseQuerySet) -> None:
    """The same for many, in batches."""
    index_many(bases.prefetch_related("industries", "equipment", "services", "lines"), BaseSearch, "base")
