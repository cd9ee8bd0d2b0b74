"""The industries of bases, kept in memory until one changes. See also common.references."""

from functools import lru_cache

from django.db.models import OuterRef, Subquery

from bases.models import Base, Industry
from bases.models.queries import BaseQuerySet
from common import versions
from common.references import Reference, references_to
from common.statements import JoinedKeys


def with_industry_keys(bases: BaseQuerySet) -> BaseQuerySet:
    """Each with the keys of its industries as one text, `industry_keys`, for industries_of()."""
    tags = Base.industries.through.objects.filter(base_id=OuterRef("pk")).order_by().values("base_id")
    return bases.annotate(industry_keys=Subquery(tags.values_list(JoinedKeys("industry_id"))))


def industries(version: str) -> dict[str, Reference]:
    """By key as text, for a version of the registry. One query when names change."""
    return _industries(versions.names_of(version))


def industries_of(version: str, keys: str) -> list[Reference]:
    """In the order of their slugs; many bases share the same."""
    return _industries_of(versions.names_of(version), keys)


@lru_cache(maxsize=2)
def _industries(names: str) -> dict[str, Reference]:
    rows = references_to(Industry, ("pk", "slug", "name_zh", "name_en"), ("slug",))
    return {str(row.pop("pk")): row for row in rows}


@lru_cache(maxsize=2000)
def _industries_of(names: str, keys: str) -> list[Reference]:
    chosen = set(keys.split(","))
    return [tag for key, tag in _industries(names).items() if key in chosen]
