from typing import Any

from django.core.management.base import BaseCommand

from chenzhou_pilot.personal.retention import apply_retention


class Command(BaseCommand):
    help = "Remove what is kept longer than the settings RETENTION_…_DAYS say; may run at any time and twice."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in apply_retention().items():
            self.stdout.write(f"{name}: {count}")
