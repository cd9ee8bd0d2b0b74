from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.file_sweeping import sweep


class Command(BaseCommand):
    help = "Remove bytes without a row and uploads older than a day; report rows without bytes. Beat sweeps hourly."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep()
        self.stdout.write(_("%(count)d leftovers removed.") % {"count": swept.removed})
        if swept.missing:
            numbers = ", ".join(map(str, swept.missing))
            raise CommandError(
                _("Files without content: %(numbers)s. Restore them from the backup.") % {"numbers": numbers}
            )
