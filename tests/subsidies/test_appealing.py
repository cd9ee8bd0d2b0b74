from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.enums import MembershipRole, PersonKind
from common.models import Notice
from subsidies import appealing, meetings
from subsidies.audiences import appeal_answerers
from subsidies.enums import AppealState, State
from subsidies.models import Appeal, Application
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_decision import staff
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, person_of, put
from tests.subsidies.deciders import (
    TurnedDown,
    agenda,
    decided,
    funded_call,
    recorded,
    released,
    turned_down,
)
from tests.worlds import parts

pytestmark = pytest.mark.django_db
GROUNDS = "中试投入应含设备折旧"


def make_world() -> TurnedDown:
    return turned_down()


people, application = parts(TurnedDown)


def lead_of(application):
    return person_of(application.organisation, MembershipRole.PROJECT_LEAD)


def appealed(application):
    return appealing.appeal(application, by=lead_of(application), text=GROUNDS)


# ---------------------------------------------------------------- the applicant
@pytest.mark.parametrize("verdict", ["reject", "defer"])
def test_the_applicant_appeals_once_within_the_time(people, verdict, time_machine):
    time_machine.move_to("2026-03-09T10:00:00+08:00")
    application = decided(people, funded_call(), verdict)
    lead = lead_of(application)
    assert appealing.can_appeal(lead, application, appealing.decision_of(application))

    made = appealing.appeal(application, by=lead, text=f" {GROUNDS} ")

    assert (made.text, made.made_by, made.state) == (GROUNDS, lead, AppealState.OPEN)
    assert made.due_on.isoformat() == "2026-03-16"
    assert not appealing.can_appeal(lead, application, appealing.decision_of(application))
    with pytest.raises(MoveRefused):
        appealing.appeal(application, by=lead, text="再申诉一次")
    assert Appeal.objects.count() == 1


def test_those_are_told_who_may_answer(application):
    other = staff(PersonKind.SECTION_HEAD)
    appealed(application)

    told = Notice.objects.filter(kind="appeal-to-answer").values_list("recipient", flat=True)
    assert list(told) == [other.pk]


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (1, True)])
def test_the_last_day_counts_and_the_next_one_does_not(time_machine, days, is_late, application):
    last = application.decisions.get().appeal_until + timedelta(days=days)
    time_machine.move_to(f"{last}T23:59:00+08:00")
    lead = lead_of(application)
    assert appealing.can_appeal(lead, application, appealing.decision_of(application)) is not is_late

    if is_late:
        with pytest.raises(MoveRefused) as refusal:
            appealing.appeal(application, by=lead, text=GROUNDS)
        assert refusal.value.code == "late"
    else:
        assert appealing.appeal(application, by=lead, text=GROUNDS).pk


@pytest.mark.parametrize("role", [MembershipRole.MEMBER, MembershipRole.READER])
def test_members_and_strangers_do_not_appeal(people, role, application):
    for person in (person_of(application.organisation, role), UserFactory(), people.leader):
        assert not appealing.can_appeal(person, application, appealing.decision_of(application))
        with pytest.raises(PermissionDenied):
            appealing.appeal(application, by=person, text=GROUNDS)


@pytest.mark.parametrize("text", ["", " \u202e", "长" * 4001])
def test_an_appeal_has_its_grounds(text, application):
    with pytest.raises(MoveRefused):
        appealing.appeal(application, by=lead_of(application), text=text)


def test_what_is_recorded_and_not_released_is_nobodys_to_appeal_against(people):
    _meeting, (decision,) = agenda(people, funded_call(), "80.00")
    recorded(decision, people.secretary, "reject")
    application = decision.application
    assert appealing.decision_of(application) is None

    with pytest.raises(MoveRefused) as refusal:
        appealing.appeal(application, by=lead_of(application), text=GROUNDS)
    assert refusal.value.code == "state"


def test_there_is_no_appeal_against_support(people):
    application = decided(people, funded_call(), "approve")

    with pytest.raises(MoveRefused):
        appealing.appeal(application, by=lead_of(application), text=GROUNDS)


# ---------------------------------------------------------------- the answer
def test_an_appeal_that_is_upheld_takes_the_application_up_again(application):
    made = appealed(application)
    other = staff(PersonKind.BUREAU_LEADER)

    answered = appealing.answer(made, by=other, is_upheld=True, answer="折旧可计入，予以复议")

    assert (answered.state, answered.answered_by) == (AppealState.UPHELD, other)
    application.refresh_from_db()
    assert (application.state, application.state_reason) == (State.REVIEWED, "折旧可计入，予以复议")
    notice = Notice.objects.get(recipient=application.started_by, kind="taken-up-again")
    assert notice.facts["reason"] == "折旧可计入，予以复议"


def test_what_was_taken_up_again_can_be_appealed_against_again(people, application):
    made = appealed(application)
    appealing.answer(made, by=staff(PersonKind.BUREAU_LEADER), is_upheld=True, answer="复议")
    meeting, _none = agenda(people, application.call)
    decision = meetings.propose(application, meeting=meeting, by=people.head)
    recorded(decision, people.secretary, "reject")
    released(people, meeting)
    application.refresh_from_db()

    again = appealing.appeal(application, by=lead_of(application), text="仍有异议")

    assert again.decision == decision


def test_an_appeal_that_is_dismissed_is_told_and_moves_nothing(application):
    made = appealed(application)
    before = application.version

    appealing.answer(made, by=staff(PersonKind.SECTION_HEAD), is_upheld=False, answer="折旧不计入")

    application.refresh_from_db()
    assert (application.state, application.version) == (State.NOT_APPROVED, before)
    notice = Notice.objects.get(recipient=application.started_by, kind="appeal-dismissed")
    assert notice.facts["reason"] == "折旧不计入"


def test_a_deferral_stays_in_the_queue_when_its_appeal_is_upheld(people):
    application = decided(people, funded_call(), "defer")
    made = appealed(application)

    appealing.answer(made, by=staff(PersonKind.SECTION_HEAD), is_upheld=True, answer="列入下次会议")

    application.refresh_from_db()
    assert application.state == State.DEFERRED
    assert Notice.objects.filter(recipient=application.started_by, kind="taken-up-again").count() == 1


def able(user):
    user.user_permissions.add(apps.get_model("auth", "Permission").objects.get(codename="answer_appeal"))
    return type(user).objects.get(pk=user.pk)


@pytest.mark.parametrize("part", ["secretary", "head", "leader"])
def test_who_took_part_in_the_decision_does_not_answer(people, part, application):
    made = appealed(application)
    person = able(getattr(people, part))
    assert person not in appeal_answerers(application)

    with pytest.raises(MoveRefused):
        appealing.answer(made, by=person, is_upheld=False, answer="维持")
    with pytest.raises(IntegrityError, match="took no part"):
        _answer_by_hand(made, person)
    made.refresh_from_db()
    assert made.state == AppealState.OPEN


def test_who_has_no_right_or_an_interest_does_not_answer(application):
    made = appealed(application)
    bound = staff(PersonKind.SECTION_HEAD)
    MembershipFactory(user=bound, organisation=application.organisation)

    for person in (bound, staff(PersonKind.FINANCE), staff(PersonKind.BUREAU_CLERK), made.made_by):
        with pytest.raises(PermissionDenied):
            appealing.answer(made, by=person, is_upheld=True, answer="维持")
        assert person not in appeal_answerers(application)
    assert staff(PersonKind.SECTION_HEAD) in appeal_answerers(application)


def test_an_appeal_is_answered_once_and_with_words(application):
    made = appealed(application)
    head = staff(PersonKind.SECTION_HEAD)
    with pytest.raises(MoveRefused):
        appealing.answer(made, by=head, is_upheld=True, answer=" ")
    appealing.answer(made, by=head, is_upheld=False, answer="维持")

    with pytest.raises(MoveRefused) as refusal:
        appealing.answer(made, by=head, is_upheld=True, answer="改主意")
    assert refusal.value.code == "state"
    with pytest.raises(IntegrityError, match="never changes once answered"):
        _by_hand("UPDATE subsidies_appeal SET answer = 'x' WHERE id = %s", made.pk)


def test_nothing_goes_before_the_next_meeting_while_an_appeal_is_open(people):
    application = decided(people, funded_call(), "defer")
    made = appealed(application)
    meeting, _none = agenda(people, application.call)
    assert list(meetings.awaiting(application.call, people.head)) == []

    with pytest.raises(MoveRefused) as refusal:
        meetings.propose(application, meeting=meeting, by=people.head)

    assert refusal.value.code == "appeal"
    appealing.answer(made, by=staff(PersonKind.BUREAU_LEADER), is_upheld=True, answer="补充后再议")
    assert list(meetings.awaiting(application.call, people.head)) == [application]
    assert meetings.propose(application, meeting=meeting, by=people.head).application.state == State.MEETING


@pytest.mark.parametrize("is_upheld", [True, False])
def test_an_appeal_against_what_a_later_decision_replaced_is_dismissed_and_never_upheld(people, is_upheld):
    application = decided(people, funded_call(), "defer")
    first = appealing.decision_of(application)
    meeting, _none = agenda(people, application.call)
    recorded(meetings.propose(application, meeting=meeting, by=people.head), people.secretary, "reject")
    released(people, meeting)
    made = Appeal.objects.create(decision=first, text=GROUNDS, made_by=lead_of(application), due_on=first.appeal_until)

    if is_upheld:
        with pytest.raises(MoveRefused) as refusal:
            appealing.answer(made, by=staff(PersonKind.BUREAU_LEADER), is_upheld=True, answer="复议")
        assert refusal.value.code == "later"
    else:
        appealing.answer(made, by=staff(PersonKind.BUREAU_LEADER), is_upheld=False, answer="以后一次决定为准")

    made.refresh_from_db()
    assert made.state == (AppealState.OPEN if is_upheld else AppealState.DISMISSED)
    assert Application.objects.get(pk=application.pk).state == State.NOT_APPROVED


def test_nothing_is_taken_up_again_beside_a_second_application_under_way(application):
    made = appealed(application)
    second = ApplicationFactory(call=application.call, state=State.FORM_CHECK)
    put(second, once_key=application.once_key)

    with pytest.raises(MoveRefused) as refusal:
        appealing.answer(made, by=staff(PersonKind.SECTION_HEAD), is_upheld=True, answer="复议")

    assert refusal.value.code == "once"
    made.refresh_from_db()
    assert (made.state, Application.objects.get(pk=application.pk).state) == (AppealState.OPEN, State.NOT_APPROVED)


def test_the_database_takes_nothing_up_again_without_an_upheld_appeal(application):
    made = appealed(application)
    again = "UPDATE subsidies_application SET version = version + 1, state = 'reviewed' WHERE id = %s"
    with pytest.raises(IntegrityError, match="upheld appeal"):
        _by_hand(again, application.pk)
    appealing.answer(made, by=staff(PersonKind.SECTION_HEAD), is_upheld=False, answer="维持")

    with pytest.raises(IntegrityError, match="upheld appeal"):
        _by_hand(again, application.pk)


def test_the_time_of_the_answer_is_the_calls(people, time_machine):
    time_machine.move_to("2026-03-09T10:00:00+08:00")
    period = {"length": 15, "unit": "calendar_day", "counts_first_day": False}
    call = funded_call(content={**SMALL_CONTENT, "periods": {"appeal_answer": period}})
    application = decided(people, call, "reject")

    made = appealing.appeal(application, by=lead_of(application), text=GROUNDS)

    assert made.due_on.isoformat() == "2026-03-24"


def _answer_by_hand(made, person):
    _by_hand(
        "UPDATE subsidies_appeal SET state = 'dismissed', answer = 'x', answered_at = made_at, answered_by_id = %s "
        "WHERE id = %s",
        person.pk,
        made.pk,
    )


def _by_hand(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
