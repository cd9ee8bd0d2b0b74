"""Everything public about one project, as plain values; what is withheld never leaves this module."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse

from bases.api_detail import ORGANISATION, PLACE
from common.references import Reference, SourceKeys, picked
from projects.enums import Precision, Withholdable
from projects.models import Project

HIDDEN_BY = {
    Withholdable.SUMMARY: ("summary_zh", "summary_en"),
    Withholdable.ORGANISATIONS: ("organisations",),
    Withholdable.READINESS: ("trl_in", "trl_out"),
    Withholdable.OUTCOMES: ("outcomes",),
    Withholdable.INVESTMENT: ("investment_yuan",),
    Withholdable.KEYWORDS: ("keywords",),
}
WRITTEN_TO = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.BY_MONTH: 7}
SAME = (
    *("slug", "code", "name_zh", "name_en", "is_own_pilot", "technology_field", "trl_in", "trl_out", "investment_yuan"),
    *("started_on", "ended_on", "stage", "stage_precision", "has_passed", "summary_zh", "summary_en", "verified_on"),
    *("is_demo", "updated_at"),
)
DETAIL_FIELDS = (
    *SAME,
    *("stage_on", "base", "division", "industry", "keywords", "organisations", "steps", "outcomes"),
    *("verified_by", "source", "sources", "withheld", "url", "page_url"),
)


def withhold(row: Reference, withheld_fields: str) -> None:
    """Empty whatever the project keeps confidential, and say so where the row has `withheld`."""
    names = withheld_fields.split()
    for name in names:
        for field in HIDDEN_BY[Withholdable(name)]:
            if field in row:
                row[field] = None
    if "withheld" in row:
        row["withheld"] = [field for name in names for field in HIDDEN_BY[Withholdable(name)]]


def known_date(day: date | None, precision: str) -> str | None:
    """Written only as far as it is known: 2024-12 for a month."""
    return None if day is None else day.isoformat()[: WRITTEN_TO.get(Precision(precision or "day"))]


def project_detail(project: Project, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Three queries and those of the sources; expects base, division, industry, source and verified_by selected."""
    keys = SourceKeys()
    whole = {
        **picked(project, *SAME),
        "stage_on": known_date(project.stage_on, project.stage_precision),
        **_relations(project),
        "keywords": project.keywords.split(),
        "source": keys.key(project.source),
        "organisations": _organisations(project),
        "steps": _steps(project, keys),
        "outcomes": _outcomes(project, keys),
        "withheld": [],
        "url": absolute(reverse("api:project_detail", args=[project.slug])),
        "page_url": absolute(project.get_absolute_url()),
    }
    whole["sources"] = keys.described()
    withhold(whole, project.withheld_fields)
    return whole


def _relations(project: Project) -> Reference:
    base = project.public_base
    return {
        "base": base and picked(base, "slug", "name_zh", "name_en"),
        "division": project.division and picked(project.division, *PLACE),
        "industry": project.industry and picked(project.industry, "slug", "name_zh", "name_en"),
        "verified_by": project.verified_by and picked(project.verified_by, *ORGANISATION),
    }


def _organisations(project: Project) -> list[Reference]:
    """Not even read where they are withheld."""
    if project.withholds(Withholdable.ORGANISATIONS):
        return []
    rows = project.partners.select_related("organisation")
    return [{**picked(row.organisation, *ORGANISATION), "role": row.role} for row in rows]


def _steps(project: Project, keys: SourceKeys) -> list[Reference]:
    return [
        {
            **picked(row, "stage", "precision", "note_zh", "note_en"),
            "happened_on": known_date(row.happened_on, row.precision),
            "source": keys.key(row.source),
        }
        for row in project.steps.select_related("source")
    ]


def _outcomes(project: Project, keys: SourceKeys) -> list[Reference]:
    """Not even read where they are withheld, so that their sources are not listed either."""
    if project.withholds(Withholdable.OUTCOMES):
        return []
    rows = project.outcomes.select_related("source")
    return [
        {**picked(row, "kind", "text_zh", "text_en", "happened_on"), "source": keys.key(row.source)} for row in rows
    ]
