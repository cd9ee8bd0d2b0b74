import hashlib
import io
import os
import stat
import time
from datetime import timedelta

import pytest
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from common import file_places, files, upload_limits
from common.file_sweeping import sweep
from common.files import FileRules, receive, received
from common.models import StoredFile, Upload
from common.upload_limits import LimitedUpload
from tests.factories_accounts import UserFactory
from tests.factories_files import jpg, pdf

pytestmark = pytest.mark.django_db

PDF = FileRules(("pdf",), largest_bytes=50_000, most_pages=5)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def everything_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


class Endless:
    """A sender who never stops and says nothing of the size."""

    def __init__(self):
        self.read_bytes = 0

    def read(self, size):
        self.read_bytes += size
        return b"%PDF-" + bytes(size - 5)


@pytest.mark.parametrize("form", [bytes, io.BytesIO, lambda content: SimpleUploadedFile("x", content)])
def test_a_file_is_kept_with_what_its_content_says(folder, form):
    content, person = pdf(2), UserFactory()

    stored = receive(form(content), "总结.pdf", person, PDF)

    stored.refresh_from_db()
    assert (stored.name, stored.media_type, stored.size, stored.pages) == (
        "总结.pdf",
        "application/pdf",
        len(content),
        2,
    )
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.uploaded_by == person
    assert stored.content.read() == content
    stored.content.close()


def test_nobody_else_may_read_it_and_its_place_says_nothing(folder):
    stored = receive(pdf(), "secret.pdf", UserFactory(), PDF)

    [path] = everything_in(folder)
    assert "secret" not in str(path.relative_to(folder))
    assert path.suffix == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stored.content.name == path.relative_to(folder).as_posix()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (io.BytesIO(b""), "a.pdf", "empty"),
        (b"<html>", "a.pdf", "disguised"),
        (pdf(6), "a.pdf", "pages"),
        (jpg(), "a.jpg", "format"),
        (pdf(), "../a.pdf", "name"),
        (b"%PDF-" + bytes(50_000), "a.pdf", "size"),
        (io.BytesIO(b"%PDF-" + bytes(50_000)), "a.pdf", "size"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(folder, content, name, code):
    with pytest.raises(ValidationError) as caught:
        receive(content, name, UserFactory(), PDF)

    assert caught.value.code == code
    assert everything_in(folder) == []
    assert StoredFile.objects.count() == 0


def test_an_endless_sender_is_cut_off_at_the_limit(folder):
    sender = Endless()

    with pytest.raises(ValidationError) as caught:
        receive(sender, "a.pdf", UserFactory(), PDF)

    assert caught.value.code == "size"
    assert sender.read_bytes <= PDF.largest_bytes + files.CHUNK
    assert everything_in(folder) == []


def test_what_fails_beside_the_file_takes_the_file_with_it(folder):
    with pytest.raises(ZeroDivisionError), received(pdf(), "a.pdf", UserFactory(), PDF):
        raise ZeroDivisionError

    assert everything_in(folder) == []
    assert StoredFile.objects.count() == 0


def test_a_full_disk_is_told_in_a_sentence(folder, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_places.os, "fsync", full)
    with pytest.raises(ValidationError) as caught:
        receive(pdf(), "a.pdf", UserFactory(), PDF)

    assert caught.value.code == "no_room"
    assert everything_in(folder) == []


def test_a_picture_with_a_place_says_so_to_its_sender():
    from_phone = jpg(
        exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x88%\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0"
    )

    stored = receive(from_phone, "a.jpg", UserFactory(), FileRules(("jpg",)))

    assert len(stored.notes) == 1


def test_a_removed_file_goes_with_its_bytes_after_the_commit(folder, django_capture_on_commit_callbacks):
    stored = receive(pdf(), "a.pdf", UserFactory(), PDF)

    with django_capture_on_commit_callbacks(execute=True):
        files.remove_with_bytes(stored)
        assert len(everything_in(folder)) == 1

    assert everything_in(folder) == []
    assert StoredFile.objects.count() == 0


# ---------------------------------------------------------------- sweeping
def aged(path, hours):
    moment = time.time() - hours * 3600
    os.utime(path, (moment, moment))


def test_bytes_without_a_row_go_after_two_hours_and_others_stay(folder):
    kept = receive(pdf(), "a.pdf", UserFactory(), PDF)
    left = [folder / "ab" / ("ab" + "0" * 30), folder / "uploads" / ("1" * 32)]
    fresh = folder / "cd" / ("cd" + "0" * 30)
    foreign = folder / "backup" / "notes.txt"
    for path in (*left, fresh, foreign):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    for path in (*left, foreign, folder / kept.content.name):
        aged(path, hours=3)

    swept = sweep()

    assert (swept.removed, swept.missing) == (2, [])
    assert everything_in(folder) == sorted([fresh, foreign, folder / kept.content.name])


def test_uploads_nobody_goes_on_with_end_after_a_day(folder):
    old, young = [
        Upload.objects.create(purpose="x", name="a.pdf", size=9, place=f"uploads/{n}", uploaded_by=UserFactory())
        for n in range(2)
    ]
    (folder / "uploads").mkdir(parents=True)
    for upload in (old, young):
        (folder / upload.place).write_bytes(b"x")
    Upload.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))

    assert sweep().removed == 1

    assert list(Upload.objects.all()) == [young]
    assert everything_in(folder) == [folder / young.place]


def test_rows_without_bytes_are_reported_and_never_removed(folder, capsys):
    stored = receive(pdf(), "a.pdf", UserFactory(), PDF)
    (folder / stored.content.name).unlink()

    with pytest.raises(CommandError, match=str(stored.pk)):
        call_command("sweep_files")

    assert StoredFile.objects.count() == 1
    assert "0" in capsys.readouterr().out


def test_a_rolled_back_transaction_leaves_bytes_for_the_sweeper_alone(folder):
    with transaction.atomic():
        receive(pdf(), "a.pdf", UserFactory(), PDF)
        transaction.set_rollback(True)
    [left] = everything_in(folder)
    aged(left, hours=3)

    assert sweep().removed == 1
    assert everything_in(folder) == []


# ---------------------------------------------------------------- forms that are far too large
def test_a_form_is_refused_by_its_announcement_and_by_what_comes(monkeypatch):
    monkeypatch.setattr(upload_limits, "LARGEST_FORM", 10)
    handler = LimitedUpload()

    with pytest.raises(RequestDataTooBig):
        handler.handle_raw_input(None, {}, 11, b"", None)
    assert handler.receive_data_chunk(b"12345", 0) == b"12345"
    with pytest.raises(RequestDataTooBig):
        handler.receive_data_chunk(b"123456", 0)
