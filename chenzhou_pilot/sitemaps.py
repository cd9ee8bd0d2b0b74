"""What search engines may list: the real records, in both languages, at the addresses of SITE_URL.

Each document is kept until the registry changes. An address with anything beside the number of a page is none of ours,
so nobody can have one drawn again and again.
"""

import re
from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from bases.models import Base
from common import versions
from common.pages import BUILD
from projects.models import Project
from subsidies.models import Award, Call, PublicNotice

LANGUAGES = [code for code, _name in settings.LANGUAGES]
RECORDS_A_PAGE = 5000 // len(LANGUAGES)
KEPT_FOR_S = 3600
PAGES = (
    "home",
    "bases:base_list",
    "projects:project_list",
    "subsidies:call_list",
    "subsidies:policy_list",
    "subsidies:award_list",
    "subsidies:award_figures",
    "subsidies:open_data",
    "subsidies:notice_list",
    "statistics",
    "about",
    "sources",
)
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


class Place(NamedTuple):
    route: str
    arguments: tuple[str | int, ...] = ()
    changed_at: datetime | None = None


class Records(NamedTuple):
    """Rows with a page each, by the column that its address is made of; `changed` dates the last edit."""

    route: str
    rows: QuerySet
    key: str = "slug"
    changed: str = "updated_at"


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    _page_number(request)
    return _kept("index", _index)


@login_not_required
@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    number = _page_number(request)
    return _kept(f"{section}:{number}", lambda: _section(_places(section, number)))


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("p", "1")
    if request.GET.keys() - {"p"} or not PAGE_NUMBER.fullmatch(number):
        raise Http404
    return int(number)


def _kept(name: str, draw: Callable[[], str]) -> HttpResponse:
    key = f"sitemap:{BUILD}:{versions.current('registry')}:{name}"
    document: str | None = cache.get(key)
    if document is None:
        document = draw()
        cache.set(key, document, KEPT_FOR_S)
    return HttpResponse(document, content_type="application/xml", headers={"X-Robots-Tag": "noindex, noarchive"})


def _index() -> str:
    """One statement a kind of record: how many there are, and the latest change."""
    sitemaps = [_listed("pages", 1, None)]
    for name, kind in _records().items():
        told = kind.rows.aggregate(number=Count("pk"), **({"changed_at": Max(kind.changed)} if kind.changed else {}))
        pages = range(1, ceil(told["number"] / RECORDS_A_PAGE) + 1)
        sitemaps += [_listed(name, number, told.get("changed_at")) for number in pages]
    return render_to_string("sitemap_index.xml", {"sitemaps": sitemaps})


def _listed(name: str, number: int, changed_at: datetime | None) -> dict[str, object]:
    address = settings.SITE_URL + reverse("sitemap_section", args=[name])
    return {"location": address if number == 1 else f"{address}?p={number}", "last_mod": changed_at}


def _section(places: list[Place]) -> str:
    changes = [place.changed_at for place in places]
    urls = []
    for changed_at, *addresses in zip(changes, *(_addresses(places, code) for code in LANGUAGES), strict=True):
        alternates = [{"lang_code": code, "location": at} for code, at in zip(LANGUAGES, addresses, strict=True)]
        urls += [{"location": at, "lastmod": changed_at, "alternates": alternates} for at in addresses]
    return render_to_string("sitemap.xml", {"urlset": urls})


def _addresses(places: list[Place], language: str) -> list[str]:
    with override(language):
        return [settings.SITE_URL + reverse(place.route, args=place.arguments) for place in places]


def _places(name: str, number: int) -> list[Place]:
    """Those on page `number` of a section; 404 where there is no such page."""
    if name == "pages" and number == 1:
        return [Place(route) for route in PAGES]
    if name not in _records():
        raise Http404
    kind = _records()[name]
    first = (number - 1) * RECORDS_A_PAGE
    columns = [kind.key, *filter(None, [kind.changed])]
    rows = kind.rows.order_by(kind.key).values_list(*columns)[first : first + RECORDS_A_PAGE]
    if not rows:
        raise Http404
    return [Place(kind.route, (row[0],), row[1] if kind.changed else None) for row in rows]


def _records() -> dict[str, Records]:
    return {
        "bases": Records("bases:base_detail", Base.objects.on_public_site().real()),
        "projects": Records("projects:project_detail", Project.objects.on_public_site().real()),
        "calls": Records("subsidies:call_detail", Call.objects.published().filter(is_demo=False)),
        "awards": Records("subsidies:award_detail", Award.objects.on_public_site().real(), "pk", ""),
        "notices": Records(
            "subsidies:public_notice", PublicNotice.objects.on_public_site().filter(call__is_demo=False)
        ),
    }
