from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from accounts.enums import MembershipRole
from common.models import StoredFile
from common.models.files import ScanState
from subsidies.correcting import lapse_overdue
from subsidies.enums import BEFORE_DECISION, ENDED, WRITING, State
from subsidies.models import Application, ApplicationFile, Correction
from subsidies.submitting import submit
from subsidies.withdrawing import start_again, withdraw
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import SMALL_ANSWERS, SMALL_CONTENT, ApplicationFactory, CallFactory, person_of
from tests.subsidies.signing import put_file, ready

pytestmark = pytest.mark.django_db

LEADING = (MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD)


@pytest.mark.parametrize("role", LEADING, ids=str)
@pytest.mark.parametrize("state", [*WRITING, *BEFORE_DECISION], ids=str)
def test_whoever_leads_withdraws_before_the_decision_with_a_reason(state, role):
    application = ApplicationFactory(state=state)
    person = person_of(application.organisation, role)

    withdraw(application, person, "项目方案调整")

    row, step = Application.objects.get(), application.steps.last()
    assert (row.state, row.state_reason) == (State.WITHDRAWN, "项目方案调整")
    assert (step.from_state, step.by, step.reason) == (state, person, "项目方案调整")


@pytest.mark.parametrize("state", [*ENDED, State.PUBLICITY_READY], ids=str)
def test_what_has_ended_or_is_decided_is_not_withdrawn(state):
    application = ApplicationFactory(state=state)

    with pytest.raises(MoveRefused) as refused:
        withdraw(application, person_of(application.organisation), "x")

    assert refused.value.code == "state"


@pytest.mark.parametrize("reason", ["", "  ", "\u202e", "长" * 1001])
def test_a_withdrawal_needs_a_reason_that_can_be_kept(reason):
    application = ApplicationFactory(state=State.FORM_CHECK)

    with pytest.raises(MoveRefused):
        withdraw(application, person_of(application.organisation), reason)

    assert Application.objects.get().state == State.FORM_CHECK


@pytest.mark.parametrize("role", [MembershipRole.MEMBER, MembershipRole.READER, None], ids=str)
def test_nobody_else_withdraws(role):
    application = ApplicationFactory(state=State.FORM_CHECK)
    person = person_of(application.organisation, role) if role else UserFactory()

    with pytest.raises(PermissionDenied):
        withdraw(application, person, "x")

    assert Application.objects.get().state == State.FORM_CHECK


def test_a_withdrawn_application_keeps_its_number_and_receipts():
    application, signatory = ready()
    submission = submit(application, signatory)

    withdraw(application, signatory, "另行申报")

    row = Application.objects.get()
    assert row.number == "ZSBZ-2026-431025-0001"
    assert list(row.submissions.all()) == [submission]


def test_a_correction_that_was_open_at_the_withdrawal_does_not_lapse_afterwards():
    application = ApplicationFactory(state=State.CORRECTION)
    long_ago = timezone.localdate() - timedelta(days=30)
    Correction.objects.create(
        application=application, round=1, asked_by=UserFactory(), due_on=long_ago, grace_until=long_ago
    )
    withdraw(application, person_of(application.organisation), "另行申报")

    assert lapse_overdue() == 0
    assert Application.objects.get().state == State.WITHDRAWN


# ---------------------------------------------------------------- beginning again
def an_old_one(**fields):
    application, signatory = ready(**fields)
    withdraw(application, signatory, "另行申报")
    application.refresh_from_db()
    return application, signatory


def test_a_new_draft_takes_over_answers_and_files_by_reference():
    old, person = an_old_one(project_name="赤泥提钪中试")
    put_file(old, "A18", b"other", "其他.pdf")

    new, dropped_fields, dropped_files = start_again(old, person)

    assert (new.state, new.number, new.project_name, new.started_from) == (State.DRAFT, None, "赤泥提钪中试", old)
    assert (new.call, new.started_by) == (old.call, person)
    assert new.data == SMALL_ANSWERS
    assert [(row.material, row.file) for row in new.files.all()] == [
        (row.material, row.file) for row in old.files.all()
    ]
    assert StoredFile.objects.count() == 2
    assert (dropped_fields, dropped_files) == ([], [])


def test_the_stamped_form_of_the_old_answers_stays_behind():
    form = {"code": "A02", "name_zh": "申报书（盖章）", "must": "yes"}
    call = CallFactory(content={**SMALL_CONTENT, "materials": [*SMALL_CONTENT["materials"], form]})
    application, signatory = ready(call=call)
    put_file(application, "A02", b"%PDF-1.4 stamped", "盖章.pdf")
    withdraw(application, signatory, "另行申报")

    again = start_again(application, signatory)

    assert again.dropped_files == ["盖章.pdf"]
    assert [row.material for row in again.application.files.all()] == ["A01"]


def test_what_the_newest_form_no_longer_asks_is_left_out_and_named():
    content = {
        **SMALL_CONTENT,
        "materials": [row for row in SMALL_CONTENT["materials"] if row["code"] != "A18"],
        "sections": [
            {**section, "fields": [row for row in section["fields"] if row["id"] != "contact_name"]}
            for section in SMALL_CONTENT["sections"]
        ],
    }
    old, person = an_old_one()
    put_file(old, "A18", b"other", "其他.pdf")
    later = CallFactory(scheme=old.call.scheme, year=2027, content=content)

    with translation.override("en"):
        new, dropped_fields, dropped_files = start_again(old, person, later)

    assert new.call == later
    assert new.call_version == later.current_version()
    assert "contact_name" not in new.data
    assert (dropped_fields, dropped_files) == (["Contact"], ["其他.pdf"])
    assert [row.material for row in new.files.all()] == ["A01"]


@pytest.mark.parametrize(
    "change",
    [{"formats": ["png"]}, {"largest_mb": 0}, {"most_pages": 2}, {"must": "by_recommender"}],
    ids=str,
)
def test_a_file_that_the_newest_form_would_refuse_stays_behind(change):
    content = {**SMALL_CONTENT, "materials": [{**SMALL_CONTENT["materials"][0], **change}]}
    old, person = an_old_one()
    StoredFile.objects.update(pages=3)
    later = CallFactory(scheme=old.call.scheme, year=2027, content=content)

    new, _fields, dropped_files = start_again(old, person, later)

    assert dropped_files == ["执照.pdf"]
    assert not new.files.exists()


def test_an_infected_or_removed_file_stays_behind():
    old, person = an_old_one()
    removed = put_file(old, "A18", b"removed")
    removed.removed_at, removed.removed_by = timezone.now(), person
    removed.save()
    StoredFile.objects.filter(pk=old.files.get(material="A01").file_id).update(scan_state=ScanState.INFECTED)

    new, _fields, dropped_files = start_again(old, person)

    assert dropped_files == ["执照.pdf"]
    assert not new.files.exists()


def test_after_the_close_the_open_call_of_the_same_support_is_taken():
    now = timezone.now()
    old, person = an_old_one(call__opens_at=now - timedelta(days=400))
    CallFactory()
    later = CallFactory(scheme=old.call.scheme, year=2027)

    assert start_again(old, person).application.call == later


def test_with_nothing_open_the_firm_is_told_so():
    old, person = an_old_one(call__opens_at=timezone.now() - timedelta(days=400))
    CallFactory()

    with pytest.raises(MoveRefused) as refused:
        start_again(old, person)

    assert refused.value.code == "closed"
    assert Application.objects.count() == 1


def test_beside_one_that_is_not_ended_no_second_is_begun():
    old, person = ready()

    with pytest.raises(MoveRefused) as refused:
        start_again(old, person)

    assert refused.value.code == "exists"
    assert ApplicationFile.objects.count() == 1


@pytest.mark.parametrize("role", [MembershipRole.MEMBER, MembershipRole.READER, None], ids=str)
def test_only_who_leads_in_the_firm_begins_again(role):
    old, _signatory = an_old_one()
    person = person_of(old.organisation, role) if role else person_of(ApplicationFactory().organisation)

    with pytest.raises(PermissionDenied):
        start_again(old, person)

    assert not Application.objects.filter(started_from=old).exists()
