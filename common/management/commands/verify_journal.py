import re
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from common.journal import Anchor, verify
from common.journal_anchors import Anchors, anchors_in, own_anchors


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

        parser.add_argument(
            "--anchors",
            type=Path,
            metavar="FILE",
            help="the daily anchors as the site published them (journal-anchors.txt); else those in the database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify(options["expect"], self._noted(options["anchors"]))
        if result.warning:
            self.stderr.write(self.style.WARNING(result.warning))
        if result.problem:
            raise CommandError(result.problem)
        self.stdout.write(_("The journal is sound: %(count)d entries sealed.") % {"count": result.position})
        self.stdout.write(f"{result.position}:{result.chain}")

    def _noted(self, file: Path | None) -> Anchors:
        if file is None:
            return own_anchors()
        try:
            return anchors_in(file.read_text(encoding="utf-8").splitlines())
        except OSError as error:
            raise CommandError(_("This file cannot be read: %(file)s") % {"file": file}) from error
        except ValueError as error:
            raise CommandError(_("This is no line of journal-anchors.txt: %(line)s") % {"line": error}) from error
