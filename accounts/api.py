"""Organisations by API: what the public registry names of them, and nothing else."""

from typing import Any

import django_filters as filters
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.authentication import PersonalToken
from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.models.organisations import OrganisationQuerySet
from common.api_lists import ListOf, PublicListAPIView, Row
from common.api_schema import Described, DivisionReference, list_parameters, responses, text
from common.filters import CodeFilter, OneOfFilter
from common.models import Division
from common.private_api import PrivateAPIView
from common.public_api import PublicReadAPIView
from common.references import divisions


class RegistryAPIView(PublicReadAPIView):
    """Open to all. A token raises the limit of requests, and is refused when it is not valid; cookies do nothing."""

    authentication_classes = [PersonalToken]


class RegistryListAPIView(PublicListAPIView):
    authentication_classes = [PersonalToken]


class PersonalAPIView(PrivateAPIView):
    """Acts as the person whose token it is; cookies do nothing."""

    authentication_classes = [PersonalToken]


class OrganisationFilter(filters.FilterSet):
    kind = OneOfFilter(label=_("Kind"), choices=OrganisationKind)
    division = CodeFilter(label=_("County"), field_name="registered_division_id", of=Division.objects.all, by="code")

    class Meta:
        model = Organisation
        fields: list[str] = []


def public_organisations() -> OrganisationQuerySet:
    return Organisation.objects.public()


def finish(row: Row, columns: Row, version: str, address: str) -> None:
    if "registered_division" in row:
        row["registered_division"] = divisions(version).get(columns["registered_division_id"])


ORGANISATIONS = ListOf(
    queryset=public_organisations,
    filterset=OrganisationFilter,
    columns={
        "slug": "slug",
        "kind": "kind",
        "name_zh": "name_zh",
        "name_en": "name_en",
        "registered_division": "registered_division_id",
        "is_demo": "is_demo",
    },
    orders={"slug": ("slug",), "name": ("name_zh", "id")},
    finish=finish,
)


class OrganisationDescribed(Described):
    slug = serializers.CharField()
    kind = serializers.ChoiceField(OrganisationKind.choices)
    name_zh = serializers.CharField()
    name_en = text()
    registered_division = DivisionReference(allow_null=True)
    is_demo = serializers.BooleanField()


class OrganisationPage(serializers.Serializer):
    results = OrganisationDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class OrganisationList(RegistryListAPIView):
    offered = ORGANISATIONS
    known_parameters = ORGANISATIONS.parameters

    @extend_schema(
        operation_id="organisation_list",
        summary="Organisations that the registry names",
        parameters=list_parameters(OrganisationFilter, ORGANISATIONS.columns, ORGANISATIONS.orders),
        responses=responses(OrganisationPage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)
