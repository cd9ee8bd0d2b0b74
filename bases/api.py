"""Bases by API: the list, quick at any size, and everything public about one base."""

from typing import Any

from django.http import HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts.api import RegistryAPIView, RegistryListAPIView
from bases.api_detail import DETAIL_FIELDS, base_detail
from bases.api_schema import BaseDetailDescribed, BasePage
from bases.codes import validate_code
from bases.enums import ON_PUBLIC_SITE, State
from bases.filters import BaseFilter
from bases.listing import ORDERS
from bases.models import Base
from bases.models.queries import BaseQuerySet
from bases.references import industries_of, with_industry_keys
from common.api import to_json
from common.api_lists import ListOf, Row, chosen_fields_or_refusal
from common.api_schema import CONDITIONAL, FIELDS, list_parameters, responses
from common.public_codes import asked_code
from common.references import divisions, parks


def public_bases() -> BaseQuerySet:
    return with_industry_keys(Base.objects.on_public_site())


def finish(row: Row, columns: Row, version: str, address: str) -> None:
    if "division" in row:
        row["division"] = divisions(version).get(columns["division_id"])
    if "park" in row:
        row["park"] = parks(version).get(columns["park_id"])
    if "industries" in row:
        row["industries"] = industries_of(version, columns["industry_keys"] or "")
    if "url" in row:
        row["url"] = f"{address}{columns['slug']}/"


SAME = (
    *("slug", "code", "kind", "state", "name_zh", "name_en", "site_zh", "site_en", "lead_type", "openness"),
    *("trl_min", "trl_max", "area_m2", "total_investment_yuan", "public_funding_yuan", "equipment_value_yuan"),
    *("staff_total", "listed_on", "left_on", "verified_on", "is_demo", "updated_at"),
)
BASES = ListOf(
    queryset=public_bases,
    filterset=BaseFilter,
    columns={
        **{name: name for name in SAME},
        "division": "division_id",
        "park": "park_id",
        "industries": "industry_keys",
        "url": "slug",
    },
    orders=ORDERS,
    finish=finish,
)


class BaseList(RegistryListAPIView):
    offered = BASES
    known_parameters = BASES.parameters

    @extend_schema(
        operation_id="base_list",
        summary="Pilot bases",
        parameters=list_parameters(BaseFilter, BASES.columns, BASES.orders),
        responses=responses(BasePage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class BaseDetail(RegistryAPIView):
    known_parameters = frozenset({"fields"})
    is_kept = True

    @extend_schema(
        operation_id="base_detail",
        summary="One pilot base",
        parameters=[FIELDS, *CONDITIONAL],
        responses=responses(
            BaseDetailDescribed,
            refusals=(400, 401, 404, 406, 414, 429),
            also={
                301: OpenApiResponse(description="The address is a code, or the base was merged: go on to `Location`.")
            },
        ),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes | HttpResponseBase:
        fields = chosen_fields_or_refusal(request.query_params, DETAIL_FIELDS)
        slug = kwargs["slug"]
        shown = Base.objects.filter(state__in=(*ON_PUBLIC_SITE, State.MERGED)).select_related("merged_into")
        shown = shown.only("pk", "slug", "state", "merged_into__slug")
        base = shown.filter(slug=slug).first() or get_object_or_404(shown, code=asked_code(slug, validate_code))
        target = base.merged_into or base
        if target.slug != slug:
            return HttpResponsePermanentRedirect(reverse("api:base_detail", args=[target.slug]))
        whole: dict[str, Any] = base_detail(base.pk, request.build_absolute_uri)
        return to_json({name: whole[name] for name in fields})
