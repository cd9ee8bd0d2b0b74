from celery import shared_task

from chenzhou_pilot.personal import retention


@shared_task(name="chenzhou_pilot.tasks.apply_retention", ignore_result=True)
def apply_retention() -> dict[str, int]:
    return retention.apply_retention()
