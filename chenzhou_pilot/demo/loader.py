"""Loads synthetic records in one transaction and in flat memory."""

import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.db.models import Max

from accounts.models import Organisation
from bases import choice_sets
from bases.models import Base, BaseSearch, Industry
from chenzhou_pilot.demo.bases import Bases
from chenzhou_pilot.demo.places import industries, organisations, places
from chenzhou_pilot.demo.projects import Projects
from chenzhou_pilot.demo.tables import Row, Table
from common import journal
from common.search import create_index, drop_index
from projects.models import Project, ProjectSearch

CHUNK = 2_000
REBUILD_FROM = 20_000  # from this many rows on, building the search index afterwards is faster than keeping it
SLUGS: dict[type[models.Model], str] = {Base: "demo-base-", Project: "demo-project-"}
QUICKER_COMPRESSION = """
    SELECT set_config(name, 'lz4', true) FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)
"""

Maker = Callable[[int, int], dict[Table, list[Row]]]


class NoPlaces(Exception):
    """There is no county to put a record in."""


class Loaded(NamedTuple):
    there: int
    added: int
    seconds: float
    index_seconds: float


class Wanted(NamedTuple):
    """Serial numbers still to be loaded."""

    bases: range
    projects: range


def missing(bases: int, projects: int) -> Wanted:
    return Wanted(range(_last(Base) + 1, bases + 1), range(_last(Project) + 1, projects + 1))


def load(seed: int, wanted: Wanted) -> dict[str, Loaded]:
    """Write the wanted records, one journal entry for all of them."""
    everywhere = places()
    if not any(place.division for place in everywhere):
        raise NoPlaces
    label = f"{len(wanted.bases)} demo bases, {len(wanted.projects)} demo projects, seed {seed}"
    with journal.bulk("load_demo", Base, label, Project, Industry, Organisation) as batch:
        _unhurried()
        shared = (seed, everywhere, industries(), organisations())
        loaded = {"bases": _fill(Base, BaseSearch, Bases(*shared).rows, wanted.bases)}
        hosts = array("q", _demo_bases())
        loaded["projects"] = _fill(Project, ProjectSearch, Projects(*shared, hosts).rows, wanted.projects)
        batch.count = sum(part.added for part in loaded.values())
        choice_sets.rebuild()
    with transaction.atomic(), connection.cursor() as cursor:
        _unhurried()
        cursor.execute("ANALYZE")
    return loaded


def _last(model: type[Any]) -> int:
    """The highest serial number there is."""
    prefix = SLUGS[model]
    slug = model.objects.filter(slug__startswith=prefix).aggregate(last=Max("slug"))["last"]
    return int(slug.removeprefix(prefix)) if slug else 0


def _demo_bases() -> Iterator[int]:
    return Base.objects.filter(slug__startswith=SLUGS[Base]).order_by("slug").values_list("pk", flat=True).iterator()


def _fill(model: type[models.Model], search: type[models.Model], maker: Maker, serials: range) -> Loaded:
    began = time.monotonic()
    key = _reserve(model, len(serials))
    with _index_built_afterwards(search, len(serials)) as building:
        for start in range(0, len(serials), CHUNK):
            _write(maker, serials[start : start + CHUNK], key + start)
    return Loaded(serials.start - 1, len(serials), time.monotonic() - began, building["seconds"])


def _write(maker: Maker, serials: range, key: int) -> None:
    chunk: dict[Table, list[Row]] = {}
    for offset, serial in enumerate(serials):
        for table, rows in maker(serial, key + offset).items():
            chunk.setdefault(table, []).extend(rows)
    for table, rows in chunk.items():
        table.write(rows)


def _unhurried() -> None:
    """No time limit, and keys checked with each chunk: the queue of a million checks would fill the memory."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'"
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(QUICKER_COMPRESSION)


def _reserve(model: type[models.Model], number: int) -> int:
    """The first of `number` keys that nobody else gets."""
    table = model._meta.db_table
    if not number:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence(%s, 'id')"
            cursor.execute(f"SELECT setval({sequence}, nextval({sequence}) + %s)", [table, table, number - 1])
            return cursor.fetchone()[0] - number + 1
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        return row[0] + 1 if row else 1


@contextmanager
def _index_built_afterwards(search: type[models.Model], number: int) -> Iterator[dict[str, float]]:
    """Much at once goes in without its search index; SQLite keeps it, where it costs little."""
    building = {"seconds": 0.0}
    apart = number >= REBUILD_FROM and connection.vendor == "postgresql"
    if apart:
        with connection.schema_editor() as editor:
            drop_index(editor, search)
    yield building
    if apart:
        began = time.monotonic()
        with connection.schema_editor() as editor:
            create_index(editor, search)
        building["seconds"] = time.monotonic() - began
