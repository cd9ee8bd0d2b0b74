from celery import shared_task

from common import delivery, idempotency
from common.journal_anchors import note_anchor
from common.journal_seal import seal


@shared_task(name="common.tasks.seal_journal", ignore_result=True)
def seal_journal() -> int:
    return seal()


@shared_task(name="common.tasks.note_anchor", ignore_result=True)
def note_journal_anchor() -> None:
    note_anchor()


@shared_task(name="common.tasks.deliver", ignore_result=True)
def deliver(deliveries: list[int]) -> int:
    """Send these, as far as nobody else has."""
    return delivery.send_due(deliveries)


@shared_task(name="common.tasks.sweep_outbox", ignore_result=True)
def sweep_outbox() -> int:
    """Send whatever is due: what the queue has lost, what failed before, what a killed worker has left."""
    return delivery.send_due()


@shared_task(name="common.tasks.sweep_idempotent_requests", ignore_result=True)
def sweep_idempotent_requests() -> int:
    return idempotency.sweep()
