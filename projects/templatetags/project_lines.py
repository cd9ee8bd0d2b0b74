"""Lets a page of a lower app show the projects it hosts."""

from typing import Any

from django import template

from bases.models import Base
from projects.cards import project_cards
from projects.models import Project

register = template.Library()
MOST_SHOWN = 12


@register.inclusion_tag("projects/includes/hosted_projects.html")
def hosted_projects(base: Base) -> dict[str, Any]:
    """The newest public projects of a base; three queries."""
    found = Project.objects.on_public_site().filter(base=base).order_by("-updated_at", "-id")
    shown = list(found.prefetch_related("steps")[: MOST_SHOWN + 1])
    return {"base": base, "cards": project_cards(shown[:MOST_SHOWN]), "has_more": len(shown) > MOST_SHOWN}
