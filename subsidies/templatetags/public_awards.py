"""Lets the pages of bases and projects show the awards that reached them."""

from typing import Any

from django import template
from django.urls import reverse

from bases.models import Base
from projects.models import Project
from subsidies.open_data.awards import of_base, of_project, with_money, with_place
from subsidies.open_data.pages import awards_beside

register = template.Library()
MOST_SHOWN = 12


@register.inclusion_tag("subsidies/includes/awards_beside.html")
def awards_of_base(base: Base) -> dict[str, Any]:
    """Of the public projects that it hosts; one query."""
    return _shown(of_base(base), f"base={base.slug}")


@register.inclusion_tag("subsidies/includes/awards_beside.html")
def awards_of_project(project: Project) -> dict[str, Any]:
    """One query."""
    return _shown(of_project(project), f"project={project.slug}")


def _shown(awards: Any, query: str) -> dict[str, Any]:
    cards, has_more = awards_beside(with_money(with_place(awards)), MOST_SHOWN)
    return {"cards": cards, "more_href": f"{reverse('subsidies:award_list')}?{query}" if has_more else ""}
