"""Staff who change cases at night."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Count

from common.calendar import SHANGHAI, shanghai_day
from common.models import JournalEntry
from subsidies.enums import AlertKind
from subsidies.watching.found import Found

FROM, HOURS = time(23, 0), timedelta(hours=6)
LEAST_CHANGES = 3


def night_work(since: datetime) -> Iterator[Found]:
    """Between 23:00 and 05:00 in Shanghai; one query a night. A deadline may explain it: a person judges."""
    night = shanghai_day(since)
    now = datetime.now(SHANGHAI)
    while (begin := datetime.combine(night, FROM, SHANGHAI)) + HOURS <= now:
        rows = JournalEntry.objects.filter(happened_at__range=(begin, begin + HOURS), actor__is_staff=True)
        rows = rows.filter(object_type__startswith="subsidies.").exclude(action="seen").order_by()
        for person, count in rows.values_list("actor").annotate(count=Count("pk")).filter(count__gte=LEAST_CHANGES):
            facts = {"person": person, "night": night.isoformat(), "changes": count}
            yield Found(AlertKind.NIGHT, f"{person}:{night.isoformat()}", facts)
        night += timedelta(days=1)
