from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.resealing import columns, needed_keys, reseal, spare_keys


class Command(BaseCommand):
    help = "After a change of FIELD_KEYS: seal anew what may change, and say which keys are needed still."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count alone, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        results = [reseal(each, is_dry=options["dry_run"]) for each in columns()]
        for result in results:
            older = ", ".join(f"{place}: {number}" for place, number in sorted(result.kept.items())) or "0"
            facts = {**result._asdict(), "older": older}
            message = _("%(column)s: %(current)d under the newest key, %(resealed)d of them now; older keys %(older)s.")
            self.stdout.write(message % facts)
        self.stdout.write(
            _("Needed still, by their place in FIELD_KEYS: %(keys)s.") % {"keys": _places(needed_keys(results))}
        )
        if spare := spare_keys(results):
            self.stdout.write(_("Nothing is sealed under these any more: %(keys)s.") % {"keys": _places(spare)})
        if lost := sum(result.lost for result in results):
            raise CommandError(_("%(number)d values open under no key: put the missing key back.") % {"number": lost})


def _places(keys: list[int]) -> str:
    return ", ".join(map(str, keys))
