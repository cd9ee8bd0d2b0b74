"""What people of the firm say to one another beside the form."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import signed_in
from subsidies import drafting
from subsidies.models import Application
from subsidies.overview import detail_href, section_href
from subsidies.views.own import own_application, sentence


@require_POST
def comment_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = own_application(request, public_id)
    about = request.POST.get("about", "")
    try:
        drafting.comment(application, request.POST.get("text", ""), signed_in(request), about)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("The comment is saved."))
    return redirect(_place(application, about))


@require_POST
def comment_settle(request: HttpRequest, public_id: UUID, comment_id: int) -> HttpResponse:
    application = own_application(request, public_id)
    said = get_object_or_404(application.comments.select_related("application"), pk=comment_id)
    drafting.settle(said, signed_in(request))
    messages.success(request, _("The comment is settled."))
    return redirect(_place(application, said.about))


def _place(application: Application, about: str) -> str:
    """Back to what it is about."""
    content = application.call_version.parsed
    section = content.section(about) or content.section_of(about)
    if section is None:
        return f"{detail_href(application)}#comments"
    return f"{section_href(application, section.id)}#comments-{about}"
