from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from bases.models import Base


class Command(BaseCommand):
    help = "Bring the database up to date and, where it holds no base yet, load the real data of Chenzhou."
    requires_system_checks = ()  # it stands between a person and the site: `make test` and `make ci` check

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        self.stdout.write("prepare: the database is up to date")
        if Base.objects.exists():
            self.stdout.write("prepare: the registry already holds bases, so nothing was loaded")
        else:
            call_command("load_chenzhou", stdout=self.stdout)
