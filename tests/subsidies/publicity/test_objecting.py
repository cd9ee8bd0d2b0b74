"""Objections by name, leads without; in time by the clock of the database; who objects stands nowhere."""

import json
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from common import journal
from common.calendar import shanghai_today
from common.models import Delivery, JournalEntry, Notice, StoredFile
from subsidies.enums import ObjectionKind, ObjectionState
from subsidies.models import NoticeEntry, Objection
from subsidies.publicity.codes import found_by
from subsidies.publicity.objecting import Objector, leave_lead, object_to
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory
from tests.factories_publicity import drafted, listed, noon, objected, over
from tests.subsidies.publicity.desk import GROUNDS, PERSON, UNIT, approved, house, paper
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    entry: NoticeEntry


def make_world() -> World:
    return World(listed(*approved()).entries.get())


(entry,) = parts(World)


def test_a_unit_objects_under_its_stamp(entry, django_capture_on_commit_callbacks):
    received = object_to(entry, UNIT, text=f" {GROUNDS} ", letter=paper())

    objection = Objection.objects.get()
    assert (objection.kind, objection.name, objection.text, objection.state) == (
        ObjectionKind.UNIT,
        "某某公司",
        GROUNDS,
        ObjectionState.OPEN,
    )
    assert [kept.is_letter for kept in objection.files.all()] == [True]
    assert found_by(received.code) == objection
    assert found_by(f"{received.code[:5].lower()} {received.code[5:]}") == objection
    assert objection.due_on > shanghai_today() + timedelta(days=15)


def test_a_person_objects_by_real_name_with_evidence(entry):
    objection = object_to(entry, PERSON, text=GROUNDS, evidence=[paper("a.pdf"), paper("b.pdf")]).objection

    assert [(kept.is_letter, kept.file.name) for kept in objection.files.all()] == [(False, "a.pdf"), (False, "b.pdf")]
    assert {stored.uploaded_by for stored in StoredFile.objects.all()} == {None}


@pytest.mark.parametrize(
    ("objector", "more"),
    [
        (UNIT, {}),  # without the letter
        (PERSON, {}),  # without evidence
        (UNIT._replace(name=" "), {"letter": True}),
        (PERSON._replace(contact=""), {"evidence": 1}),
        (PERSON, {"evidence": 6}),
        (Objector("lead", "某", "某"), {"evidence": 1}),
    ],
)
def test_an_objection_without_name_contact_or_proof_is_refused(entry, objector, more):
    letter = paper() if more.get("letter") else None
    evidence = [paper() for _number in range(more.get("evidence", 0))]

    with pytest.raises(MoveRefused):
        object_to(entry, objector, text=GROUNDS, letter=letter, evidence=evidence)
    assert not Objection.objects.exists()


def test_a_file_that_is_not_taken_leaves_nothing_behind(entry):
    wrong = SimpleUploadedFile("evidence.pdf", b"MZ not a pdf")

    with pytest.raises(ValidationError):
        object_to(entry, PERSON, text=GROUNDS, evidence=[paper(), wrong])
    assert not Objection.objects.exists()
    assert not StoredFile.objects.exists()


def test_grounds_are_given(entry):
    with pytest.raises(MoveRefused):
        object_to(entry, PERSON, text=" ", evidence=[paper()])


# ---------------------------------------------------------------- in time
def test_the_last_day_is_in_time_and_the_day_after_is_late():
    (first,), (second,) = approved(), approved()
    today = shanghai_today()
    last_day = listed(first, starts_on=today - timedelta(days=6), ends_on=today).entries.get()
    too_late = listed(second, starts_on=today - timedelta(days=7), ends_on=today - timedelta(days=1)).entries.get()

    assert object_to(last_day, PERSON, text=GROUNDS, evidence=[paper()]).code
    with pytest.raises(MoveRefused) as refusal:
        object_to(too_late, PERSON, text=GROUNDS, evidence=[paper()])
    assert refusal.value.code == "late"
    assert Objection.objects.count() == 1
    assert StoredFile.objects.count() == 1


def test_what_comes_late_can_be_left_as_a_lead():
    (application,) = approved()

    lead = leave_lead(over(application).entries.get(), text=GROUNDS).objection

    assert (lead.kind, lead.state, lead.name, lead.due_on) == (ObjectionKind.LEAD, ObjectionState.KEPT, "", None)
    assert not Notice.objects.filter(kind="objection-to-answer").exists()


def test_a_draft_takes_neither(entry):
    (application,) = approved()
    draft = drafted(application).entries.get()

    with pytest.raises(MoveRefused):
        object_to(draft, PERSON, text=GROUNDS, evidence=[paper()])
    with pytest.raises(MoveRefused):
        leave_lead(draft, text=GROUNDS)


# ---------------------------------------------------------------- who objects is nobody's to know
def test_name_contact_and_grounds_are_sealed_in_the_database(entry):
    object_to(entry, PERSON, text=GROUNDS, evidence=[paper()])

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, contact, email, text FROM subsidies_objection")
        stored = " ".join(cursor.fetchone())
    for secret in (PERSON.name, PERSON.contact, PERSON.email, GROUNDS):
        assert secret not in stored


def test_the_journal_names_neither_person_nor_address(entry):
    person = UserFactory()
    before = set(JournalEntry.objects.values_list("pk", flat=True))
    with journal.acting(by=person, address="203.0.113.7", source="web"):
        received = object_to(entry, PERSON, text=GROUNDS, evidence=[paper()])

    entries = JournalEntry.objects.exclude(pk__in=before)
    assert {(each.actor, each.address, each.source) for each in entries} == {(None, None, "public")}
    told = json.dumps([each.changes for each in entries], ensure_ascii=False)
    for secret in (PERSON.name, PERSON.contact, PERSON.email, GROUNDS, received.code, str(received.objection.key)):
        assert secret not in told


def test_the_firm_hears_of_an_objection_and_of_nothing_more(entry):
    handler = house().handler
    object_to(entry, PERSON, text=GROUNDS, evidence=[paper()])

    firm = Notice.objects.get(kind="objection-handled", recipient=entry.application.started_by)
    told = json.dumps(firm.facts, ensure_ascii=False)
    for secret in (PERSON.name, PERSON.contact, GROUNDS):
        assert secret not in told
    assert Notice.objects.filter(kind="objection-to-answer", recipient=handler).exists()


def test_the_objector_is_written_to_and_the_outbox_does_not_know_the_address(entry, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        received = object_to(entry, PERSON, text=GROUNDS, evidence=[paper()])

    (letter,) = [each for each in mail.outbox if each.to == [PERSON.email]]
    assert received.code in letter.body
    assert entry.application.project_name not in letter.body
    delivery = Delivery.objects.get(letter="objection")
    assert delivery.to == "sealed@example.invalid"


# ---------------------------------------------------------------- held by the database
def test_the_database_refuses_an_objection_out_of_time(entry):
    with pytest.raises(IntegrityError, match="while its notice runs"), transaction.atomic():
        objected(entry, received_at=noon(entry.notice.ends_on + timedelta(days=1)))
    with pytest.raises(IntegrityError, match="while its notice runs"), transaction.atomic():
        objected(entry, received_at=noon(entry.notice.starts_on - timedelta(days=1)))


def test_the_database_refuses_an_objection_to_another_notice(entry):
    (application,) = approved()
    other = listed(application)

    with pytest.raises(IntegrityError, match="an entry of its notice"), transaction.atomic():
        Objection.objects.create(
            notice=other, entry=entry, kind="person", text="x", due_on=shanghai_today(), code_digest="x"
        )


def test_an_objection_is_neither_rewritten_nor_deleted(entry):
    objection = objected(entry)
    for statement in (
        "DELETE FROM subsidies_objection WHERE id = %s",
        "UPDATE subsidies_objection SET received_at = '2020-01-01 00:00:00+00:00' WHERE id = %s",
        "UPDATE subsidies_objection SET kind = 'unit' WHERE id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [objection.pk])
