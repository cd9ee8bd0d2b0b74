"""At how many working days before a deadline people are reminded."""

from datetime import date, timedelta

from common.calendar import working_days_between

REMINDED_AT = (3, 1)  # working days left


def days_left(today: date, last: date) -> int:
    """Working days from today until the day before the last: on the day of the deadline itself none is left."""
    return working_days_between(today, last - timedelta(days=1)).days if today < last else 0


def mark_of(left: int) -> int | None:
    """The reminder that is due with so many days left; two days left are late for the one at three."""
    return next((mark for mark in sorted(REMINDED_AT) if 0 < left <= mark), None)
