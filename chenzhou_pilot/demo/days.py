from datetime import UTC, date, datetime, timedelta
from random import Random

FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2025, 12, 31)
DAYS = [(FIRST_DAY + timedelta(days=number)).isoformat() for number in range((LAST_DAY - FIRST_DAY).days + 1)]
FIRST_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def days(random: Random, number: int) -> list[str]:
    """Some days in order, as ISO dates."""
    return sorted(DAYS[int(len(DAYS) * random.random())] for _ in range(number))


def moment(serial: int) -> str:
    """One second a record, so that the latest change has an order."""
    return (FIRST_MOMENT + timedelta(seconds=serial)).strftime("%Y-%m-%d %H:%M:%S")
