"""One letter a day to each reader for whom there is news, however many items: a document of thirty awards is one mail.

Safe to run twice: the moment up to which a reader is told moves in the transaction that writes the letter.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from common.letters import SEALED_ADDRESS
from common.notices import post
from subsidies.enums import Topic
from subsidies.models import NewsMail, Subscription
from subsidies.subscriptions.letters import NEWS
from subsidies.subscriptions.topics import Window, moments_of

GRACE = timedelta(minutes=5)  # what was stamped before and is committed after the look comes with the next letter


def send_news() -> int:
    """How many letters were put into the outbox. Four queries on a day without news."""
    until = timezone.now() - GRACE
    first = Subscription.objects.order_by("told_until").values_list("told_until", flat=True).first()
    if first is None or first >= until:
        return 0
    moments = moments_of(list(Topic), Window(first, until))
    if not any(moments.values()):
        return 0
    keys = list(Subscription.objects.filter(told_until__lt=until).values_list("pk", flat=True))
    return sum(_tell(key, until, moments) for key in keys)


@transaction.atomic
def _tell(key: int, until: datetime, moments: dict[Topic, list[datetime]]) -> bool:
    reader = Subscription.objects.select_for_update(of=("self",)).filter(pk=key, told_until__lt=until).first()
    if reader is None:
        return False
    window = Window(reader.told_until, until)
    has_news = any(window.has(moment) for topic in reader.topics for moment in moments[topic])
    if has_news:
        mail = NewsMail.objects.create(subscription=reader, since=window.since, until=until)
        post(NEWS, SEALED_ADDRESS, mail.pk, uuid.uuid4())
    reader.told_until = until
    reader.save(update_fields=["told_until"])
    return has_news
