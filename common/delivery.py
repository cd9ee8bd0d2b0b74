"""The outbox: each delivery is claimed for a while, sent, and marked; at least once, always under one Message-ID.

No transaction is open while another server is spoken to. A worker that dies in the middle leaves a delivery that is
claimed; when the claim ends the sweeper sends it again, under the same Message-ID.
"""

import logging
import time
from collections.abc import Callable, Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common import mail, sms
from common.models import Channel, Delivery, DeliveryState
from common.sending import Refused
from common.texts import clean_text

logger = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(minutes=5)
MOST_TRIES = 10
FIRST_WAIT = timedelta(minutes=1)  # doubled at every try: 1, 2, 4 … 256 minutes, some eight and a half hours in all
LONGEST_RUN_S = 120.0
LONGEST_ERROR = 300
SENDERS: dict[str, Callable[[Delivery], None]] = {Channel.EMAIL: mail.send, Channel.SMS: sms.send}


def send_due(numbers: Collection[int] | None = None, longest_s: float = LONGEST_RUN_S) -> int:
    """Send what is due, of these or of all, oldest first; returns how many left. Any number of workers may do so."""
    sent, until = 0, time.monotonic() + longest_s
    while time.monotonic() < until and (delivery := _claimed(numbers)):
        sent += _send(delivery)
    return sent


@transaction.atomic
def _claimed(numbers: Collection[int] | None) -> Delivery | None:
    now = timezone.now()
    due = Delivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lte=now)
    if numbers is not None:
        due = due.filter(pk__in=numbers)
    waiting = due.select_for_update(skip_locked=True, of=("self",)).select_related("notice__recipient")
    delivery = waiting.order_by("next_try_at", "pk").first()
    if delivery is not None:
        delivery.attempts += 1
        delivery.next_try_at = now + CLAIMED_FOR
        delivery.save(update_fields=["attempts", "next_try_at"])
    return delivery


def _send(delivery: Delivery) -> bool:
    if delivery.attempts > MOST_TRIES:
        return _failed(delivery, delivery.last_error or "interrupted at every try")
    if delivery.notice and not delivery.notice.recipient.is_active:
        return _failed(delivery, "the account is closed")
    try:
        SENDERS[delivery.channel](delivery)
    except Refused as error:
        return _failed(delivery, str(error))
    except Exception as error:  # one that cannot be sent must not hold up the others
        logger.warning("Delivery %s failed at try %s", delivery.pk, delivery.attempts, exc_info=True)
        return _put_off(delivery, f"{type(error).__name__}: {error}")
    _mark(delivery, state=DeliveryState.SENT, sent_at=timezone.now(), last_error="")
    return True


def _put_off(delivery: Delivery, error: str) -> bool:
    if delivery.attempts >= MOST_TRIES:
        return _failed(delivery, error)
    _mark(delivery, next_try_at=timezone.now() + wait_after(delivery.attempts), last_error=_short(error))
    return False


def wait_after(attempts: int) -> timedelta:
    return FIRST_WAIT * 2 ** (attempts - 1)


def _failed(delivery: Delivery, error: str) -> bool:
    logger.error("Delivery %s is given up after %s tries", delivery.pk, delivery.attempts)
    _mark(delivery, state=DeliveryState.FAILED, last_error=_short(error))
    return False


def _mark(delivery: Delivery, **values: object) -> None:
    """Only what this claim has: a worker that was stopped for longer than its claim changes nothing."""
    rows = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.WAITING)
    rows.update(**values)


def _short(error: str) -> str:
    return clean_text(error)[:LONGEST_ERROR]
