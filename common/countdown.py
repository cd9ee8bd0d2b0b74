"""How many working days are left until a day, in words that hold on a day off too."""

from datetime import date

from django.utils.translation import ngettext

from common.calendar import is_working_day, working_days_between


def working_days_left(today: date, last: date) -> str:
    """Both days counted where they are working days. Two queries, none in one_calendar()."""
    days = working_days_between(today, last).days
    if is_working_day(today).is_working:
        words = ngettext(
            "%(days)d working day left, today included", "%(days)d working days left, today included", days
        )
    else:
        words = ngettext(
            "%(days)d working day left; today is not a working day",
            "%(days)d working days left; today is not a working day",
            days,
        )
    return words % {"days": days}
