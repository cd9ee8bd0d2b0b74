"""Built into every template: money, dates and numbers in the reader's language, and links that keep a query.

Lists call these for every row, so they format by hand: Django's localised date filter costs ten times as much.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import mark_safe

from common.calendar import SHANGHAI, shanghai_day
from common.language_marks import marked, stands_out
from common.models.names import in_reader_language, reads_english
from common.money import YUAN_PER_WAN

register = template.Library()

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _trimmed(amount: Decimal) -> str:
    text = format(amount, ",f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def wan_yuan(yuan: Decimal | int | None) -> str:
    """2000000 → "200 万元", in English "2,000,000 yuan"; zeros after the point go, at most six places; "" for None."""
    if yuan is None or yuan == "":
        return ""
    if reads_english():
        return f"{_trimmed(Decimal(yuan))} yuan"
    return f"{_trimmed((Decimal(yuan) / YUAN_PER_WAN).quantize(Decimal('0.000001'), rounding=ROUND_HALF_UP))} 万元"


@register.filter
def yuan(amount_yuan: Decimal | int | None) -> str:
    """2000000 → "2,000,000.00 元", in English "2,000,000.00 yuan"; "" for None."""
    if amount_yuan is None or amount_yuan == "":
        return ""
    return f"{Decimal(amount_yuan):,.2f} {'yuan' if reads_english() else '元'}"


@register.filter
def shanghai_date(moment: date | datetime | None, precision: str = "day") -> str:
    """2024-12-06 → "2024 年 12 月 6 日", in English "6 December 2024"; by `precision` day, month or year."""
    if not moment:
        return ""
    day = shanghai_day(moment)
    if reads_english():
        parts = {"day": f"{day.day} {MONTHS[day.month - 1]} {day.year}", "month": f"{MONTHS[day.month - 1]} {day.year}"}
        return parts.get(precision, str(day.year))
    parts = {"day": f"{day.year} 年 {day.month} 月 {day.day} 日", "month": f"{day.year} 年 {day.month} 月"}
    return parts.get(precision, f"{day.year} 年")


@register.filter
def shanghai_moment(moment: datetime | None) -> str:
    """2026 年 9 月 8 日 17:30, in English "8 September 2026, 17:30", as clocks in Shanghai show it; "" for None."""
    if not moment:
        return ""
    time = moment.astimezone(SHANGHAI).strftime("%H:%M")
    return f"{shanghai_date(moment)}{', ' if reads_english() else ' '}{time}"


@register.filter
def iso_date(moment: date | datetime | None) -> str:
    """The day in Shanghai as 2024-12-06, for <time datetime>; "" for None."""
    return shanghai_day(moment).isoformat() if moment else ""


@register.filter
def number(value: Decimal | int | float | None) -> str:
    """12345.50 → "12,345.5"; "" for None."""
    return "" if value is None or value == "" else _trimmed(Decimal(str(value)))


@register.filter
def localised(record: Any, name: str) -> str:
    """`base|localised:"summary"`: summary_en or summary_zh of a model or a dict, the other one where it is missing."""
    chinese, english = f"{name}_zh", f"{name}_en"
    if isinstance(record, dict):
        return in_reader_language(record.get(chinese) or "", record.get(english) or "")
    return in_reader_language(getattr(record, chinese, None) or "", getattr(record, english, None) or "")


register.filter("marked", marked)


@register.filter
def marked_option(label: str) -> str:
    """`<option value="x"{{ label|marked_option }}>`: the same for an option, which can hold no element."""
    return mark_safe(' lang="zh-Hans"') if stands_out(label) else ""


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """`href="{% query_with page=2 q=None %}"`: the present parameters with these changed; None or "" takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        values = value if isinstance(value, list | tuple) else [value]
        query.setlist(name, [str(each) for each in values if each is not None and each != ""])
    return f"?{query.urlencode()}"
