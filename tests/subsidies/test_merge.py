import json
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import MembershipRole
from accounts.models import Organisation, User
from common.models import JournalEntry
from subsidies.drafting import Conflict, save_answers
from subsidies.enums import State
from subsidies.models import Application, ApplicationGuest, Correction
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import ApplicationFactory, firm, person_of
from tests.worlds import parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


class World(NamedTuple):
    own: Organisation
    application: Application
    writer: User


def make_world() -> World:
    own = firm()
    application = ApplicationFactory(organisation=own, data={"contact_name": "李工", "trl_before": 4})
    return World(own, application, person_of(own, MembershipRole.MEMBER))


own, application, writer = parts(World)


def stored(application):
    return Application.objects.get(pk=application.pk)


def test_a_save_changes_what_was_sent_and_counts_one_version(application, writer):
    saved = save_answers(application, {"trl_after": 7, "investment_yuan": "9000000"}, 1, writer)

    assert saved.conflicts == []
    assert stored(application).data == {
        "contact_name": "李工",
        "trl_before": 4,
        "trl_after": 7,
        "investment_yuan": "9000000.00",
    }
    assert stored(application).version == 2
    assert stored(application).touched == {"trl_after": 2, "investment_yuan": 2}


def test_saving_what_stands_there_already_changes_nothing(application, writer):
    saved = save_answers(application, {"contact_name": "李工", "summary": ""}, 1, writer)

    assert (saved.application.version, stored(application).touched) == (1, {})


def test_an_emptied_answer_is_taken_out(application, writer):
    save_answers(application, {"contact_name": None}, 1, writer)

    assert stored(application).data == {"trl_before": 4}
    assert stored(application).touched == {"contact_name": 2}


def test_two_people_writing_different_fields_both_keep_their_words(application, writer, own):
    save_answers(application, {"contact_name": "王工"}, 1, writer)
    saved = save_answers(application, {"trl_after": 7}, 1, person_of(own))

    assert saved.conflicts == []
    assert stored(application).data == {"contact_name": "王工", "trl_before": 4, "trl_after": 7}


def test_two_people_writing_the_same_field_are_asked_and_neither_loses(application, writer, own):
    save_answers(application, {"contact_name": "王工"}, 1, writer)
    saved = save_answers(application, {"contact_name": "赵工", "trl_after": 7}, 1, person_of(own))

    assert saved.conflicts == [Conflict("contact_name", "王工", "赵工")]
    assert stored(application).data == {"contact_name": "王工", "trl_before": 4, "trl_after": 7}


def test_two_people_writing_the_same_words_are_not_asked(application, writer, own):
    save_answers(application, {"contact_name": "王工"}, 1, writer)

    assert save_answers(application, {"contact_name": "王工"}, 1, person_of(own)).conflicts == []


def test_who_has_seen_the_other_words_may_replace_them(application, writer, own):
    save_answers(application, {"contact_name": "王工"}, 1, writer)

    assert save_answers(application, {"contact_name": "赵工"}, 2, person_of(own)).conflicts == []
    assert stored(application).data["contact_name"] == "赵工"


def test_an_emptied_field_conflicts_like_a_filled_one(application, writer, own):
    save_answers(application, {"contact_name": None}, 1, writer)
    saved = save_answers(application, {"contact_name": "赵工"}, 1, person_of(own))

    assert saved.conflicts == [Conflict("contact_name", None, "赵工")]


def test_a_table_is_one_field_of_the_merge(application, writer, own):
    save_answers(application, {"patents": [{"number": "ZL1"}]}, 1, writer)
    saved = save_answers(application, {"patents": [{"number": "ZL2"}]}, 1, person_of(own))

    assert saved.conflicts == [Conflict("patents", [{"number": "ZL1"}], [{"number": "ZL2"}])]


@pytest.mark.parametrize("seen", [-1, 2, 10**9, True, "1", None])
def test_a_version_that_does_not_exist_is_refused(application, writer, seen):
    with pytest.raises(ValidationError) as refusal:
        save_answers(application, {"contact_name": "王工"}, seen, writer)

    assert refusal.value.code == "version"


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "checked"},
        {"__class__": "x"},
        {"A01": "x"},
        {"trl_after": 99, "contact_name": "王工"},
        {"patents": "x"},
    ],
)
def test_nothing_is_written_when_one_value_cannot_be_read(application, writer, changes):
    with pytest.raises(ValidationError) as refusal:
        save_answers(application, changes, 1, writer)

    assert list(refusal.value.message_dict) == [next(iter(changes))]
    assert stored(application).version == 1


@pytest.mark.parametrize("role", [MembershipRole.READER, MembershipRole.BASE_OPERATOR])
def test_readers_write_nothing(application, own, role):
    with pytest.raises(PermissionDenied):
        save_answers(application, {"contact_name": "王工"}, 1, person_of(own, role))


def test_strangers_and_guests_of_another_application_write_nothing(application, own):
    guest = UserFactory()
    ApplicationGuest.objects.create(
        application=ApplicationFactory(organisation=own), user=guest, let_in_by=application.started_by
    )

    for person in (guest, person_of(firm())):
        with pytest.raises(PermissionDenied):
            save_answers(application, {"contact_name": "王工"}, 1, person)


def test_a_guest_writes_the_application_they_were_let_in_to(application):
    guest = UserFactory()
    ApplicationGuest.objects.create(application=application, user=guest, let_in_by=application.started_by)

    assert save_answers(application, {"contact_name": "王工"}, 1, guest).application.version == 2


@pytest.mark.parametrize("state", [each for each in State if each not in (State.DRAFT, State.CORRECTION)], ids=str)
def test_no_answer_changes_outside_a_draft_and_a_correction(own, state):
    application = ApplicationFactory(organisation=own, state=state)

    with pytest.raises(MoveRefused) as refusal:
        save_answers(application, {"contact_name": "王工"}, 1, person_of(own))

    assert refusal.value.code == "state"


def test_a_correction_opens_the_listed_fields_and_no_other(own):
    application = ApplicationFactory(organisation=own, state=State.CORRECTION)
    correction = Correction.objects.create(
        application=application, round=1, asked_by=UserFactory(), due_on="2026-12-18", grace_until="2026-12-22"
    )
    correction.items.create(field="investment_yuan", reason="与审计报告不一致")
    writer = person_of(own, MembershipRole.MEMBER)

    seen = application.version

    assert save_answers(application, {"investment_yuan": "9500000"}, seen, writer).application.version == seen + 1
    with pytest.raises(ValidationError) as refusal:
        save_answers(application, {"investment_yuan": "1", "contact_name": "王工"}, seen + 1, writer)

    assert refusal.value.error_dict["contact_name"][0].code == "closed"
    assert stored(application).data["investment_yuan"] == "9500000.00"


def test_a_correction_that_was_answered_opens_nothing(own):
    application = ApplicationFactory(organisation=own, state=State.CORRECTION)

    with pytest.raises(ValidationError):
        save_answers(application, {"investment_yuan": "1"}, 1, person_of(own))


def test_what_is_typed_stays_the_firms_own_affair(application, writer):
    before = JournalEntry.objects.count()

    save_answers(application, {"contact_name": "王工"}, 1, writer)

    assert JournalEntry.objects.count() == before
    assert "王工" not in json.dumps(list(JournalEntry.objects.values_list("changes", flat=True)), ensure_ascii=False)
