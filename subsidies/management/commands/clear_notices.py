from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from subsidies.publicity.clearing import clear_due


class Command(BaseCommand):
    help = "Clear what has been in public notice for its days; beat does the same every ten minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        count = clear_due()
        self.stdout.write(
            ngettext("%(count)d application cleared.", "%(count)d applications cleared.", count) % {"count": count}
        )
