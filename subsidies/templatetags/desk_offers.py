"""What can be done about one row of a desk page; see subsidies.admin.offers."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def of_row(by_row: dict[int | None, list[Any]], key: int) -> list[Any]:
    return by_row.get(key, [])
