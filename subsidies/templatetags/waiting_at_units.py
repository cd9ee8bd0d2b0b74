from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context

from accounts.models import Organisation
from accounts.requests import signed_in
from subsidies.models import Application

register = template.Library()


@register.inclusion_tag("admin/subsidies/includes/waiting_at_units.html", takes_context=True)
def waiting_at_units(context: Context, organisation: Organisation) -> dict[str, Any]:
    """The firm's applications that wait at another unit than the firm's own by now. One query."""
    request: HttpRequest = context["request"]
    waiting = Application.objects.at_units(signed_in(request)).filter(organisation=organisation)
    rows = waiting.exclude(recommender=organisation.recommender_id).defer("data", "touched")
    rows = rows.select_related("recommender", "call").order_by("pk")
    return {"rows": rows if organisation.recommender_id else [], "unit": organisation.recommender}
