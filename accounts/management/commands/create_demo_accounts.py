from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.demo import DEMO_PEOPLE, create_person
from accounts.roles import sync_groups
from common import journal


class Command(BaseCommand):
    help = "One account per role, for trying the site; refuses in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", help="the password of all of them; made up and printed when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("Demo accounts are for trying the site: this is production, so none are made."))
        password = options["password"] or get_random_string(16)
        with transaction.atomic(), journal.acting(source="command:create_demo_accounts"):
            sync_groups()
            for person in DEMO_PEOPLE:
                create_person(person, password)
        for person in DEMO_PEOPLE:
            self.stdout.write(f"{person.email:<28}{person.does}")
        self.stdout.write(_("Password of all: %(password)s") % {"password": password})
        address = f"{settings.SITE_URL}{reverse('demo')}"
        self.stdout.write(_("Enter as any of them by one click: %(address)s") % {"address": address})
