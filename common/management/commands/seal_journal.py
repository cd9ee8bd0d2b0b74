from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from common.journal import seal


class Command(BaseCommand):
    help = "Seal the journal entries that wait for it; beat does the same every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("%(count)d entries sealed.") % {"count": seal()})
