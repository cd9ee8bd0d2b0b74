"""How far the projects have come, computed from the records alone; demo data never counts."""

from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Count, F, Q, Value, When
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from bases.enums import ON_PUBLIC_SITE
from projects.enums import Precision, Stage
from projects.models import Project
from projects.models.queries import ProjectQuerySet

FALSE = Value(False, output_field=BooleanField())
BY_MONTH = Case(When(stage_precision=Precision.BY_MONTH, then=True), default=False, output_field=BooleanField())
RATE_FROM = 10  # below this many projects a percentage would say more than the numbers hold


class Conversion(NamedTuple):
    """`unknown` counts projects whose stage is not yet published; they are in no rate.

    `is_upper_bound`: all that is known of the year `key` is that the stage was reached in it or earlier.
    """

    label: str
    key: str
    registered: int
    passed: int
    industrialised: int
    unknown: int
    is_upper_bound: bool = False

    @property
    def rate_percent(self) -> int | None:
        """Industrialised among passed, half up; None where too few projects have passed to speak of a rate."""
        if self.passed < RATE_FROM:
            return None
        return (self.industrialised * 200 + self.passed) // (self.passed * 2)


COUNTS = {
    "registered": Count("pk"),
    "passed": Count("pk", filter=Q(has_passed=True)),
    "industrialised": Count("pk", filter=Q(stage=Stage.INDUSTRIALISED)),
    "unknown": Count("pk", filter=Q(stage="")),
}


def counted() -> ProjectQuerySet:
    return Project.objects.on_public_site().real().order_by()


def overall() -> Conversion:
    return Conversion("", "", **counted().aggregate(**COUNTS))


def by_stage() -> dict[str, int]:
    return dict(counted().values_list("stage").annotate(number=Count("pk")))


def by_base(language_field: str) -> list[Conversion]:
    """One row a base, in the order of their codes; `language_field` is name_zh or name_en."""
    return _grouped(
        counted().filter(base__state__in=ON_PUBLIC_SITE), F(f"base__{language_field}"), F("base__slug"), "base__code"
    )


def by_industry(language_field: str) -> list[Conversion]:
    return _grouped(
        counted().exclude(industry=None), F(f"industry__{language_field}"), F("industry__slug"), "industry__slug"
    )


def by_year() -> list[Conversion]:
    """By the year in which the present stage was reached; apart, the years by which it was reached at the latest."""
    year = ExtractYear("stage_on")
    rows = _grouped(counted().exclude(stage_on=None), year, year, "key", "is_upper_bound", is_upper_bound=BY_MONTH)
    return [row._replace(label=_year_words(row)) for row in rows]


def _year_words(row: Conversion) -> str:
    return _("by %(year)s at the latest") % {"year": row.label} if row.is_upper_bound else str(row.label)


def _grouped(
    queryset: ProjectQuerySet, label: F | ExtractYear, key: F | ExtractYear, *order: str, is_upper_bound: Any = FALSE
) -> list[Conversion]:
    grouped = queryset.annotate(label=label, key=key, is_upper_bound=is_upper_bound)
    rows = grouped.values("label", "key", "is_upper_bound").annotate(**COUNTS).order_by(*order)
    return [Conversion(**{name: row[name] for name in Conversion._fields}) for row in rows]
