from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from subsidies.follow_up.archive import file_name, recorded, require_files
from subsidies.models import Application
from subsidies.workflow import MoveRefused


class Command(BaseCommand):
    help = "Write the archive package of a case, by its number, into a folder. tools/verify_archive.py checks it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        application = Application.objects.filter(number=options["number"]).first()
        if application is None:
            raise CommandError(f"There is no case with the number {options['number']}.")
        try:
            require_files(application)
        except MoveRefused as error:
            raise CommandError(" ".join(error.messages)) from error
        place = options["folder"] / file_name(application)
        with open(place, "xb") as file:
            for piece in recorded(application):
                file.write(piece)
        self.stdout.write(str(place))
