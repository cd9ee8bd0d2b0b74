from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bases.choice_sets import rebuild


class Command(BaseCommand):
    help = "Count anew how many bases each choice of a filter leaves; needed when rows were written past the site."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = rebuild()
        sentence = ngettext(
            "%(number)d count was wrong and is right now.", "%(number)d counts were wrong and are right now.", wrong
        )
        self.stdout.write(sentence % {"number": wrong} if wrong else _("Every count was right."))
