"""What was signed stays as it was, tried by plain SQL: answers, files and their bytes, versions (I4, I13, I14)."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.utils import timezone

from subsidies.enums import State
from subsidies.models import Application, ApplicationFile
from subsidies.submitting import submit
from tests.factories_subsidies import ApplicationFactory, CallFactory, as_kept, firm
from tests.subsidies.by_hand import by_hand, moved_by_hand
from tests.subsidies.signing import put_file, ready

pytestmark = pytest.mark.django_db


def signed() -> Application:
    """With one file, by the verb."""
    application, signatory = ready()
    submit(application, signatory)
    return Application.objects.get(pk=application.pk)


def change(application: Application, what: str, *values: object) -> None:
    by_hand(f"UPDATE subsidies_application SET {what} WHERE id = %s", *values, application.pk)


def change_file(row: ApplicationFile, what: str, *values: object) -> None:
    by_hand(f"UPDATE subsidies_applicationfile SET {what} WHERE id = %s", *values, row.pk)


def change_bytes(what: str, *values: object) -> None:
    row = signed().files.get()
    by_hand(f"UPDATE common_storedfile SET {what} WHERE id = %s", *values, row.file_id)


# ---------------------------------------------------------------- I4: the answers
def answers_changed_after_the_signature() -> None:
    change(signed(), "data = '{}', version = version + 1")


def project_renamed_after_the_signature() -> None:
    change(signed(), "project_name = '另一个项目', version = version + 1")


def handed_to_another_firm() -> None:
    change(signed(), "organisation_id = %s, version = version + 1", firm().pk)


def moved_to_another_call() -> None:
    call = CallFactory()
    change(signed(), "call_id = %s, version = version + 1", call.pk)


def put_under_another_version_of_the_call() -> None:
    change(signed(), "call_version_id = %s, version = version + 1", CallFactory().current_version().pk)


def number_changed() -> None:
    change(signed(), "number = 'ZSBZ-2026-431025-9999', version = version + 1")


# ---------------------------------------------------------------- I13: the files
def file_moved_to_another_application() -> None:
    row = signed().files.get()
    change_file(row, "application_id = %s", ApplicationFactory().pk)


def file_put_to_another_material() -> None:
    change_file(signed().files.get(), "material = 'A99'")


def file_exchanged() -> None:
    other = put_file(ApplicationFactory(), "A01", b"%PDF-1.4 another")
    change_file(signed().files.get(), "file_id = %s", other.file_id)


def file_taken_out_after_the_signature() -> None:
    row = signed().files.get()
    change_file(row, "removed_at = %s, removed_by_id = added_by_id", as_kept(timezone.now()))


def file_that_was_taken_out_put_back() -> None:
    application = signed()
    moved_by_hand(application, State.DRAFT)
    row = application.files.get()
    change_file(row, "removed_at = %s, removed_by_id = added_by_id", as_kept(timezone.now()))
    change_file(row, "removed_at = NULL, removed_by_id = NULL")


def file_added_after_the_signature() -> None:
    put_file(signed(), "A02", b"%PDF-1.4 late")


def digest_of_a_file_rewritten() -> None:
    change_bytes("sha256 = %s", "0" * 64)


def size_of_a_file_rewritten() -> None:
    change_bytes("size = size + 1")


def bytes_of_a_file_exchanged() -> None:
    change_bytes("content = '00/other'")


# ---------------------------------------------------------------- I14: versions
def answers_changed_under_the_same_version() -> None:
    change(ApplicationFactory(), "data = '{}'")


def answers_changed_under_an_earlier_version() -> None:
    change(ApplicationFactory(version=5), "data = '{}', version = 4")


def renamed_under_the_same_version() -> None:
    change(ApplicationFactory(), "project_name = '改名'")


REFUSED: list[tuple[Callable[[], None], str]] = [
    (answers_changed_after_the_signature, "keeps its answers as they were signed"),
    (project_renamed_after_the_signature, "keeps its answers as they were signed"),
    (handed_to_another_firm, "keeps its number, its firm and its call"),
    (moved_to_another_call, "keeps its number, its firm and its call"),
    (put_under_another_version_of_the_call, "keeps its number, its firm and its call"),
    (number_changed, "keeps its number, its firm and its call"),
    (file_moved_to_another_application, "stays what was signed"),
    (file_put_to_another_material, "stays what was signed"),
    (file_exchanged, "stays what was signed"),
    (file_taken_out_after_the_signature, "stays what was signed"),
    (file_that_was_taken_out_put_back, "stays what was signed"),
    (file_added_after_the_signature, "is added while the application is being written"),
    (digest_of_a_file_rewritten, "stays what was sent"),
    (size_of_a_file_rewritten, "stays what was sent"),
    (bytes_of_a_file_exchanged, "stays what was sent"),
    (answers_changed_under_the_same_version, "gets a new version with every change of its answers"),
    (answers_changed_under_an_earlier_version, "gets a new version|cannot go back"),
    (renamed_under_the_same_version, "gets a new version with every change of its answers"),
]


@pytest.mark.parametrize(("attempt", "sentence"), REFUSED, ids=lambda each: getattr(each, "__name__", ""))
def test_the_database_keeps_what_was_signed(attempt, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        attempt()


def test_in_a_draft_the_same_statements_go_through():
    application = ApplicationFactory()
    row = put_file(application, "A01")
    change(application, "data = '{}', project_name = '改名', version = version + 1")
    change_file(row, "material = 'A03'")

    assert (Application.objects.get().data, ApplicationFile.objects.get().material) == ({}, "A03")


def test_what_is_returned_to_be_mended_can_be_mended():
    application = signed()
    moved_by_hand(application, State.DRAFT)
    change(application, "data = '{}', version = version + 1")
    row = application.files.get()
    change_file(row, "removed_at = %s, removed_by_id = added_by_id", as_kept(timezone.now()))
    put_file(application, "A01", b"%PDF-1.4 anew")

    assert application.files.in_force().count() == 1


def test_what_is_learnt_of_a_file_later_is_written_down():
    row = signed().files.get()
    by_hand("UPDATE common_storedfile SET scan_state = 'infected', name = '改名.pdf' WHERE id = %s", row.file_id)

    row.file.refresh_from_db()
    assert row.file.scan_state == "infected"
