import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from common import journal
from common.calendar import shanghai_today
from common.journal_anchors import note_anchor
from common.journal_seal import ADVISORY_LOCK
from common.models import Division, JournalEntry, JournalPending, JournalSeal, Park
from common.tasks import seal_journal
from tests.conftest import journal_unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def entries() -> list[JournalEntry]:
    """Five sealed entries."""
    park = Park(code="high-tech")
    written = [journal.record("seen", park, {"name_zh": [None, f"园区{number}"]}) for number in range(1, 6)]
    journal.seal()
    return written


def tamper(sql: str, *parameters: object) -> None:
    with journal_unlocked(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@contextmanager
def foreign_keys_unheld() -> Iterator[None]:
    on, off = {
        "postgresql": ("SET session_replication_role = origin", "SET session_replication_role = replica"),
        "sqlite": ("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys = OFF"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(off)
        yield
        cursor.execute(on)


def test_sealing_gives_each_waiting_entry_its_place_in_the_chain(entries):
    assert [seal.entry_id for seal in JournalSeal.objects.order_by("position")] == [entry.pk for entry in entries]
    assert [seal.position for seal in JournalSeal.objects.order_by("position")] == [1, 2, 3, 4, 5]
    assert not JournalPending.objects.exists()
    assert journal.verify() == journal.Verification(5, journal.head()[1])


def test_sealing_goes_on_where_it_stopped(entries):
    journal.record("seen", Park(code="high-tech"), {})

    assert (journal.seal(), journal.seal()) == (1, 0)
    assert journal.verify().position == 6


def test_an_empty_journal_is_sound():
    assert journal.verify() == journal.Verification(0, "")


def test_a_change_of_the_hash_function_leaves_old_seals_verifiable(entries, settings):
    settings.JOURNAL_HASH = "sm3"
    journal.record("seen", Park(code="high-tech"), {})
    seal_journal()

    assert list(JournalSeal.objects.order_by("position").values_list("algorithm", flat=True)) == ["sha256"] * 5 + [
        "sm3"
    ]
    assert journal.verify().is_sound


def test_a_long_journal_is_sealed_and_verified_in_batches(django_assert_num_queries):
    park = Park(code="high-tech")
    for _ in range(1_001):
        journal.record("seen", park, {})

    assert journal.seal() == 1_001
    with django_assert_num_queries(2 + 1 + 2):  # seals, the second time in vain; entries; strays and overdue
        assert journal.verify().position == 1_001


ENTRY = "UPDATE common_journalentry SET {} WHERE id = {{third}}"
SEAL = "UPDATE common_journalseal SET {} WHERE position = 3"
CUT = "DELETE FROM common_journalseal WHERE position = {}"
CHANGED_ENTRY = "Entry {third} (seal 3) was changed."
CHANGED_SEAL = "Seal 3 (entry {third}) was changed or stands in another order."
STRAY = "Entry {last} was inserted past the journal: it has no seal and waits for none."


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        (ENTRY.format("reason = 'x'"), CHANGED_ENTRY),
        (ENTRY.format("changes = '{{}}'"), CHANGED_ENTRY),
        (ENTRY.format("happened_at = '2020-01-01'"), CHANGED_ENTRY),
        (SEAL.format("digest = 'x'"), CHANGED_SEAL),
        (SEAL.format("chain = 'x'"), CHANGED_SEAL),
        (SEAL.format("algorithm = 'md5'"), CHANGED_SEAL),
        (SEAL.format("position = 9"), "Seal 3 is missing."),
        (CUT.format(3), "Seal 3 is missing."),
        (CUT.format(1), "Seal 1 is missing."),
        (CUT.format(5), STRAY),
    ],
)
def test_verification_names_the_first_bad_row(entries, sql, problem):
    tamper(sql.format(third=entries[2].pk))

    found = journal.verify()

    assert found.problem == problem.format(third=entries[2].pk, last=entries[4].pk)
    assert not found.is_sound


def test_verification_finds_two_seals_that_changed_places(entries):
    tamper("UPDATE common_journalseal SET position = 9 WHERE position = 2")
    tamper("UPDATE common_journalseal SET position = 2 WHERE position = 3")
    tamper("UPDATE common_journalseal SET position = 3 WHERE position = 9")

    assert journal.verify().problem.startswith("Seal 2 (entry")


@pytest.mark.django_db(transaction=True)
def test_verification_finds_an_entry_that_was_taken_out(entries):
    with foreign_keys_unheld():
        tamper("DELETE FROM common_journalentry WHERE id = %s", entries[3].pk)

    assert journal.verify().problem == f"Entry {entries[3].pk} (seal 4) is missing."


def test_verification_finds_an_entry_put_in_past_the_journal(entries):
    stray = JournalEntry.objects.create(action="forged", object_type="common.park")

    assert (
        journal.verify().problem
        == f"Entry {stray.pk} was inserted past the journal: it has no seal and waits for none."
    )


def test_a_chain_cut_short_is_found_by_the_head_noted_earlier(entries):
    noted = journal.Anchor(*journal.head())
    tamper("DELETE FROM common_journalseal WHERE position > 3")
    tamper("DELETE FROM common_journalentry WHERE id IN (%s, %s)", entries[3].pk, entries[4].pk)

    assert journal.verify().is_sound
    assert journal.verify(noted).problem == "The chain ends at seal 3: the seals up to 5 are missing."


def test_a_chain_built_anew_is_found_by_the_head_noted_earlier(entries):
    noted = journal.Anchor(*journal.head())
    tamper("DELETE FROM common_journalseal")
    tamper("UPDATE common_journalentry SET reason = 'forged' WHERE id = %s", entries[0].pk)
    JournalPending.objects.bulk_create(JournalPending(entry=entry) for entry in entries)
    journal.seal()

    assert journal.verify().is_sound
    assert journal.verify(noted).problem == "Seal 5 is not the one that was noted."


def test_an_entry_that_waits_too_long_is_a_warning(entries):
    overdue = JournalEntry.objects.create(action="seen", happened_at=timezone.now() - timedelta(hours=2))
    JournalPending.objects.create(entry=overdue)

    found = journal.verify()

    assert found.is_sound
    assert found.warning == "1 entries have waited for their seal for more than an hour."


def test_the_command_prints_the_head_to_note_down(entries):
    out = StringIO()

    call_command("verify_journal", stdout=out)

    sentence, head = out.getvalue().splitlines()
    assert sentence == "The journal is sound: 5 entries sealed."
    assert re.fullmatch(r"5:[0-9a-f]{64}", head)
    call_command("verify_journal", f"--expect={head}", stdout=StringIO())


def test_the_command_fails_with_a_sentence(entries):
    tamper("UPDATE common_journalentry SET reason = 'x' WHERE id = %s", entries[1].pk)

    with pytest.raises(CommandError, match=rf"^Entry {entries[1].pk} \(seal 2\) was changed\.$") as failure:
        call_command("verify_journal")
    assert failure.value.returncode == 1


def test_the_command_refuses_an_anchor_it_cannot_read():
    with pytest.raises(CommandError, match="POSITION:HASH"):
        call_command("verify_journal", "--expect=12")


def test_the_seal_command_says_how_many():
    Division.objects.create(code="431002", name_zh="北湖区")
    out = StringIO()

    call_command("seal_journal", stdout=out)

    assert out.getvalue() == "1 entries sealed.\n"


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_entries_are_sealed_once_their_transaction_is_committed():
    with transaction.atomic():
        Division.objects.create(code="431002", name_zh="北湖区")
        Division.objects.create(code="431003", name_zh="苏仙区")
        assert JournalSeal.objects.count() == 0
        assert len(connection.run_on_commit) == 1

    assert JournalSeal.objects.count() == 2
    assert not JournalPending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_a_broker_sealing_is_left_to_beat(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False

    Division.objects.create(code="431002", name_zh="北湖区")

    assert JournalPending.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_process_seals_at_a_time_and_another_does_not_wait(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    Division.objects.create(code="431002", name_zh="北湖区")
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])

    assert journal.seal() == 0

    other.rollback()
    other.close()
    assert journal.seal() == 1


def test_the_head_is_noted_once_a_day_and_published_without_how_much_is_recorded(entries, client):
    noted = note_anchor()
    journal.record("seen", Park(code="high-tech"), {})

    assert note_anchor() is None
    assert (noted.day, noted.chain) == (shanghai_today(), JournalSeal.objects.get(position=5).chain)
    answer = client.get("/journal-anchors.txt")
    assert answer.content.decode() == f"{shanghai_today().isoformat()} {noted.chain}\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_an_empty_journal_has_no_anchor():
    JournalPending.objects.all().delete()
    assert (journal.head(), note_anchor()) == ((0, ""), None)


@pytest.mark.parametrize("statement", ["UPDATE {} SET chain = 'x'", "DELETE FROM {}"])
def test_a_noted_anchor_never_changes(entries, statement):
    note_anchor()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("common_journalanchor"))


@pytest.mark.parametrize("is_rebuilt", [False, True], ids=["cut short", "built anew"])
def test_the_published_anchors_find_a_journal_without_its_end(entries, client, tmp_path, is_rebuilt):
    note_anchor()
    kept = tmp_path / "anchors.txt"
    kept.write_bytes(client.get("/journal-anchors.txt").content)
    call_command("verify_journal", f"--anchors={kept}", stdout=StringIO())
    tamper("DELETE FROM common_journalanchor")
    tamper("DELETE FROM common_journalseal" + ("" if is_rebuilt else " WHERE position = 5"))
    tamper("DELETE FROM common_journalentry WHERE id = %s", entries[4].pk)
    if is_rebuilt:
        JournalPending.objects.bulk_create(JournalPending(entry=entry) for entry in entries[:4])
        journal.seal()

    call_command("verify_journal", stdout=StringIO())
    said = rf"^The head noted on {shanghai_today().isoformat()} is not in the chain"
    with pytest.raises(CommandError, match=said), translation.override("en"):  # the request spoke another language
        call_command("verify_journal", f"--anchors={kept}")


def test_the_anchors_of_the_database_are_asked_without_a_file(entries):
    note_anchor()
    tamper("DELETE FROM common_journalseal WHERE position = 5")
    tamper("DELETE FROM common_journalentry WHERE id = %s", entries[4].pk)

    with pytest.raises(CommandError, match="is not in the chain"):
        call_command("verify_journal")


def test_the_command_refuses_a_file_that_holds_no_anchors(tmp_path):
    file = tmp_path / "anchors.txt"
    file.write_text("2026-11-28\n")

    with pytest.raises(CommandError, match=r"^This is no line of journal-anchors.txt: 2026-11-28$"):
        call_command("verify_journal", f"--anchors={file}")
    with pytest.raises(CommandError, match=r"^This file cannot be read: .*/none.txt$"):
        call_command("verify_journal", f"--anchors={tmp_path / 'none.txt'}")
