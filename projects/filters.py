"""What a list of projects can be narrowed by; page and API ask the same questions."""

from collections.abc import Collection
from typing import TypeVar

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bases.enums import ON_PUBLIC_SITE
from bases.models import Base, Industry
from common.filters import CodeFilter, OneOfFilter, WordsFilter
from common.models import Division, Park
from projects.enums import Stage
from projects.models import Project
from projects.models.queries import ProjectQuerySet

Rows = TypeVar("Rows", bound=QuerySet)

THROUGH_BASE = frozenset({"base", "division", "park"})


def through_public_bases(queryset: Rows, names: Collection[str]) -> Rows:
    """A filter that asks about the base must not tell of one that is not public."""
    if not THROUGH_BASE.intersection(names):
        return queryset
    return queryset.filter(Q(base=None) | Q(base__state__in=ON_PUBLIC_SITE))


class ProjectFilter(filters.FilterSet):
    q = WordsFilter(method="found_by")
    stage = OneOfFilter(label=_("Stage"), choices=Stage)
    base = CodeFilter(label=_("Host base"), field_name="base__slug", of=lambda: Base.objects.on_public_site())
    industry = CodeFilter(label=_("Industry"), field_name="industry__slug", of=Industry.objects.all)
    division = CodeFilter(label=_("County"), method="in_division", of=Division.objects.all, by="code")
    park = CodeFilter(label=_("Park"), field_name="base__park_id", of=Park.objects.all, by="code")

    class Meta:
        model = Project
        fields: list[str] = []

    def found_by(self, queryset: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return queryset.found_by(value)

    def in_division(self, queryset: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        """In the county of its base; a project without one, in its own."""
        return queryset.filter(Q(base__division=value) | Q(base=None, division=value))
