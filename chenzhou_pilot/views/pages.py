from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bases.cards import cards
from bases.enums import Kind
from bases.filters import BaseFilter
from bases.listing import page_of
from bases.map import kind_counts, map_tiles
from chenzhou_pilot.claims import published_claim, published_statements
from common.compiled_lists import cleaned_filters
from common.list_refusals import refused_list
from common.models import JournalAnchor, Source
from common.pages import registry_page
from common.public_codes import is_mistyped, written_code
from projects import figures
from projects.cards import project_cards
from projects.enums import LINE, Stage
from projects.models import Project
from subsidies.models import Scheme
from subsidies.open_data.awards import public_awards
from subsidies.open_data.pages import awards_beside

MOST_FOUND = 10
TRIES = {
    "zh-hans": ("固态电池", "含氟", "稀贵金属", "shengwuyiyao"),
    "en": ("battery", "fluorine", "precious metals", "biomedicine"),
}
MOST_LATEST = 4


@login_not_required
@require_safe
@registry_page()
def home(request: HttpRequest) -> HttpResponse:
    kinds = kind_counts()
    context = {
        "tiles": map_tiles(),
        "tries": TRIES["en" if get_language() == "en" else "zh-hans"],
        "public_count": kinds[Kind.PUBLIC],
        "specialised_count": kinds[Kind.SPECIALISED],
        "base_count": sum(kinds.values()),
        "conversion": figures.overall(),
        "stages": _stages(),
        "latest": project_cards(_latest_projects(), with_base=True),
        "award": Scheme.objects.filter(slug="industrialisation-award").select_related("policy").first(),
        "funds": published_statements()["city-funds"],
        "alliance": published_statements()["alliance"],
        "claim": published_claim(),
    }
    return render(request, "home.html", context)


@login_not_required
@require_safe
@registry_page("q")
def search(request: HttpRequest) -> HttpResponse:
    """The first bases, projects and awards that hold every word; all of them are one link further."""
    query = request.GET.get("q", "").strip()
    _filters, refused = cleaned_filters(BaseFilter, {"q": query})
    if refused:
        return refused_list(request, refused["q"], "search")
    context: dict[str, Any] = {"q": query, "base_cards": [], "project_cards": [], "award_cards": []}
    code = written_code(query)
    context["is_mistyped"] = bool(code) and is_mistyped(code)
    if query:
        bases = page_of({"q": query}, size=MOST_FOUND)
        rows = (
            Project.objects.on_public_site()
            .found_by(query)
            .select_related("base", "industry")
            .prefetch_related("steps")
        )
        projects = list(rows.order_by("code")[: MOST_FOUND + 1])
        awards, more_awards = awards_beside(public_awards().found_by(query), MOST_FOUND)
        context |= {
            "base_cards": cards(bases.rows),
            "more_bases": bases.next_cursor is not None,
            "project_cards": project_cards(projects[:MOST_FOUND], with_base=True),
            "more_projects": len(projects) > MOST_FOUND,
            "award_cards": awards,
            "more_awards": more_awards,
        }
    return render(request, "search.html", context)


@login_not_required
@require_safe
@registry_page()
def statistics(request: HttpRequest) -> HttpResponse:
    name = "name_en" if get_language() == "en" else "name_zh"
    context = {
        "overall": figures.overall(),
        "stages": _stages(),
        "by_base": figures.by_base(name),
        "by_industry": figures.by_industry(name),
        "by_year": figures.by_year(),
        "kinds": [(kind.label, number) for kind, number in zip(Kind, kind_counts().values(), strict=True)],
        "claim": published_claim(),
        "rate_from": figures.RATE_FROM,
    }
    return render(request, "statistics.html", context)


@login_not_required
@require_safe
@registry_page()
def about(request: HttpRequest) -> HttpResponse:
    told = published_statements()
    context = {
        "schemes": Scheme.objects.select_related("policy"),
        "alliance": told["alliance"],
        "help_in_kind": told["help-in-kind"],
        "statements": [statement for key, statement in told.items() if key not in ("alliance", "help-in-kind")],
    }
    return render(request, "about.html", context)


@login_not_required
@require_safe
@registry_page()
def sources(request: HttpRequest) -> HttpResponse:
    return render(request, "sources.html", {"sources": Source.objects.all()[:200]})


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers and robots look without having read a page."""
    return redirect(static("img/favicon.svg"))


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /accounts/", "Disallow: /*?*cursor="]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def journal_anchors(request: HttpRequest) -> HttpResponse:
    """A line a day, newest first, for whoever wants to keep them; see common.journal_anchors."""
    lines = "".join(f"{anchor}\n" for anchor in JournalAnchor.objects.all())
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def _stages() -> list[tuple[str, str, int]]:
    """Stage, label and number of projects, in the order of the line; stages nobody is at are left out."""
    numbers = figures.by_stage()
    rows = [(stage.value, str(stage.label), numbers.get(stage, 0)) for stage in (*reversed(LINE), Stage.STOPPED)]
    return [row for row in rows if row[2]]


def _latest_projects() -> list[Project]:
    """Those whose stage was reached last."""
    rows = Project.objects.on_public_site().real().exclude(stage_on=None).select_related("base", "industry")
    return list(rows.prefetch_related("steps").order_by("-stage_on", "-code")[:MOST_LATEST])
