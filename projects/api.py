"""Projects by API. What a project withholds is null and named in `withheld`; a base that is not public is not named."""

from typing import Any

from django.http import HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts.api import RegistryAPIView, RegistryListAPIView
from bases.enums import ON_PUBLIC_SITE
from bases.references import industries
from common.api import to_json
from common.api_lists import ListOf, Row, chosen_fields_or_refusal
from common.api_schema import CONDITIONAL, FIELDS, list_parameters, responses
from common.public_codes import asked_code
from common.references import divisions, known
from projects.api_detail import DETAIL_FIELDS, known_date, project_detail, withhold
from projects.api_schema import ProjectDetailDescribed, ProjectPage
from projects.codes import validate_code
from projects.filters import ProjectFilter, through_public_bases
from projects.models import Project
from projects.models.queries import ProjectQuerySet


def public_projects() -> ProjectQuerySet:
    return Project.objects.on_public_site()


def finish(row: Row, columns: Row, version: str, address: str) -> None:
    if "base" in row:
        row["base"] = _base(columns) if columns["base__state"] in ON_PUBLIC_SITE else None
    if "division" in row:
        row["division"] = divisions(version).get(columns["division_id"])
    if "industry" in row:
        row["industry"] = industries(version).get(str(columns["industry_id"]))
    if "stage_on" in row:
        row["stage_on"] = known_date(columns["stage_on"], columns["stage_precision"])
    if "url" in row:
        row["url"] = f"{address}{columns['slug']}/"
    withhold(row, columns["withheld_fields"])


def _base(columns: Row) -> Row:
    return known(
        {"slug": columns["base__slug"], "name_zh": columns["base__name_zh"], "name_en": columns["base__name_en"]}
    )


SAME = (
    *("slug", "code", "name_zh", "name_en", "is_own_pilot", "technology_field", "trl_in", "trl_out", "investment_yuan"),
    *("started_on", "ended_on", "stage", "stage_on", "stage_precision", "has_passed", "verified_on", "is_demo"),
    "updated_at",
)
PROJECTS = ListOf(
    queryset=public_projects,
    filterset=ProjectFilter,
    columns={
        **{name: name for name in SAME},
        "base": "base__slug",
        "division": "division_id",
        "industry": "industry_id",
        "withheld": "withheld_fields",
        "url": "slug",
    },
    orders={"code": ("code",), "updated": ("-updated_at", "-id")},
    finish=finish,
    needed=("withheld_fields", "stage_precision", "base__state", "base__slug", "base__name_zh", "base__name_en"),
    narrow=through_public_bases,
)


class ProjectList(RegistryListAPIView):
    offered = PROJECTS
    known_parameters = PROJECTS.parameters

    @extend_schema(
        operation_id="project_list",
        summary="Pilot projects",
        parameters=list_parameters(ProjectFilter, PROJECTS.columns, PROJECTS.orders),
        responses=responses(ProjectPage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class ProjectDetail(RegistryAPIView):
    known_parameters = frozenset({"fields"})
    is_kept = True

    @extend_schema(
        operation_id="project_detail",
        summary="One pilot project",
        parameters=[FIELDS, *CONDITIONAL],
        responses=responses(
            ProjectDetailDescribed,
            refusals=(400, 401, 404, 406, 414, 429),
            also={301: OpenApiResponse(description="The address is a code: go on to `Location`.")},
        ),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes | HttpResponseBase:
        fields = chosen_fields_or_refusal(request.query_params, DETAIL_FIELDS)
        slug = kwargs["slug"]
        shown = public_projects().select_related("base", "division", "industry", "source", "verified_by")
        project = shown.filter(slug=slug).first() or get_object_or_404(shown, code=asked_code(slug, validate_code))
        if project.slug != slug:
            return HttpResponsePermanentRedirect(reverse("api:project_detail", args=[project.slug]))
        whole = project_detail(project, request.build_absolute_uri)
        return to_json({name: whole[name] for name in fields})
