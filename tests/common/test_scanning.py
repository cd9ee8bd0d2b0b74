import json
import socket

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from chenzhou_pilot import health
from common import scanning
from common.checks import files_are_private, scanner_is_set
from common.file_tasks import scan_file, scan_waiting
from common.files import FileRules, receive
from common.models import JournalEntry, ScanState, StoredFile
from common.scanning import ScannerUnavailable, Verdict
from tests.common.clamd import EICAR, clamd_on
from tests.factories_accounts import UserFactory
from tests.factories_files import docx, pdf

pytestmark = pytest.mark.django_db

DOCX = FileRules(("docx",))
INFECTED = {"word/media/note.bin": EICAR}


@pytest.fixture
def clamd(settings):
    with clamd_on() as (scanner, url):
        settings.CLAMAV_URL = url
        yield scanner


def clean_file(content=None):
    return receive(content or pdf(), "a.pdf", UserFactory(), FileRules(("pdf",)))


def infected_file():
    """The test signature, stored as it is inside a document."""
    return receive(docx(INFECTED, stored=True), "a.docx", UserFactory(), DOCX)


def test_a_clean_file_is_sent_whole_and_marked_clean(clamd):
    content = pdf(40)
    stored = clean_file(content)

    assert scanning.scan(stored) == ScanState.CLEAN

    stored.refresh_from_db()
    assert clamd.received == [content]
    assert (stored.scan_state, stored.scanned_at is not None) == (ScanState.CLEAN, True)


def test_a_find_is_marked_and_told_in_the_journal(clamd):
    stored = infected_file()

    assert scanning.scan(stored) == ScanState.INFECTED

    stored.refresh_from_db()
    assert stored.scan_state == ScanState.INFECTED
    entry = JournalEntry.objects.get(action="virus_found")
    assert entry.changes == {"found": [None, "Eicar-Signature"]}


def test_what_was_found_once_stays_infected(clamd):
    stored = infected_file()
    scanning.scan(stored)

    assert scanning.write_down(stored, Verdict(is_clean=True)) == ScanState.INFECTED


def test_the_scanner_is_reached_by_a_unix_socket_too(settings, tmp_path):
    with clamd_on(tmp_path / "clamd.ctl") as (_clamd, settings.CLAMAV_URL):
        assert scanning.answers()
        assert scanning.scan(clean_file()) == ScanState.CLEAN


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"nonsense\0", b"x" * 9000])
def test_an_answer_that_is_no_verdict_leaves_the_file_as_it_was(clamd, answer):
    clamd.answer = answer
    stored = clean_file()

    with pytest.raises(ScannerUnavailable):
        scanning.scan(stored)

    stored.refresh_from_db()
    assert stored.scan_state == ScanState.NOT_SCANNED


def test_a_line_that_ends_early_is_no_verdict(clamd):
    clamd.hangs_up = True

    with pytest.raises(ScannerUnavailable):
        scanning.scan(clean_file())


def test_a_scanner_that_hangs_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(scanning, "ANSWER_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(ScannerUnavailable):
            scanning.scan(clean_file())


def test_no_scanner_and_a_dead_one_are_both_unavailable(settings):
    settings.CLAMAV_URL = ""
    with pytest.raises(ScannerUnavailable):
        scanning.scan(clean_file())

    settings.CLAMAV_URL = "unix:///nowhere/clamd.ctl"
    assert not scanning.answers()
    with pytest.raises(ScannerUnavailable):
        scanning.scan(clean_file())


# ---------------------------------------------------------------- when it happens
def test_a_file_is_scanned_after_the_commit_and_not_before(clamd, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        stored = clean_file()
        assert clamd.received == []

    stored.refresh_from_db()
    assert stored.scan_state == ScanState.CLEAN


def test_a_scanner_that_is_away_does_not_keep_a_file_from_arriving(settings, django_capture_on_commit_callbacks):
    settings.CLAMAV_URL = "unix:///nowhere/clamd.ctl"

    with django_capture_on_commit_callbacks(execute=True):
        stored = clean_file()

    stored.refresh_from_db()
    assert stored.scan_state == ScanState.NOT_SCANNED


def test_the_task_looks_at_a_file_once(clamd):
    stored = clean_file()
    scan_file.delay(stored.pk)
    scan_file.delay(stored.pk)
    scan_file.delay(stored.pk + 1)

    assert len(clamd.received) == 1


def test_what_waits_is_scanned_when_the_scanner_is_back(settings):
    settings.CLAMAV_URL = "unix:///nowhere/clamd.ctl"
    stored = [clean_file(pdf(pages)) for pages in (1, 2)]
    assert scan_waiting() == 0

    with clamd_on() as (_clamd, settings.CLAMAV_URL):
        assert scan_waiting() == 2

    assert set(StoredFile.objects.values_list("scan_state", flat=True)) == {ScanState.CLEAN}
    assert len(stored) == 2


# ---------------------------------------------------------------- commands, health, deployment
def test_rescan_looks_at_what_was_never_scanned_or_at_everything(clamd, capsys):
    scanning.scan(clean_file())
    infected_file()

    call_command("rescan")
    assert len(clamd.received) == 2
    call_command("rescan", all=True)

    assert len(clamd.received) == 3  # the infected one stays as it is
    assert capsys.readouterr().out.count("1") >= 2


def test_rescan_fails_aloud_without_a_scanner(settings):
    settings.CLAMAV_URL = ""
    clean_file()

    with pytest.raises(CommandError):
        call_command("rescan")


def test_a_dead_scanner_is_named_by_readyz_and_sends_nobody_away(client, settings, monkeypatch):
    settings.CLAMAV_URL = "unix:///nowhere/clamd.ctl"
    checks = {"database": health.database_answers, "scanner": health.scanner_answers}
    monkeypatch.setattr(health, "READINESS", health.Readiness(checks))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert json.loads(answer.content)["checks"] == {"database": "ok", "scanner": "failed"}


def test_the_deployment_check_names_a_missing_scanner_and_a_published_folder(settings):
    settings.CLAMAV_URL = ""
    assert [each.id for each in scanner_is_set(None)] == ["common.I001"]
    assert files_are_private(None) == []

    with override_settings(CLAMAV_URL="tcp://clamd:3310", MEDIA_ROOT=settings.STATIC_ROOT / "media"):
        assert scanner_is_set(None) == []
        assert [each.id for each in files_are_private(None)] == ["common.E001"]
