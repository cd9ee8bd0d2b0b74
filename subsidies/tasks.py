from celery import shared_task

from subsidies import correcting, reminders
from subsidies.publicity import clearing
from subsidies.subscriptions import daily
from subsidies.watching import looking


@shared_task(name="subsidies.tasks.lapse_overdue", ignore_result=True)
def lapse_overdue() -> int:
    return correcting.lapse_overdue()


@shared_task(name="subsidies.tasks.send_reminders", ignore_result=True)
def send_reminders() -> int:
    return reminders.send_reminders()


@shared_task(name="subsidies.tasks.send_news", ignore_result=True)
def send_news() -> int:
    return daily.send_news()


@shared_task(name="subsidies.tasks.look_for_patterns", ignore_result=True)
def look_for_patterns() -> int:
    return looking.look()


@shared_task(name="subsidies.tasks.clear_notices", ignore_result=True)
def clear_notices() -> int:
    return clearing.clear_due()
