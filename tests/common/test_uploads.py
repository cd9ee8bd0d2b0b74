import threading
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from common import uploads
from common.files import FileRules
from common.models import StoredFile, Upload
from common.uploads import UploadConflict
from tests.factories_accounts import UserFactory
from tests.factories_files import pdf

pytestmark = pytest.mark.django_db

RULES = FileRules(("pdf",), largest_bytes=200_000)
PURPOSE = "application:1:A01"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def person():
    return UserFactory()


def everything_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def begun(person, content, name="a.pdf"):
    return uploads.begin(PURPOSE, name, len(content), person, RULES)


def finish(upload, person):
    with uploads.finished(upload, person, RULES) as stored:
        return stored


def test_parts_in_order_make_the_file(folder, person, django_capture_on_commit_callbacks):
    content = pdf(20)
    upload = begun(person, content)
    for start in range(0, len(content), 500):
        upload = uploads.add_part(upload, start, content[start : start + 500])

    with django_capture_on_commit_callbacks(execute=True):
        stored = finish(upload, person)

    assert (stored.size, stored.pages, stored.name) == (len(content), 20, "a.pdf")
    assert Upload.objects.count() == 0
    assert everything_in(folder) == [folder / stored.content.name]


def test_a_part_elsewhere_writes_nothing_and_says_where_to_go_on(folder, person):
    content = pdf()
    upload = uploads.add_part(begun(person, content), 0, content[:100])

    for offset in (0, 50, 101, 10**12):
        with pytest.raises(UploadConflict) as caught:
            uploads.add_part(upload, offset, b"hostile")
        assert caught.value.received == 100

    assert (folder / upload.place).read_bytes() == content[:100]


@pytest.mark.parametrize("part", [b"", bytes(uploads.LARGEST_PART + 1)])
def test_empty_and_huge_parts_are_refused(person, part):
    with pytest.raises(ValidationError) as caught:
        uploads.add_part(begun(person, pdf()), 0, part)

    assert caught.value.code == "part"


def test_more_than_was_announced_is_refused(folder, person):
    upload = uploads.begin(PURPOSE, "a.pdf", 10, person, RULES)

    with pytest.raises(ValidationError) as caught:
        uploads.add_part(upload, 0, bytes(11))

    assert caught.value.code == "too_much"
    assert (folder / upload.place).read_bytes() == b""


def test_what_an_interrupted_part_has_left_is_written_over(folder, person):
    content = pdf()
    upload = uploads.add_part(begun(person, content), 0, content[:100])
    with open(folder / upload.place, "ab") as file:
        file.write(b"half a part that was never counted" * 100)

    upload = uploads.add_part(upload, 100, content[100:])

    assert (folder / upload.place).read_bytes() == content
    assert finish(upload, person).size == len(content)


def test_it_cannot_be_finished_before_all_has_arrived(person):
    content = pdf()
    upload = uploads.add_part(begun(person, content), 0, content[:-1])

    with pytest.raises(UploadConflict) as caught:
        finish(upload, person)

    assert caught.value.received == len(content) - 1
    assert Upload.objects.count() == 1


def test_a_file_that_is_refused_ends_its_upload(folder, person, django_capture_on_commit_callbacks):
    upload = uploads.add_part(uploads.begin(PURPOSE, "a.pdf", 6, person, RULES), 0, b"<html>")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError) as caught:
        finish(upload, person)

    assert caught.value.code == "disguised"
    assert (Upload.objects.count(), StoredFile.objects.count(), everything_in(folder)) == (0, 0, [])


def test_it_is_finished_once_however_often_it_is_asked(person):
    content = pdf()
    upload = uploads.add_part(begun(person, content), 0, content)
    again = Upload.objects.get(pk=upload.pk)
    finish(upload, person)

    with pytest.raises(ValidationError) as caught:
        finish(again, person)

    assert caught.value.code == "gone"
    assert StoredFile.objects.count() == 1


def test_what_fails_beside_the_file_keeps_the_upload(folder, person):
    content = pdf()
    upload = uploads.add_part(begun(person, content), 0, content)

    with pytest.raises(ZeroDivisionError), uploads.finished(upload, person, RULES):
        raise ZeroDivisionError

    assert (Upload.objects.count(), StoredFile.objects.count()) == (1, 0)
    assert everything_in(folder) == [folder / Upload.objects.get().place]


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("../a.pdf", 10, "name"),
        ("a.exe", 10, "format"),
        ("a.pdf", 200_001, "size"),
        ("a.pdf", 0, "empty"),
        ("a.pdf", -1, "empty"),
    ],
)
def test_what_can_never_do_is_refused_before_a_byte_comes(folder, person, name, size, code):
    with pytest.raises(ValidationError) as caught:
        uploads.begin(PURPOSE, name, size, person, RULES)

    assert caught.value.code == code
    assert everything_in(folder) == []


def test_a_person_may_have_so_much_under_way_and_others_are_not_held_up(person, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    for _number in range(2):
        uploads.begin(PURPOSE, "a.pdf", 10, person, RULES)

    with pytest.raises(ValidationError) as caught:
        uploads.begin(PURPOSE, "a.pdf", 10, person, RULES)
    assert caught.value.code == "quota"

    monkeypatch.setattr(uploads, "MOST_OPEN_BYTES", 25)
    other = UserFactory()
    uploads.begin(PURPOSE, "a.pdf", 25, other, RULES)
    with pytest.raises(ValidationError):
        uploads.begin(PURPOSE, "a.pdf", 1, other, RULES)


def test_another_persons_upload_is_as_absent_as_a_random_one(person):
    upload = begun(person, pdf())

    assert uploads.find(upload.public_id, PURPOSE, person) == upload
    assert uploads.find(upload.public_id, PURPOSE, UserFactory()) is None
    assert uploads.find(upload.public_id, "application:2:A01", person) is None
    assert uploads.find(uuid4(), PURPOSE, person) is None


def test_a_stopped_upload_leaves_nothing(folder, person, django_capture_on_commit_callbacks):
    upload = uploads.add_part(begun(person, pdf()), 0, b"%PDF")

    with django_capture_on_commit_callbacks(execute=True):
        uploads.abandon(upload)

    assert (Upload.objects.count(), everything_in(folder)) == (0, [])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_parts_at_once_count_as_one(folder):
    content = bytes(range(200)) * 5
    upload = uploads.begin(PURPOSE, "a.pdf", len(content), UserFactory(), RULES)
    outcomes, start = [], threading.Barrier(8)

    def send():
        start.wait()
        try:
            outcomes.append(uploads.add_part(upload, 0, content).received)
        except UploadConflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["1000"] + ["conflict"] * 7
    assert (folder / upload.place).read_bytes() == content
