"""What can be downloaded whole: each field with its description, and the rows as they come from the database."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bases.enums import ON_PUBLIC_SITE
from bases.models import Base
from common.models import Division, Park
from common.money import round_yuan
from projects.api_detail import known_date
from projects.models import Project
from subsidies.open_data.awards import public_awards

CHUNK = 1000
CHINESE = "zh-hans"


class Field(NamedTuple):
    """`type` as the Table Schema of Frictionless Data names it."""

    name: str
    type: str
    description: Promise


class Dataset(NamedTuple):
    name: str
    title: Promise
    description: Promise
    fields: tuple[Field, ...]
    rows: Callable[[], Iterator[tuple[Any, ...]]]


# ---------------------------------------------------------------- awards
AWARD_COLUMNS = (
    *("id", "project_name", "organisation__name_zh", "scheme__slug", "scheme__name_zh", "amount_yuan"),
    *("document_number", "awarded_on", "standing", "paid_yuan", "paid_on", "recovered_yuan", "revoked_on"),
    *("project__is_public", "project__code", "project__base__state", "project__base__code", "project__base__name_zh"),
    *("division_code", "park_code", "project__industry__name_zh"),
)


def award_rows() -> Iterator[tuple[Any, ...]]:
    divisions, parks = _names(Division), _names(Park)
    rows = public_awards().real().order_by("awarded_on", "id").values_list(*AWARD_COLUMNS)
    prefix = _prefix("subsidies:award_list")
    for row in rows.iterator(chunk_size=CHUNK):
        (
            *given,
            paid,
            paid_on,
            recovered,
            revoked_on,
            is_public,
            project,
            state,
            base,
            base_name,
            division,
            park,
            industry,
        ) = row
        has_base = is_public and state in ON_PUBLIC_SITE
        yield (
            *given,
            *(_sum(paid), paid_on, _sum(recovered), revoked_on),
            project if is_public else None,
            *((base, base_name) if has_base else (None, None)),
            *(division, divisions.get(division), parks.get(park), industry if is_public else None),
            f"{prefix}{row[0]}/",
        )


AWARDS = Dataset(
    "awards",
    _("Awards"),
    _("Every award from its document on, revoked ones included."),
    (
        Field("award_id", "integer", _("Permanent number of the award on this site.")),
        Field("project_name", "string", _("Name of the project, as the document has it.")),
        Field("firm", "string", _("Name of the firm that received the award.")),
        Field("scheme", "string", _("Short name of the scheme.")),
        Field("scheme_name", "string", _("Name of the scheme.")),
        Field("amount_yuan", "number", _("Amount awarded, in yuan.")),
        Field("document_number", "string", _("Number of the award document; empty where it is not known.")),
        Field("awarded_on", "date", _("Day of the award document.")),
        Field("standing", "string", _("awarded, part_paid, paid, recovered or revoked.")),
        Field("paid_yuan", "number", _("Paid until now, in yuan; empty where no payment is recorded.")),
        Field("paid_on", "date", _("Day of the last payment.")),
        Field("recovered_yuan", "number", _("Came back to the city, in yuan, without interest; once settled.")),
        Field("revoked_on", "date", _("Day on which the award was revoked.")),
        Field("project_code", "string", _("Code of the project in the registry, where it has a public record.")),
        Field("base_code", "string", _("Code of the base that hosts the project.")),
        Field("base_name", "string", _("Name of that base.")),
        Field(
            "division_code", "string", _("County: of the base, else of the project, else where the firm is registered.")
        ),
        Field("division_name", "string", _("Name of that county.")),
        Field("park_name", "string", _("Name of the park: of the base, else of the firm.")),
        Field("industry", "string", _("Industry of the project, as the portal classifies it.")),
        Field("url", "string", _("Page of the award.")),
    ),
    award_rows,
)


# ---------------------------------------------------------------- the registry
BASE_COLUMNS = (
    *("code", "slug", "name_zh", "name_en", "kind", "state", "division_id", "division__name_zh", "park__name_zh"),
    *("trl_min", "trl_max", "openness", "listed_on", "verified_on", "updated_at"),
)


def base_rows() -> Iterator[tuple[Any, ...]]:
    rows = Base.objects.on_public_site().real().order_by("code").values_list(*BASE_COLUMNS)
    prefix = _prefix("bases:base_list")
    for row in rows.iterator(chunk_size=CHUNK):
        yield (row[0], *row[2:], f"{prefix}{row[1]}/")


BASES = Dataset(
    "bases",
    _("Pilot bases"),
    _("The bases of the registry that the public sees."),
    (
        Field("code", "string", _("Permanent code with a check digit.")),
        Field("name_zh", "string", _("Chinese name.")),
        Field("name_en", "string", _("English name; empty where there is none.")),
        Field("kind", "string", _("public or specialised.")),
        Field("state", "string", _("listed, warned, suspended, removed and the like.")),
        Field("division_code", "string", _("Code of the county.")),
        Field("division_name", "string", _("Name of that county.")),
        Field("park_name", "string", _("Name of the park.")),
        Field("trl_min", "integer", _("Lowest readiness level taken.")),
        Field("trl_max", "integer", _("Highest readiness level taken.")),
        Field("openness", "string", _("Whether work from outside is taken.")),
        Field("listed_on", "date", _("Day of the entry into the registry.")),
        Field("verified_on", "date", _("Day of the last verification.")),
        Field("updated_at", "datetime", _("Last change of the record.")),
        Field("url", "string", _("Page of the base.")),
    ),
    base_rows,
)

PROJECT_COLUMNS = (
    *("code", "slug", "name_zh", "name_en", "is_own_pilot", "base__state", "base__code", "industry__name_zh"),
    *("stage", "stage_on", "stage_precision", "started_on", "ended_on", "verified_on", "updated_at"),
)


def project_rows() -> Iterator[tuple[Any, ...]]:
    rows = Project.objects.on_public_site().real().order_by("code").values_list(*PROJECT_COLUMNS)
    prefix = _prefix("projects:project_list")
    for row in rows.iterator(chunk_size=CHUNK):
        code, slug, name_zh, name_en, own, state, base, industry, stage, stage_on, precision, *days = row
        yield (
            *(code, name_zh, name_en, None if own is None else str(own).lower()),
            base if state in ON_PUBLIC_SITE else None,
            *(industry, stage, known_date(stage_on, precision), *days),
            f"{prefix}{slug}/",
        )


PROJECTS = Dataset(
    "projects",
    _("Pilot projects"),
    _("The projects that the public sees; what an owner keeps confidential is left out."),
    (
        Field("code", "string", _("Permanent code with a check digit.")),
        Field("name_zh", "string", _("Chinese name.")),
        Field("name_en", "string", _("English name; empty where there is none.")),
        Field("is_own_pilot", "boolean", _("Whether the enterprise runs the pilot itself.")),
        Field("base_code", "string", _("Code of the base that hosts the project.")),
        Field("industry", "string", _("Industry of the project, as the portal classifies it.")),
        Field("stage", "string", _("Stage reached.")),
        Field("stage_on", "string", _("Day, month or year in which it was reached, as far as it is known.")),
        Field("started_on", "date", _("Begin of the pilot.")),
        Field("ended_on", "date", _("End of the pilot.")),
        Field("verified_on", "date", _("Day of the last verification.")),
        Field("updated_at", "datetime", _("Last change of the record.")),
        Field("url", "string", _("Page of the project.")),
    ),
    project_rows,
)

DATASETS = {dataset.name: dataset for dataset in (AWARDS, BASES, PROJECTS)}
SOURCE = pgettext_lazy("open data", "Chenzhou Municipal Science and Technology Bureau")


def _sum(amount: Decimal | None) -> Decimal | None:
    """With its two places, which SQLite does not keep in a sum."""
    return None if amount is None else round_yuan(amount)


def _names(model: Any) -> dict[str, str]:
    return dict(model._default_manager.values_list("code", "name_zh"))


def _prefix(route: str) -> str:
    """Addresses of the Chinese pages on the site's own host, whatever language the file was asked in."""
    with translation.override(CHINESE):
        return settings.SITE_URL + reverse(route)
