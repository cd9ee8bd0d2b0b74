import os
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from gunicorn.app.wsgiapp import run

from chenzhou_pilot.embedded import listening_at


class Command(BaseCommand):
    help = "Prepare the database, then serve the site as gunicorn.conf.py says; what `make run` calls."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """One process does both, so that everything is imported once."""
        call_command("prepare", stdout=self.stdout)
        connections.close_all()
        address = os.environ["BIND"] = listening_at(os.environ)  # gunicorn.conf.py reads it
        self.stdout.write(f"run: serving on http://{address}/ (Ctrl-C stops); make demo adds accounts to sign in with")
        self.stdout.flush()
        sys.argv = ["gunicorn", "chenzhou_pilot.wsgi"]
        run()
