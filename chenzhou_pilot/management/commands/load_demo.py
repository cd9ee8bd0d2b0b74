import argparse
import resource
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils.translation import override

from chenzhou_pilot.demo.applications import demo_applications, demo_draft
from chenzhou_pilot.demo.awarded import demo_awarded
from chenzhou_pilot.demo.calls import demo_call
from chenzhou_pilot.demo.clearing import clear
from chenzhou_pilot.demo.decision import demo_budget, demo_experts, demo_people
from chenzhou_pilot.demo.in_review import demo_in_review
from chenzhou_pilot.demo.loader import Loaded, NoPlaces, load, missing
from common import journal
from common.calendar import shanghai_day
from subsidies.models import Call

SOURCE = "command:load_demo"
MOST = 9_999_999  # the serial number of a code has seven digits


def number(text: str) -> int:
    value = int(text)
    if not 0 <= value <= MOST:
        raise argparse.ArgumentTypeError(f"give a number from 0 to {MOST}")
    return value


class Command(BaseCommand):
    help = "Fill the registry up to so many synthetic bases and projects, marked as demo; --clear removes them first."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--bases", type=number, default=200)
        parser.add_argument("--projects", type=number, default=1000)
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same records")
        parser.add_argument("--clear", action="store_true", help="remove all demo records before loading")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo records do not belong in production: run load_demo elsewhere.")
        with journal.acting(source=SOURCE), override("zh-hans"):
            if options["clear"]:
                self._clear()
            self._load(options["seed"], options["bases"], options["projects"])
            if options["bases"] or options["projects"]:
                self._open_a_call()

    def _clear(self) -> None:
        try:
            gone = clear()
        except IntegrityError as error:
            raise CommandError(f"Nothing was removed, other records refer to demo records: {error}") from error
        self.stdout.write(f"removed {gone.records} demo bases and projects")
        if gone.calls:
            self.stdout.write(f"removed {gone.calls} demo calls with {gone.applications} applications")

    def _open_a_call(self) -> None:
        call = demo_call()
        if call is not None and call.closes_at is not None:
            self.stdout.write(f"demo call open until {shanghai_day(call.closes_at)}: {call.get_absolute_url()}")
            self._prepare_cases(call)

    def _prepare_cases(self, call: Call) -> None:
        """What a newcomer needs: a draft to finish, checked applications with experts and money, cases further on."""
        people = demo_people()
        experts, budget = demo_experts(), demo_budget(call, people)
        if draft := demo_draft(call, people):
            self.stdout.write(f"nearly finished draft of lead@demo.invalid: {draft.get_absolute_url()}")
        made = demo_applications(call, people)
        self.stdout.write(f"{len(experts)} demo experts; budget: {budget}; {len(made)} checked applications added")
        reviewed = demo_in_review(people)
        self.stdout.write(f"{len(reviewed)} cases added that wait for the last expert and the meeting")
        later = demo_awarded(people)
        self.stdout.write(f"{len(later)} cases added that stand between public notice and recovery")

    def _load(self, seed: int, bases: int, projects: int) -> None:
        wanted = missing(bases, projects)
        if not wanted.bases and not wanted.projects:
            there = f"{wanted.bases.start - 1} demo bases and {wanted.projects.start - 1} demo projects"
            self.stdout.write(f"nothing to add: there are {there}")
            return
        try:
            loaded = load(seed, wanted)
        except NoPlaces as error:
            raise CommandError("There is no county yet to put a base in: run load_chenzhou first.") from error
        for name, part in loaded.items():
            self.stdout.write(f"{name}: {_sentence(part)}")
        self.stdout.write(
            f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
        )


def _sentence(part: Loaded) -> str:
    rate = f", {part.added / part.seconds:,.0f} a second" if part.added else ""
    index = f", of these {part.index_seconds:.1f} s for the search index" if part.index_seconds else ""
    return f"{part.there} were there, {part.added} added in {part.seconds:.1f} s{index}{rate}"
