import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chenzhou_pilot.settings")

app = Celery("chenzhou_pilot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
