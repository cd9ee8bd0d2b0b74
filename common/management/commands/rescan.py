from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import scanning
from common.models import ScanState, StoredFile


class Command(BaseCommand):
    help = "Scan the files that were never scanned; with --all every file again, as after new signatures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="clean files too; infected ones stay infected")

    def handle(self, *args: Any, **options: Any) -> None:
        states = [ScanState.NOT_SCANNED, ScanState.CLEAN] if options["all"] else [ScanState.NOT_SCANNED]
        found = dict.fromkeys((ScanState.CLEAN, ScanState.INFECTED), 0)
        for stored in StoredFile.objects.filter(scan_state__in=states).order_by("pk").iterator():
            try:
                found[scanning.scan(stored)] += 1
            except FileNotFoundError:
                self.stderr.write(_("File %(id)d has no content.") % {"id": stored.pk})
            except scanning.ScannerUnavailable as error:
                raise CommandError(_("The scanner does not answer: %(error)s") % {"error": error}) from error
        self.stdout.write(
            _("%(clean)d files clean, %(infected)d infected.")
            % {"clean": found[ScanState.CLEAN], "infected": found[ScanState.INFECTED]}
        )
