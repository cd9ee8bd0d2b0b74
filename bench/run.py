import argparse
import os
import time
from io import StringIO

from django.core.management import call_command
from django.db import connection

from bases.models import Base
from bench.database import sql
from bench.desk import measure_desk
from bench.exporting import measure_export
from bench.lists import API, PLAIN, measure_depth, measure_detail, measure_lists
from bench.numbering import measure_numbering
from bench.pages import check_edit_shows_at_once, measure_first_rendering, measure_unchanged
from bench.processes import server
from bench.results import FILE, Result, table, write
from bench.searching import measure_search
from projects.models import Project


def run(url: str, asked: argparse.Namespace) -> None:
    began = time.monotonic()
    if asked.export:
        print(table(measure_export()))
        return
    if asked.numbering or asked.desk:
        call_command("migrate", interactive=False, verbosity=0)
        print(table(measure_desk() if asked.desk else measure_numbering()))
        return
    bases = 10_000 if asked.quick else 100_000
    projects = 1_000_000 if asked.full else bases
    each_turn = 20 if asked.quick else 80
    say(f"filling a database of its own with {bases:,} bases and {projects:,} projects")
    fill(url, bases, projects, asked.seed)
    bases, projects = Base.objects.count(), Project.objects.count()  # a database that was left may hold more
    results = measure(url, bases, each_turn, asked.seed)
    print(table(results))
    cache = "Redis" if os.environ.get("REDIS_URL") else "memory of the process"
    write(results, {"bases": bases, "projects": projects, "seed": asked.seed, "cache": cache})
    connection.close()
    say(f"{FILE.relative_to(FILE.parent.parent)} written, {time.monotonic() - began:.0f} s in all")


def measure(url: str, bases: int, each_turn: int, seed: int) -> list[Result]:
    environment = dict(os.environ)
    with (
        server("bench-site", "chenzhou_pilot.wsgi", environment) as site,
        server("bench-bare", "bench.bare", environment) as bare,
    ):
        for path in (API, "/bases/", PLAIN):
            site.get(path)
        bare.get("/")
        site.find_processes()
        bare.find_processes()
        say("an edit shows at once?")
        check_edit_shows_at_once(site)
        say("lists by API")
        results = measure_lists(site, bare, each_turn, seed)
        results += measure_depth(site, bases, each_turn)
        say("pages")
        results += measure_unchanged(site, each_turn)
        results += measure_first_rendering(site, bare, 2 * each_turn, seed)
        results += measure_detail(site, each_turn, seed)
    say("search")
    results += measure_search()
    say("the desk")
    results += measure_desk()
    say("exports")
    results += measure_export()
    say("numbering of applications")
    return results + measure_numbering()


def fill(url: str, bases: int, projects: int, seed: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_chenzhou", stdout=StringIO())
    call_command("load_demo", bases=bases, projects=projects, seed=seed)
    connection.close()
    sql(url, "VACUUM ANALYZE")


def say(what: str) -> None:
    print(f"bench: {what}", flush=True)
