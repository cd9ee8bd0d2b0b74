"""What the city offers, by API: policies, the schemes they found, and the calls to apply under them."""

from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError as Refusal
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api import RegistryAPIView, RegistryListAPIView
from common.api import to_json
from common.api_lists import ListOf, Row, chosen_fields_or_refusal
from common.api_schema import CONDITIONAL, FIELDS, list_parameters, responses
from common.filters import CodeFilter, NamedRefusal, OneOfFilter
from common.references import known
from subsidies.api.details import (
    CALL_FIELDS,
    CALL_SAME,
    POLICY_FIELDS,
    POLICY_SAME,
    SCHEME_FIELDS,
    SCHEME_SAME,
    call_detail,
    month,
    policy_detail,
    scheme_detail,
)
from subsidies.api.public_schema import (
    CallDetailDescribed,
    CallPage,
    PolicyDetailDescribed,
    PolicyPage,
    SchemeDetailDescribed,
    SchemePage,
)
from subsidies.enums import SchemeKind, VersionState
from subsidies.models import Call, CallVersion, Policy, Scheme

FIRST_YEAR, LAST_YEAR = 1900, 2199
ONE = (400, 401, 404, 406, 414, 429)


class _Moment(NamedRefusal, IsoDateTimeField):
    refusal = _("%(label)s: “%(value)s” is no moment such as 2026-03-09T17:30:00+08:00.")

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise Refusal("year")
        return moment


class MomentFilter(filters.IsoDateTimeFilter):
    """Without an offset, the time of Chenzhou."""

    field_class = _Moment


class PolicyFilter(filters.FilterSet):
    class Meta:
        model = Policy
        fields: list[str] = []


class SchemeFilter(filters.FilterSet):
    policy = CodeFilter(label=_("Policy"), field_name="policy__slug", of=Policy.objects.all)
    kind = OneOfFilter(label=_("Kind"), choices=SchemeKind)

    class Meta:
        model = Scheme
        fields: list[str] = []


class CallFilter(filters.FilterSet):
    scheme = CodeFilter(label=_("Scheme"), field_name="scheme__slug", of=Scheme.objects.all)
    closes_after = MomentFilter(label=_("Closes after this moment"), field_name="closes_at", lookup_expr="gt")
    opens_before = MomentFilter(label=_("Opens at this moment or before"), field_name="opens_at", lookup_expr="lte")

    class Meta:
        model = Call
        fields: list[str] = []


def policies() -> QuerySet[Policy]:
    return Policy.objects.all()


def schemes() -> QuerySet[Scheme]:
    return Scheme.objects.all()


def published_calls() -> QuerySet[Call]:
    return Call.objects.published()


def finish(row: Row, columns: Row, version: str, address: str) -> None:
    if row.get("issued_in"):
        row["issued_in"] = month(columns["issued_in"])
    if "scheme" in row and "scheme__name_zh" in columns:
        row["scheme"] = _scheme(columns)
    if "url" in row:
        row["url"] = f"{address}{columns['slug']}/"


def _scheme(columns: Row) -> Row:
    names = ("slug", "name_zh", "name_en")
    return known({name: columns[f"scheme__{name}"] for name in names})


POLICIES = ListOf(
    queryset=policies,
    filterset=PolicyFilter,
    columns={**{name: name for name in POLICY_SAME}, "url": "slug"},
    orders={"slug": ("slug",)},
    finish=finish,
)
SCHEMES = ListOf(
    queryset=schemes,
    filterset=SchemeFilter,
    columns={
        **{name: name for name in SCHEME_SAME},
        "policy": "policy__slug",
        "clause": "clause__number",
        "url": "slug",
    },
    orders={"slug": ("slug",)},
    finish=finish,
)
CALLS = ListOf(
    queryset=published_calls,
    filterset=CallFilter,
    columns={**{name: name for name in CALL_SAME}, "scheme": "scheme__slug", "url": "slug"},
    orders={"closes": ("-closes_at", "-id"), "slug": ("slug",)},
    finish=finish,
    needed=("scheme__slug", "scheme__name_zh", "scheme__name_en"),
    compiled_each_time=frozenset({"closes_after", "opens_before"}),
)


class PolicyList(RegistryListAPIView):
    offered = POLICIES
    known_parameters = POLICIES.parameters

    @extend_schema(
        operation_id="policy_list",
        summary="Policies that give support",
        parameters=list_parameters(PolicyFilter, POLICIES.columns, POLICIES.orders),
        responses=responses(PolicyPage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class SchemeList(RegistryListAPIView):
    offered = SCHEMES
    known_parameters = SCHEMES.parameters

    @extend_schema(
        operation_id="scheme_list",
        summary="Schemes: what a policy gives, how much, how often",
        parameters=list_parameters(SchemeFilter, SCHEMES.columns, SCHEMES.orders),
        responses=responses(SchemePage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class CallList(RegistryListAPIView):
    offered = CALLS
    known_parameters = CALLS.parameters

    @extend_schema(
        operation_id="call_list",
        summary="Calls to apply, the one that closes last first",
        parameters=list_parameters(CallFilter, CALLS.columns, CALLS.orders),
        responses=responses(CallPage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class PolicyDetail(RegistryAPIView):
    known_parameters = frozenset({"fields"})
    is_kept = True

    @extend_schema(
        operation_id="policy_detail",
        summary="One policy with its clauses, in its own words as far as published",
        parameters=[FIELDS, *CONDITIONAL],
        responses=responses(PolicyDetailDescribed, refusals=ONE),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        fields = chosen_fields_or_refusal(request.query_params, POLICY_FIELDS)
        policy = found(policies().select_related("source"), kwargs["slug"])
        return picked_json(policy_detail(policy, request.build_absolute_uri), fields)


class SchemeDetail(RegistryAPIView):
    known_parameters = frozenset({"fields"})
    is_kept = True

    @extend_schema(
        operation_id="scheme_detail",
        summary="One scheme with its clause and its calls",
        parameters=[FIELDS, *CONDITIONAL],
        responses=responses(SchemeDetailDescribed, refusals=ONE),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        fields = chosen_fields_or_refusal(request.query_params, SCHEME_FIELDS)
        scheme = found(schemes().select_related("policy", "clause"), kwargs["slug"])
        return picked_json(scheme_detail(scheme, request.build_absolute_uri), fields)


class CallDetail(RegistryAPIView):
    known_parameters = frozenset({"fields", "version"})
    is_kept = True

    @extend_schema(
        operation_id="call_detail",
        summary="One call with the whole of what it asks",
        parameters=[
            FIELDS,
            OpenApiParameter(
                "version",
                {"type": "integer", "minimum": 1, "maximum": 9999},
                description="A published version; an application keeps the one it began with. Without it, the newest.",
            ),
            *CONDITIONAL,
        ],
        responses=responses(CallDetailDescribed, refusals=ONE),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        fields = chosen_fields_or_refusal(request.query_params, CALL_FIELDS)
        number = request.query_params.get("version", "")
        if number and not (number.isascii() and number.isdigit() and len(number) <= 4 and int(number)):
            raise ValidationError({"version": [gettext("Enter the number of a published version.")]})
        call = found(published_calls().select_related("scheme__policy"), kwargs["slug"])
        return picked_json(call_detail(call, _version(call, number), request.build_absolute_uri), fields)


def found(rows: Any, slug: str) -> Any:
    row = rows.filter(slug=slug).first()
    if row is None:
        raise Http404
    return row


def picked_json(whole: dict[str, Any], fields: tuple[str, ...]) -> bytes:
    return to_json({name: whole[name] for name in fields})


def _version(call: Call, number: str) -> CallVersion:
    version = (
        call.versions.filter(state=VersionState.PUBLISHED, number=number).first() if number else call.current_version()
    )
    if version is None:
        raise Http404
    return version
