from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.journal import verify
from common.journal_anchors import own_anchors
from common.journal_replay import differences
from common.models import Journalled


class Command(BaseCommand):
    help = (
        "Rebuild every row from the journal alone and name what the database has otherwise; exits with 1 then, "
        "and where the journal itself is not whole."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if problem := verify(noted=own_anchors()).problem:
            raise CommandError(
                _("The journal itself is not whole, so it cannot tell: %(problem)s") % {"problem": problem}
            )
        count = 0
        for difference in differences(model for model in apps.get_models() if issubclass(model, Journalled)):
            count += 1
            self.stdout.write(str(difference))
        if count:
            words = ngettext(
                "%(count)d value is not what the journal says.",
                "%(count)d values are not what the journal says.",
                count,
            )
            raise CommandError(words % {"count": count})
        self.stdout.write(_("Every row is as the journal says."))
