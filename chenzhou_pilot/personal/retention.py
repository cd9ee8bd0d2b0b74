"""How long what is not a record of public money is kept: settings in days, and one job that may run twice.

个人信息保护法 art. 19 asks for the shortest time; 网络安全法 art. 21 for at least six months of network logs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common import journal
from common.models import Delivery, DeliveryState, Notice
from subsidies.models import NewsMail, SubscriptionRequest

WAITING = DeliveryState.WAITING
Old = Callable[[datetime], QuerySet]

# By the name of the setting: the rows that are older than the moment.
KEPT: dict[str, tuple[Old, ...]] = {
    "READ_NOTICES": (lambda before: Notice.objects.filter(read_at__lt=before),),
    "NOTICES": (lambda before: Notice.objects.filter(created_at__lt=before),),
    "LETTERS": (
        lambda before: Delivery.objects.filter(notice=None, created_at__lt=before).exclude(state=WAITING),
        lambda before: NewsMail.objects.filter(until__lt=before),
    ),
    "SUBSCRIPTION_REQUESTS": (lambda before: SubscriptionRequest.objects.filter(created_at__lt=before),),
    "SIGN_IN_LOGS": (
        lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
        lambda before: AccessLog.objects.filter(attempt_time__lt=before),
        lambda before: AccessFailureLog.objects.filter(attempt_time__lt=before),
    ),
    "ENDED_SESSIONS": (lambda before: Session.objects.filter(expire_date__lt=before),),
}


def apply_retention() -> dict[str, int]:
    """What was removed, by the name of the setting; zero for what is not kept too long."""
    return {name: sum(map(_remove, [old(_limit(name)) for old in KEPT[name]])) for name in KEPT}


def _limit(name: str) -> datetime:
    return timezone.now() - timedelta(days=settings.RETENTION_DAYS[name])


@transaction.atomic
def _remove(rows: QuerySet) -> int:
    count = rows.count()
    if count:
        rows.delete()
        journal.write("retention", rows.model, {"count": [None, count]})
    return count
