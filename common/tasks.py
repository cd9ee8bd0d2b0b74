from celery import shared_task

from common.journal_seal import seal


@shared_task(name="common.tasks.seal_journal", ignore_result=True)
def seal_journal() -> int:
    return seal()
