from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.demo import DEMO_PEOPLE, demo_bureau, demo_enterprise
from accounts.enums import PersonKind
from accounts.invitations import confirm_address
from accounts.models import Membership, User
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
            for kind, person in DEMO_PEOPLE.items():
                create_person(kind, password=password, **person)
        for kind, person in DEMO_PEOPLE.items():
            self.stdout.write(f"{person['email']:<28}{kind.label}")
        self.stdout.write(_("Password of all: %(password)s") % {"password": password})


def create_person(kind: PersonKind, *, email: str, name: str, role: str, password: str) -> None:
    user = User.objects.filter(email=email).first() or User(email=email, name=name)
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    confirm_address(user)
    user.groups.set(Group.objects.filter(name=kind.value))
    if role:
        organisation = demo_bureau() if kind == PersonKind.COUNTY_OFFICER else demo_enterprise()
        Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"role": role})
