"""What the synthetic records stand in and belong to."""

from typing import NamedTuple

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from bases.models import Industry
from chenzhou_pilot.demo.vocabulary import MARK, MATERIALS, PROCESSES
from common.models import Division, Park

ORGANISATIONS = 40
INDUSTRIES = {
    "demo-battery-recycling": ("演示·电池回收", "Demo: battery recycling"),
    "demo-powder-metallurgy": ("演示·粉末冶金", "Demo: powder metallurgy"),
    "demo-bio-products": ("演示·生物制品", "Demo: bio-products"),
    "demo-optical-materials": ("演示·光学材料", "Demo: optical materials"),
}


class Place(NamedTuple):
    """A county or a park, one of the two codes given."""

    division: str | None
    park: str | None
    name: str


class Named(NamedTuple):
    id: int
    name_zh: str
    name_en: str
    slug: str


def places() -> list[Place]:
    counties = [Place(code, None, name) for code, name in Division.objects.values_list("code", "name_zh")]
    return counties + [Place(None, code, name) for code, name in Park.objects.values_list("code", "name_zh")]


def industries() -> list[Named]:
    """Those there are and some of our own; inside journal.bulk()."""
    there = set(Industry.objects.values_list("slug", flat=True))
    missing = {slug: names for slug, names in INDUSTRIES.items() if slug not in there}
    Industry.objects.bulk_create(
        [Industry(slug=slug, name_zh=name_zh, name_en=name_en) for slug, (name_zh, name_en) in missing.items()]
    )
    rows = Industry.objects.order_by("slug").values_list("id", "name_zh", "name_en", "slug")
    return [Named(*row) for row in rows]


def organisations() -> list[Named]:
    """The demo organisations, made when they are missing; inside journal.bulk()."""
    slugs = [f"demo-organisation-{number:02d}" for number in range(1, ORGANISATIONS + 1)]
    there = set(Organisation.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    Organisation.objects.bulk_create(
        [_organisation(number, slug) for number, slug in enumerate(slugs) if slug not in there]
    )
    rows = Organisation.objects.filter(slug__in=slugs).order_by("slug")
    return [Named(*row) for row in rows.values_list("id", "name_zh", "name_en", "slug")]


def _organisation(number: int, slug: str) -> Organisation:
    return Organisation(
        slug=slug,
        kind=OrganisationKind.ENTERPRISE,
        name_zh=f"{MARK}·{MATERIALS[number]}{PROCESSES[number % len(PROCESSES)]}有限公司",
        name_en=f"Demo company {number + 1:02d}",
        is_published=True,
        is_demo=True,
    )
