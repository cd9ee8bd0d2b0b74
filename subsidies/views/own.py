"""What the pages of a firm's application begin with."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import signed_in
from common.components import Crumb
from subsidies.content import CallContent
from subsidies.correcting import open_correction
from subsidies.enums import State
from subsidies.missing import missing_of
from subsidies.models import Application, Correction
from subsidies.overview import detail_href, is_with_firm, parts_of, steps_of
from subsidies.timing import deadline_of
from subsidies.words import words_of

ROWS = ("call", "call_version", "organisation__recommender", "project", "recommender", "started_by")


def own_application(request: HttpRequest, public_id: UUID) -> Application:
    """That of the person's firm, or of which they are a guest; Http404 for every other."""
    rows = Application.objects.of_firms(signed_in(request)).select_related(*ROWS)
    found: Application = get_object_or_404(rows, public_id=public_id)
    return found


def correction_of(application: Application) -> Correction | None:
    return open_correction(application) if application.state == State.CORRECTION else None


def frame(
    request: HttpRequest,
    application: Application,
    content: CallContent,
    correction: Correction | None,
    here: str = "",
    section_id: str = "",
) -> dict[str, Any]:
    """What stands around every page: sections, state, what is missing, the deadline; `here` is the page's name."""
    is_unsigned = application.first_submitted_at is None
    missing = missing_of(application) if is_unsigned or is_with_firm(application) else []
    return {
        "application": application,
        "content": content,
        "correction": correction,
        "missing": missing,
        "next_href": f"{application.get_absolute_url()}#moves",
        "missing_steps": steps_of(application, missing, signed_in(request)),
        "parts": parts_of(application, content, missing, section_id),
        "is_with_firm": is_with_firm(application),
        "state": words_of(application),
        "deadline": deadline_of(application, correction),
        "crumbs": crumbs_of(application, here),
    }


def crumbs_of(application: Application, here: str) -> list[Crumb]:
    whole = detail_href(application) if here else ""
    crumbs = [Crumb(_("My applications"), reverse("subsidies:application_list")), Crumb(str(application), whole)]
    return [*crumbs, Crumb(here)] if here else crumbs


def way_back(user: User, application: Application, anchor: str = "", desk_anchor: str = "") -> list[Crumb]:
    """To the application: its own page for people of the firm and guests, the case on the desk for the offices."""
    if Application.objects.of_firms(user).filter(pk=application.pk).exists():
        whole = f"{detail_href(application)}{anchor}"
        return [Crumb(_("My applications"), reverse("subsidies:application_list")), Crumb(str(application), whole)]
    case = reverse("admin:subsidies_application_change", args=[application.pk])
    queue = reverse("admin:subsidies_application_changelist")
    return [Crumb(_("Applications"), queue), Crumb(str(application), f"{case}{desk_anchor}")]


def sentence(error: ValidationError) -> str:
    return " ".join(error.messages)
