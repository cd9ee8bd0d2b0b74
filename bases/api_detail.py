"""Everything public about one base, as plain values; null means "not yet published"."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from bases.enums import State
from bases.models import Base
from bases.parts import prefetched_parts
from bases.pictures import shown_pictures
from common.references import Reference, SourceKeys, known, picked

REASON_SHOWN = (State.WARNED, State.SUSPENDED, State.REMOVED)
RELATED = ("division", "park", "host", "operator", "source", "verified_by")
ORGANISATION = ("slug", "name_zh", "name_en")
PLACE = ("code", "name_zh", "name_en")
SAME = (
    *("slug", "code", "kind", "state", "name_zh", "name_en", "site_zh", "site_en", "address", "lead_type"),
    *("openness", "trl_min", "trl_max", "area_m2", "total_investment_yuan", "public_funding_yuan"),
    *("equipment_value_yuan", "staff_total", "staff_technical", "staff_qualified", "founded_on", "alliance_member"),
    *("fee_policy", "ip_policy", "confidentiality_policy", "public_contact", "summary_zh", "summary_en"),
    *("listed_on", "rectify_until", "left_on", "verified_on", "is_demo", "updated_at"),
)
EQUIPMENT = (
    *("name", "model", "maker", "origin", "category", "bought_on", "original_value_yuan", "quantity"),
    *("specifications", "location", "is_shareable", "fee", "state"),
)
LINE = (
    *("name", "process", "capacity", "capacity_unit", "batch_size", "hazard_class", "trl_min", "trl_max", "started_on"),
)
SERVICE = (
    *("type", "title", "description", "deliverables", "price_min_yuan", "price_max_yuan", "is_negotiable"),
    *("price_unit", "lead_time_days", "prerequisites", "qualification"),
)
TITLE = ("level", "programme", "name_zh", "issuer", "document_number", "issued_on", "valid_until", "status")
MEDIA = ("kind", "title", "url", "published_on")
PICTURE = ("alt_zh", "alt_en", "credit", "taken_on")
PERMIT = ("name", "number", "issuer", "issued_on", "valid_until")
SOURCED = {"equipment": EQUIPMENT, "lines": LINE, "services": SERVICE, "titles": TITLE, "permits": PERMIT}
FIGURE = ("dated_on", "note_zh", "note_en")
DETAIL_FIELDS = (
    *SAME,
    *("state_reason", "division", "park", "position", "host", "operator", "co_builders", "tenants", "industries"),
    *(
        "industry_codes",
        "chains",
        "keywords",
        "equipment",
        "lines",
        "services",
        "titles",
        "permits",
        "media",
        "pictures",
        "projects",
    ),
    *("verified_by", "source", "figures", "sources", "url", "page_url"),
)

Address = Callable[[str], str]


def base_detail(pk: int, absolute: Address) -> dict[str, Any]:
    """A constant number of queries. `absolute` turns a path into an address."""
    base = (
        Base.objects.select_related(*RELATED)
        .prefetch_related("co_builders", "tenants", "industries", *prefetched_parts())
        .prefetch_related("pictures__large", "pictures__small", "pictures__line", "pictures__source")
        .get(pk=pk)
    )
    return {
        **picked(base, *SAME),
        "state_reason": (base.state_reason or None) if base.state in REASON_SHOWN else None,
        **_place(base),
        **_organisations(base),
        **_words(base),
        "projects": _projects(base, absolute),
        **_provenance(base, absolute),
        "url": absolute(reverse("api:base_detail", args=[base.slug])),
        "page_url": absolute(base.get_absolute_url()),
    }


def _place(base: Base) -> Reference:
    return {
        "division": base.division and picked(base.division, *PLACE),
        "park": base.park and picked(base.park, *PLACE),
        "position": picked(base, "longitude", "latitude", "datum") if base.datum else None,
    }


def _organisations(base: Base) -> Reference:
    return {
        "host": base.host and picked(base.host, *ORGANISATION),
        "operator": base.operator and picked(base.operator, *ORGANISATION),
        "co_builders": [picked(row, *ORGANISATION) for row in base.co_builders.all()],
        "tenants": [picked(row, *ORGANISATION) for row in base.tenants.all()],
    }


def _words(base: Base) -> Reference:
    return {
        "industries": [picked(row, "slug", "name_zh", "name_en") for row in base.industries.all()],
        "industry_codes": base.industry_codes.split(),
        "chains": base.chains or None,
        "keywords": base.keywords.split(),
    }


def _parts(base: Base, keys: SourceKeys) -> Reference:
    parts = {
        name: [{**picked(row, *fields), **_vouching(row, keys)} for row in getattr(base, name).all()]
        for name, fields in SOURCED.items()
    }
    media = [{**picked(row, *MEDIA), "source": keys.key(row.source)} for row in base.media.all()]
    return {**parts, "media": media}


def _vouching(row: Any, keys: SourceKeys) -> Reference:
    return {
        "source": keys.key(row.source),
        "verified_on": row.verified_on,
        "verified_by": row.verified_by and picked(row.verified_by, *ORGANISATION),
    }


def _pictures(base: Base, keys: SourceKeys, absolute: Address) -> list[Reference]:
    return [
        {
            **picked(row, *PICTURE),
            "line": row.line and row.line.name,
            "width": row.large_width,
            "height": row.large_height,
            "url": absolute(reverse("base_picture", args=[row.large.public_id])),
            "source": keys.key(row.source),
        }
        for row in shown_pictures(base)
    ]


def _projects(base: Base, absolute: Address) -> list[Reference]:
    rows = base.projects.on_public_site().order_by("code").values("slug", "name_zh", "name_en", "stage")
    address = absolute(reverse("api:project_list"))
    return [known({**row, "url": f"{address}{row['slug']}/"}) for row in rows]


def _provenance(base: Base, absolute: Address) -> Reference:
    keys = SourceKeys()
    return {
        "verified_by": base.verified_by and picked(base.verified_by, *ORGANISATION),
        "source": keys.key(base.source),
        **_parts(base, keys),
        "figures": {row.field: {**picked(row, *FIGURE), **_vouching(row, keys)} for row in base.figures.all()},
        "pictures": _pictures(base, keys, absolute),
        "sources": keys.described(),
    }
