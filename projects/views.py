from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bases.pages import address_with, filter_groups, pager_of
from common.compiled_lists import cleaned_filters
from common.list_refusals import refused_list
from common.pages import registry_page
from common.public_codes import asked_code
from projects.cards import project_cards
from projects.codes import validate_code
from projects.filters import ProjectFilter
from projects.listing import chosen_filters, listing
from projects.models import Project
from projects.profile import profile


@login_not_required
@require_safe
@registry_page(*ProjectFilter.base_filters, "cursor")
def project_list(request: HttpRequest) -> HttpResponse:
    chosen = chosen_filters(request.GET)
    _filters, refused = cleaned_filters(ProjectFilter, chosen)
    try:
        if refused:
            raise ValidationError(refused)
        found = listing(request.GET, chosen)
    except ValidationError as error:
        return refused_list(request, error.messages, "projects:project_list")
    context = {
        "listing": found,
        "cards": project_cards(found.page.rows, with_base=True),
        "groups": filter_groups(request.GET, ProjectFilter, found.counts.facets, chosen),
        "is_past_end": bool(request.GET.get("cursor")),
        "first_page_href": address_with(request.GET),
        "pager": pager_of(request.GET, found.page),
        "q": chosen.get("q", ""),
    }
    return render(request, "projects/project_list.html", context)


@login_not_required
@require_safe
@registry_page()
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile of a project by its short name; its code leads there."""
    rows = Project.objects.on_public_site().select_related(
        "base", "base__division", "base__park", "industry", "source", "verified_by"
    )
    rows = rows.prefetch_related("steps__source", "partners__organisation", "outcomes__source")
    project = rows.filter(slug=slug).first() or get_object_or_404(rows, code=asked_code(slug, validate_code))
    if project.slug != slug:
        return HttpResponsePermanentRedirect(project.get_absolute_url())
    return render(request, "projects/project_detail.html", profile(project))
