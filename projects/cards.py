"""A project as lists show it: its name, its host and its line."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from common.components import Stop
from projects.line import dated, process_stops
from projects.models import Project


class ProjectCard(NamedTuple):
    href: str
    code: str
    name: str
    base_name: str
    base_href: str
    industry: str
    stage: str
    stage_label: str
    stage_date: str
    is_demo: bool
    stops: list[Stop]


def project_cards(projects: Iterable[Project], *, with_base: bool = False) -> list[ProjectCard]:
    """Expects prefetched steps, and base and industry selected where `with_base` asks for them."""
    prefix, base_prefix = reverse("projects:project_list"), reverse("bases:base_list")
    return [_card(project, prefix, base_prefix if with_base else "") for project in projects]


def _card(project: Project, prefix: str, base_prefix: str) -> ProjectCard:
    base = project.public_base if base_prefix else None
    return ProjectCard(
        href=f"{prefix}{project.slug}/",
        code=project.code,
        name=project.name,
        base_name=base.name if base else "",
        base_href=f"{base_prefix}{base.slug}/" if base else "",
        industry=project.industry.name if base_prefix and project.industry else "",
        stage=project.stage,
        stage_label=project.get_stage_display() if project.stage else _("Stage not yet published"),
        stage_date=dated(project.stage_on, project.stage_precision),
        is_demo=project.is_demo,
        stops=process_stops(project, list(project.steps.all())),
    )
