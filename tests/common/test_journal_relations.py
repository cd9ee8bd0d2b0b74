"""Whoever changes a many-to-many field of a recorded model, from either side, leaves one entry."""

import pytest

from common import journal, versions
from common.models import JournalEntry
from tests.factories import BaseFactory, IndustryFactory
from tests.factories_accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    return BaseFactory()


@pytest.fixture
def industries():
    return [IndustryFactory() for _ in range(3)]


def relation_changes(base, since=0):
    entries = JournalEntry.objects.filter(object_type="bases.base", object_id=str(base.pk), action="update")
    return [entry.changes for entry in entries.filter(pk__gt=since).order_by("pk")]


def last_entry():
    return JournalEntry.objects.order_by("pk").last()


def test_each_step_on_the_record_itself_is_recorded(base, industries):
    one, two, _three = (row.pk for row in industries)

    base.industries.add(*industries[:2])
    base.industries.remove(industries[0])
    base.industries.clear()

    assert relation_changes(base) == [
        {"industries": [[], [one, two]]},
        {"industries": [[one, two], [two]]},
        {"industries": [[two], []]},
    ]


def test_each_step_from_the_other_side_is_recorded_on_the_record(base, industries):
    one, other = industries[0], BaseFactory()

    one.bases.add(base, other)
    one.bases.remove(other)
    one.bases.clear()

    assert relation_changes(base) == [{"industries": [[], [one.pk]]}, {"industries": [[one.pk], []]}]
    assert relation_changes(other) == [{"industries": [[], [one.pk]]}, {"industries": [[one.pk], []]}]


def test_nothing_is_recorded_where_nothing_changes(base, industries):
    base.industries.set(industries)
    count, version = JournalEntry.objects.count(), versions.current("registry")

    base.industries.set(industries)
    base.industries.add(industries[0])
    base.industries.remove(IndustryFactory.build(pk=999_999))
    base.tenants.clear()
    industries[0].bases.add(base)

    assert (JournalEntry.objects.count(), versions.current("registry")) == (count, version)


@pytest.mark.parametrize("name", ["tenants", "co_builders"])
def test_a_new_relation_gives_the_registry_a_new_version(base, name):
    organisation, version = OrganisationFactory(), versions.current("registry")

    with journal.acting(by=UserFactory(), source="admin", reason="核实"):
        getattr(base, name).add(organisation)

    entry = last_entry()
    assert (entry.changes, entry.source, entry.reason) == ({name: [[], [organisation.pk]]}, "admin", "核实")
    assert versions.current("registry") != version


def test_steps_taken_together_make_one_entry_a_field(base, industries):
    base.industries.set(industries[:2])
    since, organisation = last_entry().pk, OrganisationFactory()

    with journal.relations_together():
        base.industries.set(industries[1:])
        base.tenants.add(organisation)
        base.co_builders.add(organisation)
        base.co_builders.clear()

    one, two, three = (row.pk for row in industries)
    assert relation_changes(base, since) == [
        {"industries": [[one, two], [two, three]]},
        {"tenants": [[], [organisation.pk]]},
    ]


def test_roles_are_recorded_once_under_their_own_name():
    person = UserFactory()
    since = last_entry().pk

    person.groups.create(name="观察员")

    entries = JournalEntry.objects.filter(pk__gt=since)
    assert [(entry.action, entry.changes) for entry in entries] == [("roles", {"groups": [[], ["观察员"]]})]
