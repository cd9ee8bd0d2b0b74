"""Keeps the words a base is found by in step with the record."""

from bases.models import Base, BaseSearch


def index_base(base: Base) -> None:
    """Write the search document of one base in the caller's transaction."""
    BaseSearch.objects.update_or_create(base=base, defaults={"document": base.searchable_text()})
