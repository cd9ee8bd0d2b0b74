"""Experts come into the register with a code of their own, which is given once and never again."""

from django.db.models import QuerySet

from accounts.holders import holders
from accounts.models import User
from common.numbering import next_value

PREFIX = "ZJ-"
DIGITS = 4


def next_code() -> str:
    """ZJ-0001 and so on, without a gap; in a transaction."""
    return f"{PREFIX}{next_value('expert'):0{DIGITS}d}"


def people_to_enter() -> QuerySet[User]:
    """Accounts that may review and are not in the register yet."""
    return holders("subsidies.review_assigned").filter(expert=None).order_by("name", "email")
