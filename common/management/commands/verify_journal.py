import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from common.journal import Anchor, verify


def anchor(text: str) -> Anchor:
    match = re.fullmatch(r"(\d+):([0-9a-f]+)", text)
    if not match:
        raise ArgumentTypeError("Write the anchor as verify_journal printed it: POSITION:HASH.")
    return Anchor(int(match[1]), match[2])


class Command(BaseCommand):
    help = "Check the journal's chain of seals; name the first bad row and exit with 1 if there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            type=anchor,
            metavar="POSITION:HASH",
            help="the head as noted earlier, on paper or another machine: finds a chain cut short or built anew",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify(options["expect"])
        if result.warning:
            self.stderr.write(self.style.WARNING(result.warning))
        if result.problem:
            raise CommandError(result.problem)
        self.stdout.write(_("The journal is sound: %(count)d entries sealed.") % {"count": result.position})
        self.stdout.write(f"{result.position}:{result.chain}")
