"""The entrance of the API, and the two answers that draw on the whole registry."""

from typing import Any

from django.db.models import Count
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.api import RegistryAPIView
from bases.map import kind_counts
from bases.models import Base
from chenzhou_pilot.api_schema import DivisionPage, RootDescribed, StatisticsDescribed
from chenzhou_pilot.claims import published_claim
from common.api import to_json
from common.api_schema import CONDITIONAL, responses
from common.models import Division, Park
from common.references import known
from projects import figures
from projects.enums import Stage

NAMES = {
    "bases": "api:base_list",
    "projects": "api:project_list",
    "organisations": "api:organisation_list",
    "divisions": "api:division_list",
    "statistics": "api:statistics",
    "policies": "api:policy_list",
    "schemes": "api:scheme_list",
    "calls": "api:call_list",
    "awards": "api:award_list",
    "notices": "api:notice_list",
    "applications": "api:application_list",
    "reviews": "api:review_list",
    "meetings": "api:meeting_list",
    "budgets": "api:budget_list",
    "payments": "api:payment_list",
    "inbox": "api:inbox",
    "schema": "api:schema",
    "docs": "api:docs",
}


class Root(RegistryAPIView):
    @extend_schema(
        operation_id="root", summary="Where to go", parameters=CONDITIONAL, responses=responses(RootDescribed)
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        return to_json({name: request.build_absolute_uri(reverse(address)) for name, address in NAMES.items()})


class DivisionList(RegistryAPIView):
    is_kept = True

    @extend_schema(
        operation_id="division_list",
        summary="Counties and districts, and parks, with the number of bases in the registry",
        parameters=CONDITIONAL,
        responses=responses(DivisionPage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        return to_json({"results": _divisions(), "parks": _parks(), "next": None, "previous": None})


class Statistics(RegistryAPIView):
    is_kept = True

    @extend_schema(
        operation_id="statistics",
        summary="How far the projects have come, beside the published claim",
        description="Computed from the records alone; demo data never counts. A rate is null for too few projects.",
        parameters=CONDITIONAL,
        responses=responses(StatisticsDescribed),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        return to_json(statistics())


def _divisions() -> list[dict[str, Any]]:
    numbers = _bases_by("division_id")
    rows = Division.objects.order_by("position", "code").values("code", "name_zh", "name_en")
    return [{**known(row), "bases": numbers.get(row["code"], 0)} for row in rows]


def _parks() -> list[dict[str, Any]]:
    numbers = _bases_by("park_id")
    rows = Park.objects.order_by("code").values("code", "name_zh", "name_en", "level")
    return [{**known(row), "bases": numbers.get(row["code"], 0)} for row in rows]


def _bases_by(field: str) -> dict[Any, int]:
    rows = Base.objects.in_registry().real().order_by()
    return dict(rows.values_list(field).annotate(number=Count("pk")))


def statistics() -> dict[str, Any]:
    """Ten queries over the real records."""
    kinds, stages = kind_counts(), figures.by_stage()
    return {
        "bases": {"registered": sum(kinds.values()), "by_kind": kinds},
        "projects": {
            **_counts(figures.overall()),
            "by_stage": {stage.value: stages.get(stage, 0) for stage in Stage},
            "by_base": _public_bases_alone(_named(figures.by_base("name_zh"), figures.by_base("name_en"))),
            "by_industry": _named(figures.by_industry("name_zh"), figures.by_industry("name_en")),
            "by_year": [_year(row) for row in figures.by_year()],
        },
        "rate_from": figures.RATE_FROM,
        "claim": published_claim()._asdict(),
    }


def _counts(row: figures.Conversion) -> dict[str, Any]:
    names = ("registered", "passed", "industrialised", "unknown", "rate_percent")
    return {name: getattr(row, name) for name in names}


def _year(row: figures.Conversion) -> dict[str, Any]:
    return {"year": int(row.key), "is_upper_bound": row.is_upper_bound, **_counts(row)}


def _named(chinese: list[figures.Conversion], english: list[figures.Conversion]) -> list[dict[str, Any]]:
    names = {row.key: row.label for row in english}
    return [
        {"slug": row.key, **known({"name_zh": row.label, "name_en": names[row.key]}), **_counts(row)} for row in chinese
    ]


def _public_bases_alone(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A public project may be hosted by a base that is not yet public."""
    public = set(
        Base.objects.on_public_site().filter(slug__in=[row["slug"] for row in rows]).values_list("slug", flat=True)
    )
    return [row for row in rows if row["slug"] in public]
