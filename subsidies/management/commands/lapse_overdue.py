from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from subsidies import correcting


class Command(BaseCommand):
    help = "Close the applications that were not corrected in time; beat does the same every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        count = correcting.lapse_overdue()
        self.stdout.write(
            ngettext("%(count)d application closed.", "%(count)d applications closed.", count) % {"count": count}
        )
