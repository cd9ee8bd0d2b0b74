from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from subsidies.reminders import send_reminders


class Command(BaseCommand):
    help = "Remind whose turn it is of deadlines three and one working days ahead; beat does the same every day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Reminders: %(count)d.") % {"count": send_reminders()})
