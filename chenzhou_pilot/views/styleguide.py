"""Every component with sample data, for those who build pages; it does not exist in production."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from chenzhou_pilot.views.styleguide_samples import samples


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    if settings.PRODUCTION:
        raise Http404
    return render(request, "styleguide.html", samples())
