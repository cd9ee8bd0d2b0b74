from collections.abc import Mapping

from django import template

from subsidies.enums import ExpertKind

register = template.Library()


@register.filter
def kind_of(kinds: Mapping[str, str], code: str) -> str:
    """The words for the kind of the expert with that code."""
    return str(ExpertKind(kinds[code]).label)
