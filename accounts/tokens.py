from datetime import timedelta

from django.db import transaction

from accounts.models import ApiToken, User
from accounts.models.tokens import LONGEST_LIFE_DAYS
from common import journal


@transaction.atomic
def issue(user: User, *, name: str, days: int) -> tuple[ApiToken, str]:
    """Return the row and the token itself, of which the row keeps a digest alone; ValueError outside 1 to 365 days."""
    if not 1 <= days <= LONGEST_LIFE_DAYS:
        raise ValueError("A token lives 1 to 365 days.")
    row, token = ApiToken.objects.create(user, expiry=timedelta(days=days), name=name)
    journal.record("create", row, {"name": [None, row.name], "expiry": [None, row.expiry]})
    return row, token


@transaction.atomic
def revoke(row: ApiToken) -> None:
    journal.record("delete", row, {"name": [row.name, None], "expiry": [row.expiry, None]})
    row.delete()
