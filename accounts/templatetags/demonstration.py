from django import template
from django.template.context import Context

from accounts.demonstration import demo_accounts, is_offered

register = template.Library()


@register.simple_tag(takes_context=True)
def demonstration_is_offered(context: Context) -> bool:
    """Whether to lead from the sign-in page to the change of person."""
    request = context.get("request")
    return request is not None and is_offered(request) and demo_accounts().exists()
