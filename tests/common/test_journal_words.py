from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation

from accounts.enums import PersonKind
from bases.models import Base
from common import journal
from common.journal_words import action_name, describe, describe_all, doer, model_of, reason_given, type_name
from common.models import CalendarDay, JournalEntry, Park, Source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def entry_of(changes: dict, model: type = Park) -> JournalEntry:
    return JournalEntry(object_type=model._meta.label_lower, changes=changes)


def test_changes_read_as_sentences():
    entry = entry_of(
        {
            "name_zh": ["旧名", "新名"],
            "level": [None, "national"],
            "name_en": ["Old", ""],
        }
    )

    assert [change.sentence for change in describe(entry, Park)] == [
        "Chinese name changed from 旧名 to 新名",
        "Level: National",
        "English name removed, was Old",
    ]


def test_values_read_as_the_column_means_them():
    day = describe(entry_of({"is_working": [False, True]}, CalendarDay), CalendarDay)
    source = describe(entry_of({"published_on": [None, "2024-12-06"]}, Source), Source)

    assert [(change.before, change.after) for change in day + source] == [("No", "Yes"), ("", "6 December 2024")]


def test_a_moment_reads_in_local_time():
    entry = entry_of({"date_joined": [None, datetime(2026, 1, 1, 20, tzinfo=UTC).isoformat()]})

    [change] = describe(entry, get_user_model())

    assert change.after == "2 January 2026, 04:00"


def test_days_and_money_read_as_on_the_rest_of_the_site():
    entry = entry_of({"founded_on": [None, "2024-12-06"], "total_investment_yuan": [None, "20000000.00"]})

    with translation.override("zh-hans"):
        assert [change.after for change in describe(entry, Base)] == ["2024 年 12 月 6 日", "20,000,000"]


def test_a_secret_reads_as_changed():
    [change] = describe(entry_of({"password": ["•", "•"]}), get_user_model())

    assert change.sentence == "Password changed"


def test_keys_read_as_the_names_of_what_they_point_to(django_assert_num_queries):
    user = get_user_model().objects.create(email="clerk@example.org", name="李科员")
    entries = [entry_of({"actor": [None, user.pk]}), entry_of({"actor": [user.pk, user.pk + 1]})]

    with django_assert_num_queries(1):
        [[first], [second]] = describe_all(entries, JournalEntry)

    assert (first.after, second.before, second.after) == ("李科员", "李科员", str(user.pk + 1))


def test_only_the_chosen_fields_are_told():
    entry = entry_of({"name_zh": ["旧名", "新名"], "map_row": [1, 2]})

    assert [change.field for change in describe(entry, Park, fields={"map_row"})] == ["map_row"]


def test_a_field_that_has_gone_is_told_as_it_was_recorded():
    entry = entry_of({"phone": ["1", ["2", True]]})

    assert describe(entry, Park)[0].sentence == "phone changed from 1 to 2, Yes"
    assert describe(entry, None)[0].label == "phone"


def test_an_entry_knows_its_model_as_long_as_there_is_one():
    assert model_of(entry_of({})) is Park
    assert model_of(JournalEntry(object_type="common.gone")) is None


def test_the_journals_own_actions_have_names():
    assert [action_name(action) for action in ("create", "update", "delete", "list")] == [
        "Created",
        "Changed",
        "Deleted",
        "list",
    ]


def test_a_recorded_change_can_be_told():
    day = CalendarDay.objects.create(on=date(2026, 2, 28), is_working=True)
    entry = journal.record("update", day, {"note": [None, "调休"]})

    assert [change.sentence for change in describe(entry, CalendarDay)] == ["Note: 调休"]


def test_a_specification_reads_as_people_say_it():
    rows = [{"name": "volume", "value": "500", "unit": "L"}, {"name": "material", "value": "316L", "unit": ""}]

    [change] = describe(entry_of({"specifications": [None, rows]}), None)

    assert change.after == "volume 500 L, material 316L"


def test_a_person_a_command_and_a_way_in_are_named_as_the_doer():
    clerk = get_user_model()(email="clerk@example.org", name="李科员")
    entries = [
        JournalEntry(actor=clerk, source="admin"),
        JournalEntry(source="command:load_chenzhou"),
        JournalEntry(source="command:other"),
        JournalEntry(source="page"),
    ]

    assert [doer(entry) for entry in entries] == [
        "李科员",
        "System import: public sources (load_chenzhou)",
        "System command (other)",
        "Public site",
    ]


def test_only_a_persons_reason_is_repeated():
    entries = [JournalEntry(reason="更名", source=source) for source in ("admin", "command:load_chenzhou")]

    assert [reason_given(entry) for entry in entries] == ["更名", ""]


def test_a_kind_of_object_reads_by_its_name_as_long_as_there_is_one():
    assert type_name(entry_of({})) == "Park"
    assert type_name(JournalEntry(object_type="common.gone")) == "common.gone"


def test_roles_are_told_by_their_names():
    [change] = describe(entry_of({"groups": [[], ["finance"]]}, get_user_model()), get_user_model())

    assert change.after == str(PersonKind.FINANCE.label)


@pytest.mark.parametrize("action", ["stage_pilot", "approve_change", "change_approved", "roles", "export"])
def test_every_action_of_an_app_has_words(action):
    assert action_name(action) != action
