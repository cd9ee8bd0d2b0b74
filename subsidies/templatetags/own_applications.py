from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context

from accounts.requests import signed_in
from subsidies.guests import invitations_for
from subsidies.models import Application

register = template.Library()


@register.inclusion_tag("subsidies/includes/own_applications.html", takes_context=True)
def own_applications(context: Context) -> dict[str, Any]:
    """What a person has to do with applications: invitations to help, and where they are let in. Four queries."""
    request: HttpRequest = context["request"]
    person = signed_in(request)
    let_in = Application.objects.helped_by(person).select_related("call", "organisation").order_by("-pk")
    return {
        "request": request,
        "has_firm": bool(person.firms()),
        "invitations": invitations_for(person),
        "let_in": let_in,
    }
