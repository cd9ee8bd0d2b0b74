from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context

from accounts.demo import DEMO_PEOPLE
from accounts.demonstration import is_offered
from accounts.enums import PersonKind
from common.components import IS_DEMONSTRATION

register = template.Library()

# The experts are many, and which of them is needed stands on the page itself.
IN_MENU = tuple(person for person in DEMO_PEOPLE if person.kind != PersonKind.EXPERT)


@register.inclusion_tag("includes/change_person.html", takes_context=True)
def change_person(context: Context, *, is_link: bool = False) -> dict[str, Any]:
    """On every page for whoever came in by the page of the demonstration; no query, and nothing for anybody else.

    A page that tells its address to nobody sends no form either, and links to the page of the demonstration.
    """
    request = context.get("request")
    people = IN_MENU if _came_in_by_it(request) else ()
    path = getattr(request, "path", "")
    return {"people": people, "path": path, "is_link": is_link, "csrf_token": context.get("csrf_token")}


def _came_in_by_it(request: HttpRequest | None) -> bool:
    """Without a session cookie the session is not touched, so that the pages of visitors can be kept."""
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return bool(getattr(request, "session", {}).get(IS_DEMONSTRATION))


@register.simple_tag(takes_context=True)
def demonstration_is_offered(context: Context) -> bool:
    """Whether to lead from the sign-in page to the change of person, which says how to make accounts where none are."""
    request = context.get("request")
    return request is not None and is_offered(request)
