from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from common import journal, versions
from common.journal_anchors import note_anchor
from common.models import CalendarDay, Division, JournalEntry, JournalPending, Park, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def division() -> Division:
    return Division.objects.create(code="431002", name_zh="北湖区", name_en="Beihu", position=1)


def last_entry() -> JournalEntry:
    return JournalEntry.objects.latest("pk")


def test_a_new_object_is_recorded_with_every_field_that_holds_something():
    source = Source.objects.create(title_zh="郴州市中试基地名单", published_on=date(2024, 12, 6))

    entry = last_entry()
    assert (entry.action, entry.object_type, entry.object_id) == ("create", "common.source", str(source.pk))
    assert entry.object_label == "郴州市中试基地名单"
    assert entry.changes == {"title_zh": [None, "郴州市中试基地名单"], "published_on": [None, "2024-12-06"]}
    assert JournalPending.objects.filter(entry=entry).exists()


def test_a_change_is_recorded_with_before_and_after_of_the_changed_fields_alone(division):
    division.name_en = "Beihu District"
    division.save()

    assert last_entry().action == "update"
    assert last_entry().changes == {"name_en": ["Beihu", "Beihu District"]}


def test_a_natural_key_that_is_in_use_is_recorded_as_a_change(division):
    Division(code="431002", name_zh="北湖", name_en="Beihu", position=1).save()

    assert (last_entry().action, last_entry().changes) == ("update", {"name_zh": ["北湖区", "北湖"]})


def test_saving_unchanged_data_records_nothing(division):
    division.position = "1"
    division.save()

    assert JournalEntry.objects.count() == 1


def test_fields_outside_update_fields_are_not_recorded(division):
    division.name_zh, division.name_en = "苏仙区", "Suxian"
    division.save(update_fields=["name_en"])

    assert last_entry().changes == {"name_en": ["Beihu", "Suxian"]}


def test_a_value_the_database_computes_is_recorded_as_stored(division):
    division.position = F("position") + 4
    division.save()

    assert last_entry().changes == {"position": [1, 5]}


def test_fields_that_were_not_loaded_are_not_recorded(division):
    partial = Division.objects.only("code", "name_en").get(pk="431002")
    partial.name_en = "Beihu Qu"
    partial.save()

    assert last_entry().changes == {"name_en": ["Beihu", "Beihu Qu"]}


def test_a_deletion_is_recorded_with_what_is_lost(division):
    division.delete()

    assert (last_entry().action, last_entry().object_id) == ("delete", "431002")
    assert last_entry().changes["name_zh"] == ["北湖区", None]
    assert list(Division.objects.all()) == []


def test_a_secret_is_recorded_as_changed_and_never_shown():
    user = get_user_model().objects.create(email="clerk@example.org", password="first-hash")
    user.password = "second-hash"
    user.save()

    created, changed = JournalEntry.objects.filter(object_type="accounts.user").order_by("pk")
    assert created.changes["password"] == [None, "•"]
    assert changed.changes == {"password": ["•", "•"]}


def test_ignored_fields_are_not_recorded():
    user = get_user_model().objects.create(email="clerk@example.org")
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])

    assert JournalEntry.objects.filter(object_type="accounts.user").count() == 1


def test_an_entry_names_who_why_and_from_where(division):
    user = get_user_model().objects.create(email="clerk@example.org")

    outer = journal.acting(by=user, source="admin", address="2001:DB8::0:1")
    with outer, journal.acting(action="rename", reason="按民政部门通知"):
        division.name_en = "Beihu District"
        division.save()

    entry = last_entry()
    assert (entry.actor, entry.action, entry.reason) == (user, "rename", "按民政部门通知")
    assert (entry.source, entry.address) == ("admin", "2001:db8::1")


def test_an_inner_context_ends_with_its_block(division):
    with journal.acting(source="page"):
        with journal.acting(source="api", reason="inner"):
            assert journal.current().source == "api"
        assert (journal.current().source, journal.current().reason) == ("page", "")


def test_what_is_no_address_is_left_out(division):
    with journal.acting(address="unix:"):
        entry = journal.record("seen", division, {})

    assert entry.address is None


def test_an_entry_goes_with_the_transaction_that_wrote_it(division):
    @transaction.atomic
    def save_and_stop() -> None:
        division.name_en = "Lost"
        division.save()
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        save_and_stop()

    assert JournalEntry.objects.count() == 1
    assert JournalPending.objects.count() == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda rows: rows.update(name_en=""),
        lambda rows: rows.all().delete(),
        lambda rows: rows.bulk_create([Division(code="431003", name_zh="苏仙区")]),
        lambda rows: rows.bulk_update([Division(code="431002", name_zh="苏仙区")], ["name_zh"]),
    ],
    ids=["update", "delete", "bulk_create", "bulk_update"],
)
def test_calls_that_leave_no_trace_are_refused(division, call):
    with pytest.raises(journal.JournalRefused, match="would leave no trace"):
        call(Division.objects)

    assert Division.objects.values_list("name_zh", "name_en").get() == ("北湖区", "Beihu")


def test_a_batch_lets_bulk_calls_of_its_model_through_under_one_entry(division):
    before = versions.current("registry")

    with journal.bulk("load", Division, "Eleven counties") as batch:
        Division.objects.bulk_create(
            [Division(code="431003", name_zh="苏仙区"), Division(code="431021", name_zh="桂阳县")]
        )
        batch.count = 2
        with pytest.raises(journal.JournalRefused):
            Park.objects.update(level="")

    entry = last_entry()
    assert (entry.action, entry.object_type, entry.object_id) == ("load", "common.division", "")
    assert (entry.object_label, entry.changes) == ("Eleven counties", {"count": [None, 2]})
    assert JournalEntry.objects.count() == 2
    assert versions.current("registry") != before
    with pytest.raises(journal.JournalRefused):
        Division.objects.update(name_en="")


def test_update_or_create_is_recorded_like_any_save(division):
    Division.objects.update_or_create(code="431002", defaults={"name_en": "Beihu District"})
    Division.objects.get_or_create(code="431003", defaults={"name_zh": "苏仙区"})

    assert [entry.action for entry in JournalEntry.objects.order_by("pk")] == ["create", "update", "create"]


def test_each_save_gives_its_body_of_data_a_new_version(division):
    registry, calendar = versions.current("registry"), versions.current("calendar")

    CalendarDay.objects.create(on=date(2026, 2, 28), is_working=True)

    assert versions.current("registry") == registry
    assert versions.current("calendar") != calendar


def test_entries_read_back_as_they_were_written(division):
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    changes = {"b": [1.0, 1e16], "a": ["x\x00y", {"z": True, "y": [None, 2]}], "when": [None, moment]}

    entry = journal.record("seen", division, changes)

    expected = {
        "b": ["1.0", "1e+16"],
        "a": ["x�y", {"z": True, "y": [None, 2]}],
        "when": [None, "2026-01-02T03:04:05.678901+00:00"],
    }
    assert JournalEntry.objects.get(pk=entry.pk).changes == expected


def test_a_save_costs_one_read_two_inserts_and_one_version(division, django_assert_num_queries):
    division.name_en = "Beihu District"
    with django_assert_num_queries(5):
        division.save()

    with django_assert_num_queries(4):
        Division.objects.create(code="431003", name_zh="苏仙区")


@pytest.mark.parametrize("table", ["common_journalentry", "common_journalseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}={}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_journal(division, table, statement):
    journal.seal()
    column = "reason" if table == "common_journalentry" else "digest"

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))


UPSERT = """INSERT INTO common_journalentry SELECT * FROM common_journalentry WHERE true
ON CONFLICT (id) DO UPDATE SET reason = 'altered'"""
REPLACED = [
    "REPLACE INTO common_journalentry SELECT * FROM common_journalentry",
    "INSERT OR REPLACE INTO common_journalseal SELECT * FROM common_journalseal",
    "INSERT OR REPLACE INTO common_journalseal (position, entry_id, digest, chain, algorithm) "
    "SELECT position + 1000, entry_id, digest, chain, algorithm FROM common_journalseal",
    "INSERT OR REPLACE INTO common_journalanchor (day, chain, noted_at) "
    "SELECT day, 'altered', noted_at FROM common_journalanchor",
]


@pytest.mark.parametrize("statement", [UPSERT, *REPLACED] if connection.vendor == "sqlite" else [UPSERT])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_the_database_refuses_to_replace_a_row_of_the_journal_to_every_connection(division, statement, recursive):
    journal.seal()
    note_anchor()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA recursive_triggers = {recursive}")

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)

        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA recursive_triggers = ON")


def test_the_triggers_of_delete_speak_for_a_replacing_on_our_connections(division):
    if connection.vendor != "sqlite":
        return
    park = Park.objects.create(code="p", name_zh="园区")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TRIGGER no_delete BEFORE DELETE ON common_park BEGIN SELECT RAISE(ABORT, 'asked'); END"
        )
        with pytest.raises(IntegrityError, match="asked"), transaction.atomic():
            cursor.execute("REPLACE INTO common_park SELECT * FROM common_park")
        cursor.execute("DROP TRIGGER temp.no_delete")

    assert Park.objects.get() == park


def test_an_entry_refuses_to_be_deleted(division):
    with pytest.raises(journal.JournalRefused):
        last_entry().delete()
