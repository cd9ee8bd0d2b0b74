from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import signed_in
from common.components import Crumb
from common.list_refusals import refused_list, wanted_page
from subsidies.application_list import cards_of
from subsidies.awarding.shown import awards_of
from subsidies.finding import open_invitations
from subsidies.follow_up import integrity
from subsidies.models import Application, ApplicationGuest, FollowUpReport
from subsidies.views.own import ROWS

PAGE_SIZE = 25


@never_cache
@require_safe
def firm(request: HttpRequest, slug: str) -> HttpResponse:
    """Applications, awards, reports and consultants of one firm, for its people alone."""
    organisation = get_object_or_404(Organisation.objects.filter(pk__in=signed_in(request).firms()), slug=slug)
    rows = Application.objects.filter(organisation=organisation).select_related(*ROWS).order_by("-pk")
    try:
        page = wanted_page(rows, PAGE_SIZE, request.GET.get("page", ""))
    except ValidationError as error:
        return refused_list(request, error.messages, "subsidies:firm", slug)
    guests = ApplicationGuest.objects.in_force().filter(application__organisation=organisation)
    context = {
        "organisation": organisation,
        "page": page,
        "cards": cards_of(page.object_list),
        "invitations": open_invitations([organisation.pk]),
        "awards": awards_of(organisation),
        "reports": FollowUpReport.objects.filter(application__organisation=organisation).select_related("application"),
        "is_listed": integrity.about(organisation).exists(),
        "guests": guests.select_related("user", "application").order_by("ends_at"),
        "crumbs": [
            Crumb(_("My account"), reverse("accounts:me")),
            Crumb(organisation.name, reverse("accounts:organisation_detail", args=[slug])),
            Crumb(_("Applications and awards")),
        ],
    }
    return render(request, "subsidies/firm.html", context)
