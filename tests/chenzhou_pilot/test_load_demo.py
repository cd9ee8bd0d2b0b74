from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import override

from accounts.models import Organisation
from bases.choice_sets import rebuild
from bases.codes import validate_code as validate_base_code
from bases.enums import State
from bases.facets import facets
from bases.models import Base, BasePicture, BaseSearch, Equipment, Industry, Service
from chenzhou_pilot.demo.bases import Bases
from chenzhou_pilot.demo.places import Named, Place
from chenzhou_pilot.demo.projects import Projects
from common import versions
from common.file_places import path_of
from common.models import JournalEntry, StoredFile
from projects.codes import validate_code as validate_project_code
from projects.enums import PASSED_OR_LATER, Stage
from projects.models import Project, ProjectOutcome, ProjectPartner, ProjectSearch, ProjectStep
from subsidies.models import Application, Call, Submission
from subsidies.submitting import submit
from tests.factories import BaseFactory, DivisionFactory, IndustryFactory, ParkFactory
from tests.factories_pictures import PictureFactory
from tests.factories_subsidies import CallFactory, SchemeFactory
from tests.subsidies.signing import ready

pytestmark = pytest.mark.django_db

CONTENTS: list[type[models.Model]] = [Base, Project, Equipment, Service, ProjectStep, ProjectOutcome, ProjectPartner]


@pytest.fixture
def ground() -> None:
    DivisionFactory()
    ParkFactory()
    IndustryFactory(slug="nonferrous-metals", name_zh="有色金属")


def load_demo(bases: int = 30, projects: int = 60, **options: Any) -> list[str]:
    out = StringIO()
    call_command("load_demo", bases=bases, projects=projects, stdout=out, **options)
    return out.getvalue().splitlines()


def contents() -> list[list[dict[str, Any]]]:
    """Every column of every demo row but the keys, which the database gives."""
    keys = {"id", "base_id", "project_id", "host_id", "industry_id", "organisation_id"}
    return [
        [
            {name: value for name, value in row.items() if name not in keys}
            for row in model.objects.order_by("pk").values()
        ]
        for model in CONTENTS
    ]


def test_load_demo_adds_the_records_asked_for(ground: None) -> None:
    lines = load_demo()

    assert [line.partition(" in ")[0] for line in lines[:2]] == [
        "bases: 0 were there, 30 added",
        "projects: 0 were there, 60 added",
    ]
    assert lines[2].startswith("peak memory of this process: ")
    assert (Base.objects.count(), Project.objects.count()) == (30, 60)


def test_the_counts_beside_the_filters_follow_what_is_loaded_and_cleared(ground: None) -> None:
    load_demo()
    counted = facets({}, versions.current("registry"))
    assert rebuild() == 0
    load_demo(bases=0, projects=0, clear=True)

    assert counted.total == 30
    assert sum(choice.number for choice in counted.choices["kind"]) == 30
    assert facets({}, versions.current("registry")).total == 0
    assert rebuild() == 0


def test_every_demo_record_is_marked_public_and_named_as_a_demonstration(ground: None) -> None:
    load_demo()

    assert set(Base.objects.values_list("is_demo", "state")) == {(True, State.LISTED)}
    assert set(Project.objects.values_list("is_demo", "is_public")) == {(True, True)}
    assert set(Organisation.objects.values_list("is_demo", flat=True)) == {True}
    for model in (Base, Project, Organisation):
        assert all(name.startswith("演示") for name in model.objects.values_list("name_zh", flat=True))
    assert set(Industry.objects.exclude(slug__startswith="demo-").values_list("slug", "name_zh")) == {
        ("nonferrous-metals", "有色金属")
    }


def test_codes_of_demo_records_have_their_own_prefix_and_a_right_check_digit(ground: None) -> None:
    load_demo()

    for code in Base.objects.values_list("code", flat=True):
        assert code.startswith("DEMO-2026-")
        validate_base_code(code)
    for code in Project.objects.values_list("code", flat=True):
        assert code.startswith("DEMOXM-2026-")
        validate_project_code(code)


def test_a_second_run_with_the_same_numbers_adds_nothing(ground: None) -> None:
    load_demo()
    before, entries, token = contents(), JournalEntry.objects.count(), versions.current("registry")

    lines = load_demo()

    assert lines == ["nothing to add: there are 30 demo bases and 60 demo projects"]
    assert contents() == before
    assert (JournalEntry.objects.count(), versions.current("registry")) == (entries, token)


def test_a_run_with_higher_numbers_adds_the_rest_alone(ground: None) -> None:
    load_demo(bases=10, projects=20)
    first = list(Base.objects.order_by("code").values())

    lines = load_demo(bases=15, projects=20)

    assert lines[0].startswith("bases: 10 were there, 5 added")
    assert lines[1].startswith("projects: 20 were there, 0 added")
    assert list(Base.objects.order_by("code").values())[:10] == first


def test_the_same_seed_makes_the_same_records(ground: None) -> None:
    load_demo(seed=7)
    first = contents()

    load_demo(seed=7, clear=True)

    assert contents() == first


def test_another_seed_makes_other_records(ground: None) -> None:
    load_demo(seed=7)
    first = contents()

    load_demo(seed=8, clear=True)

    assert contents() != first


def test_every_demo_record_holds_to_the_rules_of_the_forms(ground: None) -> None:
    load_demo(bases=100, projects=200)

    for model in (*CONTENTS, Organisation, Industry):
        for row in model.objects.all():
            row.full_clean()


def test_a_description_has_about_500_characters(ground: None) -> None:
    load_demo()

    assert all(490 <= len(summary) <= 540 for summary in Base.objects.values_list("summary_zh", flat=True))


def test_a_project_stands_where_its_last_step_says(ground: None) -> None:
    load_demo()

    for project in Project.objects.all():
        last = project.steps.last()
        stands = (project.stage, project.stage_on, project.stage_precision)
        assert stands == ((last.stage, last.happened_on, last.precision) if last else ("", None, ""))
        assert project.has_passed == (None if last is None else Stage(last.stage) in PASSED_OR_LATER)


def test_demo_records_are_spread_over_counties_parks_and_bases(ground: None) -> None:
    load_demo()

    assert set(Base.objects.values_list("division_id", "park_id")) == {("431025", None), (None, "high-tech-zone")}
    assert Project.objects.exclude(base=None).values("base").distinct().count() > 10
    assert set(Project.objects.filter(base=None).values_list("is_own_pilot", "division_id")) == {(True, "431025")}


@override("zh-hans")
def test_demo_records_have_the_search_document_that_saving_them_would_write(ground: None) -> None:
    load_demo()
    loaded = [list(model.objects.order_by("pk").values_list()) for model in (BaseSearch, ProjectSearch)]

    for row in (*Base.objects.all(), *Project.objects.all()):
        row.save()

    assert [list(model.objects.order_by("pk").values_list()) for model in (BaseSearch, ProjectSearch)] == loaded


def test_demo_records_are_found_by_their_words(ground: None) -> None:
    load_demo()
    base = Base.objects.order_by("code").last()
    word = base.keywords.split()[0]

    found = set(Base.objects.found_by(word).values_list("code", flat=True))

    assert base.code in found
    assert found >= set(Base.objects.filter(summary_zh__contains=word).values_list("code", flat=True))
    assert list(Base.objects.found_by(base.code)) == [base]


def test_the_load_is_one_entry_in_the_journal_and_one_new_version(ground: None) -> None:
    before, token = JournalEntry.objects.count(), versions.current("registry")

    load_demo(seed=3)

    assert JournalEntry.objects.count() == before + 1
    entry = JournalEntry.objects.latest("pk")
    assert (entry.action, entry.object_type, entry.source) == ("load_demo", "bases.base", "command:load_demo")
    assert entry.object_label == "30 demo bases, 60 demo projects, seed 3"
    assert entry.changes == {"count": [None, 90]}
    assert versions.current("registry") != token


def test_records_made_after_the_load_get_keys_of_their_own(ground: None) -> None:
    load_demo()

    base = BaseFactory()

    assert base.pk == max(Base.objects.values_list("pk", flat=True))


def test_clearing_takes_every_demo_record_and_nothing_else(ground: None) -> None:
    real = BaseFactory()
    real.industries.set(Industry.objects.filter(slug="nonferrous-metals"))
    load_demo()

    lines = load_demo(bases=0, projects=0, clear=True)

    assert lines == ["removed 90 demo bases and projects", "nothing to add: there are 0 demo bases and 0 demo projects"]
    assert list(Base.objects.all()) == [real]
    assert [model.objects.count() for model in (Project, Equipment, Service, Organisation, ProjectSearch)] == [0] * 5
    assert list(Industry.objects.values_list("slug", flat=True)) == ["nonferrous-metals"]
    assert list(BaseSearch.objects.values_list("base_id", flat=True)) == [real.pk]
    assert JournalEntry.objects.latest("pk").action == "clear_demo"


def test_clearing_takes_the_files_of_demo_pictures_and_leaves_those_of_real_ones(
    ground: None, django_capture_on_commit_callbacks: Any
) -> None:
    kept = PictureFactory()
    load_demo()
    gone = PictureFactory(base=Base.objects.filter(is_demo=True).first())
    places = [path_of(stored.content.name) for picture in (kept, gone) for stored in (picture.large, picture.small)]

    with django_capture_on_commit_callbacks(execute=True):
        load_demo(bases=0, projects=0, clear=True)

    assert list(BasePicture.objects.all()) == [kept]
    assert set(StoredFile.objects.all()) == {kept.large, kept.small}
    assert [place.exists() for place in places] == [True, True, False, False]


def guards() -> list[str]:
    """The names of all triggers, those that are switched off left out."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgresql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(postgresql if connection.vendor == "postgresql" else sqlite)
        return sorted(name for (name,) in cursor.fetchall())


def test_clearing_takes_the_demo_call_with_what_was_handed_in_and_leaves_real_calls(
    ground: None, django_capture_on_commit_callbacks: Any
) -> None:
    kept = ready().application
    made = ready(call=CallFactory(is_demo=True), is_demo=True)
    submit(made.application, made.signatory)
    before, place = guards(), path_of(made.application.files.get().file.content.name)

    with django_capture_on_commit_callbacks(execute=True):
        lines = load_demo(bases=0, projects=0, clear=True)

    assert lines[:2] == ["removed 0 demo bases and projects", "removed 1 demo calls with 1 applications"]
    assert list(Call.objects.all()) == [kept.call]
    assert list(Application.objects.all()) == [kept]
    assert (Submission.objects.count(), StoredFile.objects.count(), place.exists()) == (0, 1, False)
    assert guards() == before


def test_the_database_keeps_what_was_handed_in_again_after_clearing(ground: None) -> None:
    made = ready()
    submission = submit(made.application, made.signatory)
    CallFactory(is_demo=True)

    load_demo(bases=0, projects=0, clear=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission._base_manager.filter(pk=submission.pk)._raw_delete("default")


@pytest.mark.usefixtures("ground")
def test_clearing_alone_opens_no_new_call() -> None:
    SchemeFactory(slug="industrialisation-award")

    load_demo(bases=0, projects=0, clear=True)

    assert Call.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_clearing_refuses_when_a_real_base_uses_a_demo_organisation(ground: None) -> None:
    load_demo()
    BaseFactory(host=Organisation.objects.first())

    with pytest.raises(CommandError, match="Nothing was removed, other records refer to demo records"):
        load_demo(bases=0, projects=0, clear=True)

    assert Base.objects.filter(is_demo=True).count() == 30


def test_load_demo_refuses_in_production(ground: None, settings: Any) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="Demo records do not belong in production"):
        load_demo()

    assert not Base.objects.exists()


def test_load_demo_refuses_without_counties() -> None:
    with pytest.raises(CommandError, match="There is no county yet to put a base in: run load_chenzhou first."):
        load_demo()

    assert not Industry.objects.exists()


@pytest.mark.parametrize("number", ["-1", "10000000", "many"])
def test_load_demo_refuses_a_number_that_no_code_can_hold(number: str) -> None:
    with pytest.raises(CommandError, match="--bases"):
        call_command("load_demo", "--bases", number)


def test_a_record_does_not_depend_on_the_ones_before_it() -> None:
    shared = (
        5,
        [Place("431025", None, "临武县")],
        [Named(1, "有色金属", "", "metals")],
        [Named(1, "演示", "", "demo")],
    )

    for maker in (Bases(*shared), Projects(*shared, [11, 12])):
        alone = maker.rows(40, 40)
        for serial in range(1, 40):
            maker.rows(serial, serial)
        assert maker.rows(40, 40) == alone
