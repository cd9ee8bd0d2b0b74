"""A base for search engines: schema.org JSON-LD, only of what is published."""

from typing import Any

from bases.models import Base


def base_json_ld(base: Base, address: str) -> dict[str, Any]:
    known = {
        "@context": "https://schema.org",
        "@type": "ResearchOrganization",
        "@id": address,
        "url": address,
        "identifier": base.code,
        "name": base.name_zh,
        "alternateName": base.name_en,
        "description": base.summary_zh,
        "foundingDate": base.founded_on.isoformat() if base.founded_on else "",
        "parentOrganization": {"@type": "Organization", "name": base.host.name_zh} if base.host else None,
        "location": _place(base),
        "knowsAbout": [industry.name_zh for industry in base.industries.all()],
        "dateModified": base.updated_at.isoformat(),
    }
    return {name: value for name, value in known.items() if value}


def _place(base: Base) -> dict[str, str]:
    place = {"@type": "Place", "name": base.site_zh, "address": base.address}
    return {name: value for name, value in place.items() if value} if base.site_zh else {}
