"""Awards by API: what their pages show. A project or a base that is not public is null."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api import RegistryAPIView, RegistryListAPIView
from bases.api_schema import IndustryReference, ParkReference
from bases.enums import ON_PUBLIC_SITE
from bases.references import industries
from common.api import to_json
from common.api_lists import ListOf, Row, chosen_fields_or_refusal
from common.api_schema import (
    CONDITIONAL,
    FIELDS,
    Described,
    DivisionReference,
    OrganisationReference,
    day,
    list_parameters,
    responses,
    text,
    yuan,
)
from common.money import round_yuan
from common.references import divisions, known, parks
from subsidies.api.public_schema import Reference
from subsidies.enums import Standing
from subsidies.open_data.awards import public_awards
from subsidies.open_data.filters import AwardFilter
from subsidies.open_data.listing import ORDERS

NAMES = ("slug", "name_zh", "name_en")
BASE = tuple(f"project__base__{name}" for name in NAMES)
PROJECT = tuple(f"project__{name}" for name in NAMES)
FIRM = tuple(f"organisation__{name}" for name in NAMES)
SCHEME = tuple(f"scheme__{name}" for name in NAMES)
SAME = (
    *("id", "project_name", "amount_yuan", "document_number", "awarded_on", "standing"),
    *("paid_yuan", "paid_on", "recovered_yuan", "revoked_on", "is_demo"),
)


def finish(row: Row, columns: Row, version: str, address: str) -> None:
    """`address` is that of the list."""
    for name, make in MADE.items():
        if name in row:
            row[name] = make(columns, version, address)


def _named(columns: Row, names: tuple[str, ...]) -> Row:
    return known({name: columns[column] for name, column in zip(NAMES, names, strict=True)})


def _project(columns: Row, version: str, address: str) -> Row | None:
    return _named(columns, PROJECT) if columns["project__is_public"] else None


def _base(columns: Row, version: str, address: str) -> Row | None:
    is_shown = columns["project__is_public"] and columns["project__base__state"] in ON_PUBLIC_SITE
    return _named(columns, BASE) if is_shown else None


def _sum(amount: Decimal | None) -> Decimal | None:
    """With its two places, which SQLite does not keep in a sum."""
    return None if amount is None else round_yuan(amount)


MADE: dict[str, Callable[[Row, str, str], Any]] = {
    "organisation": lambda columns, version, address: _named(columns, FIRM),
    "scheme": lambda columns, version, address: _named(columns, SCHEME),
    "project": _project,
    "base": _base,
    "division": lambda columns, version, address: divisions(version).get(columns["division_code"]),
    "park": lambda columns, version, address: parks(version).get(columns["park_code"]),
    "industry": lambda columns, version, address: industries(version).get(str(columns["industry_key"])),
    "paid_yuan": lambda columns, version, address: _sum(columns["paid_yuan"]),
    "recovered_yuan": lambda columns, version, address: _sum(columns["recovered_yuan"]),
    "url": lambda columns, version, address: f"{address}{columns['id']}/",
}
AWARDS = ListOf(
    queryset=public_awards,
    filterset=AwardFilter,
    columns={
        **{name: name for name in SAME},
        "organisation": "organisation__slug",
        "scheme": "scheme__slug",
        "project": "project__slug",
        "base": "project__base__slug",
        "division": "division_code",
        "park": "park_code",
        "industry": "industry_key",
        "url": "id",
    },
    orders=ORDERS,
    finish=finish,
    needed=(*FIRM, *SCHEME, *PROJECT, *BASE, "project__is_public", "project__base__state"),
    compiled_each_time=frozenset({"q", "year"}),
)


# ---------------------------------------------------------------- described
class AwardDescribed(Described):
    id = serializers.IntegerField()
    project_name = serializers.CharField(help_text="As the document has it.")
    amount_yuan = yuan()
    document_number = text()
    awarded_on = serializers.DateField()
    standing = serializers.ChoiceField(Standing.choices)
    paid_yuan = yuan()
    paid_on = day()
    recovered_yuan = yuan()
    revoked_on = day()
    is_demo = serializers.BooleanField(help_text="Synthetic, made for trying the site.")
    organisation = OrganisationReference()
    scheme = Reference()
    project = OrganisationReference(allow_null=True)
    base = OrganisationReference(allow_null=True)
    division = DivisionReference(allow_null=True)
    park = ParkReference(allow_null=True)
    industry = IndustryReference(allow_null=True)
    url = serializers.URLField()


class AwardPage(serializers.Serializer):
    results = AwardDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


# ---------------------------------------------------------------- asked
class AwardList(RegistryListAPIView):
    offered = AWARDS
    known_parameters = AWARDS.parameters

    @extend_schema(
        operation_id="award_list",
        summary="Awards: which firm received how much for which project, the newest first",
        parameters=list_parameters(AwardFilter, AWARDS.columns, AWARDS.orders),
        responses=responses(AwardPage),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class AwardDetail(RegistryAPIView):
    known_parameters = frozenset({"fields"})
    is_kept = True

    @extend_schema(
        operation_id="award_detail",
        summary="One award",
        parameters=[FIELDS, *CONDITIONAL],
        responses=responses(AwardDescribed, refusals=(400, 401, 404, 406, 414, 429)),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)

    def answer(self, request: Request, version: str, **kwargs: Any) -> bytes:
        fields = chosen_fields_or_refusal(request.query_params, tuple(AWARDS.columns))
        columns = public_awards().filter(pk=kwargs["award_id"]).values(*AWARDS.read(fields), "id").first()
        if columns is None:
            raise Http404
        row = known({name: columns[AWARDS.columns[name]] for name in fields})
        finish(row, columns, version, request.build_absolute_uri(request.path).removesuffix(f"{columns['id']}/"))
        return to_json(row)
