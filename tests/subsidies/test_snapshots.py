import hashlib
import json

import pytest
from django.db import DatabaseError, connection, transaction

from subsidies.enums import State
from subsidies.models import Application, Submission
from subsidies.snapshots import content_digest, digest_of, is_intact, snapshot_of
from subsidies.submitting import submit
from tests.conftest import journal_unlocked
from tests.factories_subsidies import SMALL_ANSWERS, put
from tests.subsidies.signing import PDF, put_file, ready, rewritten

pytestmark = pytest.mark.django_db


def test_a_snapshot_holds_answers_files_form_firm_and_pledge():
    application, _ = ready(project_name="赤泥提钪中试")

    snapshot = snapshot_of(application)

    organisation = application.organisation
    assert snapshot == {
        "form": 1,
        "application": str(application.public_id),
        "project_name": "赤泥提钪中试",
        "project": None,
        "organisation": {
            "name": organisation.name_zh,
            "credit_code": organisation.credit_code,
            "recommender": organisation.recommender.name_zh,
        },
        "call": {
            "slug": application.call.slug,
            "year": 2026,
            "version": 1,
            "content_sha256": content_digest(application.call_version),
        },
        "pledge": {
            "zh": "本单位承诺所填内容真实、完整、合法。",
            "en": "The unit pledges that what it states is true, complete and lawful.",
        },
        "data": SMALL_ANSWERS,
        "files": [{"material": "A01", "name": "执照.pdf", "size": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest()}],
    }


def test_anyone_can_compute_the_digest_again_from_the_text():
    application, signatory = ready()

    submission = submit(application, signatory)

    text = json.dumps(submission.snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert submission.digest == hashlib.sha256(text.encode()).hexdigest()


def test_what_the_database_gives_back_has_the_digest_of_what_was_signed():
    odd = {"a": 1.0, "b": 1e16, "c": -0.0, "d": [{"z": "é", "a": "𠮷"}], "e": None, "f": 10**15, "g": "e\u0301"}
    application, signatory = ready()
    rewritten(application, odd=odd)

    submit(application, signatory)

    assert is_intact(Submission.objects.get())


@pytest.mark.parametrize(
    "change",
    [
        lambda application: application.data.update(summary="x"),
        lambda application: application.data.update(trl_after=8),
        lambda application: put_file(application, "A18", b"other"),
        lambda application: setattr(application, "project_name", "另一项目"),
        lambda application: setattr(application.organisation, "name_zh", "另一公司"),
    ],
)
def test_any_change_makes_another_digest_and_none_the_same(change):
    application, _ = ready()
    before = digest_of(snapshot_of(application))

    same = digest_of(snapshot_of(application))
    change(application)

    assert before == same
    assert digest_of(snapshot_of(application)) != before


def test_a_removed_file_is_not_signed():
    application, signatory = ready()
    extra = put_file(application, "A18", b"removed")
    extra.removed_at, extra.removed_by = extra.added_at, signatory
    extra.save()

    assert [file["material"] for file in snapshot_of(application)["files"]] == ["A01"]


def test_the_order_in_which_files_came_does_not_matter():
    one, _ = ready()
    for content in (b"first", b"second"):
        put_file(one, "A18", content)
    files = snapshot_of(one)["files"]

    assert files == sorted(files, key=lambda each: (each["material"], each["sha256"]))


def test_a_later_edit_of_the_application_leaves_the_signed_copy_alone():
    application, signatory = ready()
    submission = submit(application, signatory)
    put(application, state=State.DRAFT)
    rewritten(Application.objects.get(), contact_name="改")

    kept = Submission.objects.get()

    assert kept.snapshot["data"] == SMALL_ANSWERS
    assert kept.digest == submission.digest


@pytest.mark.parametrize(
    "statement", ["UPDATE subsidies_submission SET digest = 'x'", "DELETE FROM subsidies_submission"]
)
def test_the_database_lets_nobody_change_or_remove_a_signed_copy(statement):
    application, signatory = ready()
    submit(application, signatory)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_who_changes_it_as_owner_of_the_database_is_found_out():
    application, signatory = ready()
    submission = submit(application, signatory)
    changed = {**submission.snapshot, "project_name": "别的"}

    with journal_unlocked(), connection.cursor() as cursor:
        cursor.execute("UPDATE subsidies_submission SET snapshot = %s", [json.dumps(changed)])

    assert not is_intact(Submission.objects.get())
