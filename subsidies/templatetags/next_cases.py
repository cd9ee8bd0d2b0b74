from typing import Any

from django import template
from django.contrib import messages
from django.template.context import Context
from django.urls import ResolverMatch

from subsidies.next_cases import next_cases

register = template.Library()

# How the applications that stand on a page of the desk are found by its key: where they go on is before one's eyes.
ON_PAGE = {
    "subsidies_application": "pk",
    "subsidies_meeting": "decisions__meeting",
    "subsidies_publicnotice": "notice_entries__notice",
    "subsidies_awarddocument": "award_entries__document",
}


@register.inclusion_tag("admin/includes/next_cases.html", takes_context=True)
def what_waits_next(context: Context) -> dict[str, Any]:
    """Beside the word of what is done: the cases that wait for this person next. Two queries, none without the word."""
    if not any(message.level == messages.SUCCESS for message in context["messages"]):
        return {"cases": []}
    return {"cases": next_cases(context["user"], but=_on_page(context["request"].resolver_match))}


def _on_page(match: ResolverMatch) -> dict[str, str]:
    key, name = match.kwargs.get("object_id", ""), (match.url_name or "").rpartition("_")[0]
    return {ON_PAGE[name]: key} if name in ON_PAGE and key.isdecimal() else {}
