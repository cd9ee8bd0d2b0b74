"""The counts beside the filters are those that asking the registry anew gives, whatever was saved, how and by whom."""

import threading
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bases.choice_sets import EVERY, Choice, bits_of, rebuild, sets
from bases.enums import ON_PUBLIC_SITE, EquipmentCategory, EquipmentState, Kind, Openness, ServiceType, State
from bases.facets import facets
from bases.filters import BaseFilter
from bases.models import Base, ChoiceSet, Equipment, Industry, Service
from common import versions
from tests.bases.test_workflow import base_in
from tests.factories import (
    BaseFactory,
    DivisionFactory,
    EquipmentFactory,
    IndustryFactory,
    ParkFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


def counted(**filters):
    """As the page counts: every choice of every facet that leaves a base, and the total."""
    found = facets(filters, versions.current("registry"))
    numbers = {(name, choice.value): choice.number for name, choices in found.choices.items() for choice in choices}
    return numbers | {"total": found.total}


def asked(**filters):
    """The same by asking the list itself for each choice."""
    public = Base.objects.on_public_site()
    numbers = {}
    for name, values in offered().items():
        for value in values:
            number = BaseFilter({**filters, name: value}, public).qs.distinct().count()
            numbers |= {(name, value): number} if number else {}
    return numbers | {"total": BaseFilter(filters, public).qs.distinct().count()}


def offered():
    return {
        "kind": Kind.values,
        "division": ["431025", "431022"],
        "park": ["high-tech-zone"],
        "industry": list(Industry.objects.values_list("slug", flat=True)),
        "service": ServiceType.values,
        "equipment": EquipmentCategory.values,
        "openness": Openness.values,
        "trl": [str(level) for level in range(1, 10)],
    }


# ---------------------------------------------------------------- any edits in any order
BASES, INDUSTRIES = 4, 3
which = st.integers(0, BASES - 1)
tag = st.integers(0, INDUSTRIES - 1)
levels = st.lists(st.integers(1, 9), min_size=2, max_size=2).map(sorted) | st.just([None, None])
columns = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(Kind.values),
        "openness": st.sampled_from(["", *Openness.values]),
        "division_id": st.sampled_from([None, "431025", "431022"]),
        "park_id": st.sampled_from([None, "high-tech-zone"]),
        "state": st.sampled_from([State.DRAFT, State.LISTED, State.SUSPENDED]),
        "trl": levels,
    },
)
edits = st.one_of(
    st.tuples(st.just("change"), which, columns),
    st.tuples(st.just("tag"), which, st.lists(tag)),
    st.tuples(st.just("tag_from_industry"), tag, st.lists(which)),
    st.tuples(st.just("clear_industry"), tag, st.none()),
    st.tuples(st.just("rename_industry"), tag, st.none()),
    st.tuples(st.just("delete_industry"), tag, st.none()),
    st.tuples(st.just("equip"), which, st.tuples(st.sampled_from(EquipmentCategory.values))),
    st.tuples(st.just("serve"), which, st.tuples(st.sampled_from(ServiceType.values))),
    st.tuples(st.just("change_equipment"), which, st.sampled_from(EquipmentState.values)),
    st.tuples(st.just("move_parts"), which, which),
    st.tuples(st.just("drop_parts"), which, st.none()),
    st.tuples(st.just("delete"), which, st.none()),
)


class Edits:
    """One method an edit; what is gone is left alone."""

    def __init__(self):
        DivisionFactory()
        DivisionFactory(code="431022", name_zh="宜章县")
        ParkFactory()
        self.bases = [BaseFactory().pk for _ in range(BASES)]
        self.industries = [IndustryFactory().pk for _ in range(INDUSTRIES)]

    def base(self, number):
        return Base.objects.filter(pk=self.bases[number]).first()

    def industry(self, number):
        return Industry.objects.filter(pk=self.industries[number]).first()

    def apply(self, name, number, given):
        row = self.industry(number) if name.endswith("industry") else self.base(number)
        if row:
            getattr(self, name)(row, given)

    def change(self, base, columns):
        base.trl_min, base.trl_max = columns.pop("trl", (base.trl_min, base.trl_max))
        for name, value in columns.items():
            setattr(base, name, value)
        base.save()

    def tag(self, base, numbers):
        base.industries.set(Industry.objects.filter(pk__in=[self.industries[number] for number in numbers]))

    def tag_from_industry(self, industry, numbers):
        industry.bases.add(*Base.objects.filter(pk__in=[self.bases[number] for number in numbers]))

    def clear_industry(self, industry, _given):
        industry.bases.clear()

    def rename_industry(self, industry, _given):
        industry.slug = f"{industry.slug}-x"
        industry.save()

    def delete_industry(self, industry, _given):
        industry.delete()

    def equip(self, base, given):
        EquipmentFactory(base=base, category=given[0])

    def serve(self, base, given):
        ServiceFactory(base=base, type=given[0])

    def change_equipment(self, base, state):
        for equipment in base.equipment.all():
            equipment.state = state
            equipment.save()

    def move_parts(self, base, other):
        heir = self.base(other)
        for part in [*base.equipment.all(), *base.services.all()] if heir else []:
            part.base = heir
            part.save()

    def drop_parts(self, base, _given):
        for part in [*base.equipment.all(), *base.services.all()]:
            part.delete()

    def delete(self, base, _given):
        base.delete()


class AnyEdits(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(edits, max_size=12), st.booleans())
    def test_after_any_edits_the_counts_are_those_of_the_registry(self, made, together):
        edits = Edits()
        if together:
            with versions.at_the_end():
                for edit in made:
                    edits.apply(*edit)
        else:
            for edit in made:
                edits.apply(*edit)
                assert counted()["total"] == Base.objects.on_public_site().count()

        assert counted() == asked()
        assert counted(kind="public") == asked(kind="public")
        assert counted(division="431025", trl="5") == asked(division="431025", trl="5")
        assert rebuild() == 0


# ---------------------------------------------------------------- what the sets hold
@pytest.mark.parametrize("state", list(State), ids=str)
def test_only_public_bases_are_counted(state):
    base = base_in(state)

    assert sets().get(EVERY, 0) >> base.pk & 1 == (state in ON_PUBLIC_SITE)


def test_a_set_of_keys_has_their_bits():
    assert [bits_of(keys) for keys in ([], [0], [3, 1, 3], [100])] == [0, 1, 0b1010, 1 << 100]


def test_a_filter_that_nothing_fits_leaves_nothing():
    BaseFactory()

    for filters in ({"division": "999999"}, {"industry": "nothing"}, {"q": "没有的词"}, {"q": "!!!"}):
        assert counted(**filters)["total"] == 0, filters


def test_counts_of_a_search_are_those_of_its_list():
    BaseFactory(name_zh="固态电池基地", kind=Kind.PUBLIC)
    BaseFactory(name_zh="电池二号基地")
    BaseFactory(name_zh="铸造基地", kind=Kind.PUBLIC)
    BaseFactory(name_zh="电池草稿", state=State.DRAFT)

    assert counted(q="电池") == asked(q="电池")
    assert counted(q="电池", kind="public") == asked(q="电池", kind="public")
    assert counted(q="电池")["total"] == 2


def test_reading_costs_a_query_where_a_set_has_changed_and_none_else(django_assert_num_queries):
    base = BaseFactory()
    for kind, queries in ((base.kind, 0), (Kind.PUBLIC, 1), (Kind.PUBLIC, 0)):
        sets(versions.current("registry"))
        Base.objects.get(pk=base.pk).save()
        base.kind = kind
        base.save()
        version = versions.current("registry")
        with django_assert_num_queries(queries):
            sets(version)

    assert sets(version)[Choice("kind", "public")] == 1 << base.pk
    with django_assert_num_queries(1):
        sets()


def test_what_was_read_in_a_transaction_is_forgotten_with_it():
    base = BaseFactory(kind=Kind.SPECIALISED, openness="")
    before = sets(versions.current("registry"))

    with transaction.atomic():
        base.kind, base.openness = Kind.PUBLIC, Openness.OPEN
        base.save()
        meanwhile = sets(versions.current("registry"))
        transaction.set_rollback(True)

    assert meanwhile.keys() - before.keys() == {Choice("kind", "public"), Choice("openness", "open")}
    assert sets(versions.current("registry")) == before


def test_a_save_that_changes_no_choice_writes_no_set():
    base = BaseFactory()
    before = set(ChoiceSet.objects.values_list("token", flat=True))

    base.summary_zh = "另一段简介"
    base.save()

    assert set(ChoiceSet.objects.values_list("token", flat=True)) == before


def test_an_edit_that_is_undone_counts_nowhere_though_this_process_has_read_it():
    base = BaseFactory()
    before = counted()

    with transaction.atomic():
        base.kind = Kind.PUBLIC
        base.save()
        inside = counted()
        transaction.set_rollback(True)

    assert inside[("kind", "public")] == 1
    assert counted() == before
    assert ("kind", "public") not in before


# ---------------------------------------------------------------- past the signals
@pytest.fixture
def three():
    industry = IndustryFactory()
    for kind in (Kind.PUBLIC, Kind.SPECIALISED, Kind.SPECIALISED):
        base = BaseFactory(kind=kind, openness=Openness.OPEN, trl_min=2, trl_max=4, industries=[industry])
        EquipmentFactory(base=base)
        EquipmentFactory(base=base, category="testing", state="retired")
        ServiceFactory(base=base)
    BaseFactory(state=State.DRAFT)


def recount():
    out = StringIO()
    call_command("recount_bases", stdout=out)
    return out.getvalue().strip()


def test_the_command_puts_right_what_was_written_past_the_site(three):
    table = connection.ops.quote_name(Base._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET kind = 'public'")
    assert counted()[("kind", "public")] == 1

    said = [recount() for _ in range(2)]

    assert said == ["有 2 个数字不对，已改正。", "所有数字都对。"]
    assert counted() == asked()


def test_the_command_gives_the_registry_a_new_version(three):
    before = versions.current("registry")

    recount()

    assert versions.current("registry") != before


def test_the_migration_counts_what_is_there(three):
    expected = counted()
    ChoiceSet.objects.all().delete()

    import_module("bases.migrations.0005_choice_sets").fill(apps, None)

    assert counted() == expected == asked()
    assert rebuild() == 0


def test_very_many_bases_at_once_are_counted_anew(three, monkeypatch):
    monkeypatch.setattr("bases.choice_sets.MOST_NAMED", 2)

    with versions.at_the_end():
        for base in Base.objects.all():
            base.kind, base.openness = Kind.PUBLIC, ""
            base.save()

    assert counted() == asked()
    assert counted()[("kind", "public")] == 3


# ---------------------------------------------------------------- at the same time
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("together", [False, True])
def test_writers_at_the_same_time_lose_no_count(together):
    keys = [BaseFactory().pk for _ in range(12)]
    industry = IndustryFactory()
    start, failures = threading.Barrier(3), []

    def edit(own):
        start.wait()
        try:
            with versions.at_the_end() if together else transaction.atomic():
                for key in own:
                    base = Base.objects.get(pk=key)
                    base.kind, base.openness, base.trl_min, base.trl_max = Kind.PUBLIC, Openness.OPEN, 1, 1 + key % 9
                    base.save()
                    base.industries.add(industry)
                    Equipment(base=base, name="釜", category=EquipmentCategory.values[key % 4]).save()
                    Service(base=base, title="检测", type=ServiceType.values[key % 8]).save()
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(keys[number::3],)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert counted() == asked()
    assert counted()[("kind", "public")] == 12
