from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from common.delivery import send_due


class Command(BaseCommand):
    help = "Send the e-mails and text messages that are due; beat does the same every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Sent: %(count)d.") % {"count": send_due()})
