"""Public notices by API: whatever was published, with its frozen list and what has been taken off it since."""

from collections.abc import Callable
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.api import RegistryAPIView, RegistryListAPIView
from common.api_lists import ListOf, Row, chosen_fields_or_refusal
from common.api_schema import CONDITIONAL, FIELDS, list_parameters, responses
from common.filters import CodeFilter, OneOfFilter
from common.references import picked
from subsidies.api.notice_schema import PUBLIC_STATES, PublicNoticeDetailDescribed, PublicNoticePage
from subsidies.api.public import ONE, found, picked_json
from subsidies.models import Call, PublicNotice
from subsidies.publicity.lists import lines_of
from subsidies.publicity.reading import entries_of

SAME = ("slug", "title_zh", "title_en", "state", "starts_on", "ends_on", "digest", "final_digest", "published_at")
TEXTS = ("text_zh", "text_en", "business_contact", "discipline_contact", "concluded_at", "replaced_reason")
NOTICE_FIELDS = (*SAME, *TEXTS, "call", "period", "entries", "replaces", "replaced_by", "url", "page_url")


class NoticeFilter(filters.FilterSet):
    call = CodeFilter(label=_("Call"), field_name="call__slug", of=lambda: Call.objects.published())
    state = OneOfFilter(label=_("State"), choices=PUBLIC_STATES)

    class Meta:
        model = PublicNotice
        fields: list[str] = []


def notices() -> QuerySet[PublicNotice]:
    return PublicNotice.objects.on_public_site()


def finish(row: Row, columns: Row, version: str, address: str) -> None:
    if "url" in row:
        row["url"] = f"{address}{columns['slug']}/"


NOTICES = ListOf(
    queryset=notices,
    filterset=NoticeFilter,
    columns={**{name: name for name in SAME}, "call": "call__slug", "url": "slug"},
    orders={"published": ("-published_at", "-id"), "slug": ("slug",)},
    finish=finish,
)


class NoticeList(RegistryListAPIView):
    offered = NOTICES
    known_parameters = NOTICES.parameters

    @extend_schema(
        operation_id="notice_list",
        summary="Public notices, the newest first",
        parameters=list_parameters(NoticeFilter, NOTICES.columns, NOTICES.orders),
        responses=responses(PublicNoticePage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class NoticeDetail(RegistryAPIView):
    known_parameters = frozenset({"fields"})
    is_kept = True

    @extend_schema(
        operation_id="notice_detail",
        summary="One public notice with its list",
        parameters=[FIELDS, *CONDITIONAL],
        responses=responses(PublicNoticeDetailDescribed, refusals=ONE),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        fields = chosen_fields_or_refusal(request.query_params, NOTICE_FIELDS)
        notice = found(notices().select_related("call", "replaces"), kwargs["slug"])
        return picked_json(notice_detail(notice, request.build_absolute_uri), fields)


def notice_detail(notice: PublicNotice, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Two queries; expects call and predecessor selected."""
    successor = notices().filter(replaces=notice).first()
    lines = lines_of(notice, entries_of(notice))
    return {
        **picked(notice, *SAME, *TEXTS),
        "call": notice.call.slug,
        "period": notice.period,
        "entries": [{**line.row, "is_removed": line.is_removed} for line in lines],
        "replaces": notice.replaces.slug if notice.replaces else None,
        "replaced_by": successor.slug if successor else None,
        "url": absolute(reverse("api:notice_detail", args=[notice.slug])),
        "page_url": absolute(notice.get_absolute_url()),
    }
