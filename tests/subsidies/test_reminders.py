"""Reminders around the National Day holiday of 2026: 25–27 September and 1–7 October are off, Sunday 20 September and
Saturday 10 October are worked.
"""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command

from accounts.enums import MembershipRole, PersonKind
from common.calendar import SHANGHAI
from common.models import CalendarDay, Delivery, Notice
from common.notices import words_of
from subsidies import checking, recommending
from subsidies.enums import AssignmentState, Opinion, Outcome, State, Verdict
from subsidies.models import Appeal, ApplicationGuest, Correction
from subsidies.reminders import days_left, last_day, send_reminders
from subsidies.tasks import send_reminders as send_reminders_task
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_decision import decided, seat, signed
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.desk import checked

pytestmark = pytest.mark.django_db


def shanghai(day, hour=8, minute=30):
    return datetime.combine(day, datetime.min.time(), SHANGHAI).replace(hour=hour, minute=minute)


FIRST = date(2026, 9, 14)


@pytest.fixture
def clock():
    with time_machine.travel(shanghai(FIRST), tick=False) as traveller:
        yield traveller


def call_until(day, hour=17, minute=30, **fields):
    closes = shanghai(day, hour, minute)
    given = {"opens_at": shanghai(FIRST, 0), "closes_at": closes, "recommend_closes_at": closes + timedelta(days=40)}
    return CallFactory(**{**given, **fields})


def draft(call, state=State.DRAFT):
    organisation = firm()
    lead = person_of(organisation, MembershipRole.PROJECT_LEAD)
    return ApplicationFactory(call=call, organisation=organisation, started_by=lead, state=state)


def days_of_reminders(clock, until=date(2026, 10, 20)):
    """Run every morning; {day: kinds told that day}, with the working days each names."""
    day, found = FIRST, {}
    while day <= until:
        clock.move_to(shanghai(day))
        before = Notice.objects.latest("pk").pk if Notice.objects.exists() else 0
        send_reminders()
        rows = Notice.objects.filter(pk__gt=before)
        if told := sorted({(row.kind, row.facts["days"]) for row in rows}):
            found[day.isoformat()] = told
        day += timedelta(days=1)
    return found


def people_of(kind):
    return set(Notice.objects.filter(kind=kind).values_list("recipient", flat=True))


# ---------------------------------------------------------------- which days
@pytest.mark.parametrize(
    ("closes", "three", "one"),
    [
        ((date(2026, 9, 17), 17, 30), "2026-09-14", "2026-09-16"),
        ((date(2026, 9, 22), 17, 30), "2026-09-18", "2026-09-21"),  # over a Sunday that is worked
        ((date(2026, 9, 28), 17, 30), "2026-09-22", "2026-09-24"),
        ((date(2026, 9, 30), 17, 30), "2026-09-24", "2026-09-29"),
        ((date(2026, 10, 1), 0, 0), "2026-09-24", "2026-09-29"),  # midnight ends the day before
        ((date(2026, 10, 1), 0, 1), "2026-09-28", "2026-09-30"),
        ((date(2026, 10, 5), 17, 30), "2026-09-28", "2026-09-30"),  # a deadline on a day off
        ((date(2026, 10, 9), 17, 30), "2026-09-29", "2026-10-08"),
        ((date(2026, 10, 12), 17, 30), "2026-10-08", "2026-10-10"),  # a Saturday that is worked
    ],
)
def test_a_draft_is_reminded_of_three_and_one_working_days_ahead(clock, closes, three, one):
    draft(call_until(*closes))

    assert days_of_reminders(clock) == {three: [("draft-closes", 3)], one: [("draft-closes", 1)]}


def test_the_table_of_the_staff_moves_reminders_too(clock):
    CalendarDay.objects.create(on=date(2026, 9, 16), is_working=False, note="停工")
    draft(call_until(date(2026, 9, 18)))

    assert days_of_reminders(clock) == {
        "2026-09-14": [("draft-closes", 3)],
        "2026-09-17": [("draft-closes", 1)],
    }


@pytest.mark.parametrize(
    ("today", "last", "left"),
    [
        (date(2026, 9, 29), date(2026, 10, 9), 3),
        (date(2026, 10, 8), date(2026, 10, 9), 1),
        (date(2026, 10, 9), date(2026, 10, 9), 0),
        (date(2026, 10, 10), date(2026, 10, 9), 0),
    ],
)
def test_days_left_are_working_days_before_the_last(today, last, left):
    assert days_left(today, last) == left


def test_the_last_day_is_the_one_that_holds_the_last_moment():
    assert last_day(shanghai(date(2026, 10, 1), 0, 0)) == date(2026, 9, 30)
    assert last_day(shanghai(date(2026, 10, 1), 17, 30)) == date(2026, 10, 1)


def test_a_second_run_tells_nobody_twice(clock):
    draft(call_until(date(2026, 9, 17)))

    first, second = send_reminders(), send_reminders_task()

    assert (first > 0, second) == (True, 0)


def test_a_day_without_a_run_is_made_up_for(clock):
    draft(call_until(date(2026, 9, 17)))
    clock.move_to(shanghai(date(2026, 9, 15)))

    send_reminders()

    assert Notice.objects.first().facts["days"] == 2


def test_a_deadline_that_moves_is_reminded_of_anew(clock):
    application = draft(call_until(date(2026, 9, 17)))
    send_reminders()
    call = application.call
    call.closes_at = call.closes_at + timedelta(days=1)
    call.save()
    clock.move_to(shanghai(date(2026, 9, 15)))

    send_reminders()

    days = Notice.objects.filter(recipient=application.started_by).values_list("facts__days", flat=True)
    assert list(days.order_by("pk")) == [3, 3]


def test_nothing_is_sent_on_a_day_off(clock):
    draft(call_until(date(2026, 10, 5)))
    clock.move_to(shanghai(date(2026, 10, 1)))

    assert send_reminders() == 0


def test_nothing_is_said_of_a_call_that_has_closed_or_an_application_that_has_ended(clock):
    draft(call_until(date(2026, 9, 17)), state=State.WITHDRAWN)
    draft(call_until(date(2026, 9, 14), hour=8))

    assert send_reminders() == 0


# ---------------------------------------------------------------- whose turn
def test_a_draft_concerns_its_writers_and_a_signature_the_signatory(clock):
    call = call_until(date(2026, 9, 17))
    written, waiting = draft(call), draft(call, State.UNIT_REVIEW)
    signatories = [person_of(each.organisation) for each in (written, waiting)]
    person_of(written.organisation, MembershipRole.READER)
    guest = UserFactory()
    ApplicationGuest.objects.create(application=written, user=guest, let_in_by=written.started_by)

    send_reminders()

    assert people_of("draft-closes") == {written.started_by_id, signatories[0].pk, guest.pk}
    assert people_of("signature-closes") == {signatories[1].pk}


def test_the_unit_is_reminded_of_the_end_of_recommendations_and_of_its_own_time(clock):
    call = call_until(date(2026, 9, 16), recommend_closes_at=shanghai(date(2026, 10, 12), 18, 0))
    application = draft(call, State.RECOMMENDATION)
    officer = person_of(application.recommender, MembershipRole.OFFICER)
    leader = person_of(application.recommender, MembershipRole.LEADER)

    days = days_of_reminders(clock)

    assert days == {  # ten working days from 15 September end on 28 September
        "2026-09-22": [("stage-due", 3)],
        "2026-09-24": [("stage-due", 1)],
        "2026-10-08": [("recommendation-closes", 3)],
        "2026-10-10": [("recommendation-closes", 1)],
    }
    assert people_of("stage-due") == people_of("recommendation-closes") == {officer.pk}
    assert leader.pk not in people_of("stage-due")


def test_once_an_opinion_is_prepared_it_is_the_leaders_turn(clock):
    call = call_until(date(2026, 9, 14), hour=23, recommend_closes_at=shanghai(date(2026, 9, 17), 18, 0))
    application = draft(call, State.RECOMMENDATION)
    officer = person_of(application.recommender, MembershipRole.OFFICER)
    leader = person_of(application.recommender, MembershipRole.LEADER)
    recommending.prepare(application, by=officer, opinion=Opinion.RECOMMEND, text="属实")

    send_reminders()

    assert people_of("recommendation-closes") == {leader.pk}


def test_a_correction_is_reminded_of_and_once_overdue_of_its_end(clock):
    application = draft(call_until(date(2026, 9, 30)), State.CORRECTION)
    Correction.objects.create(
        application=application,
        round=1,
        asked_by=user_of_kind(PersonKind.BUREAU_CLERK),
        due_on=date(2026, 9, 21),
        grace_until=date(2026, 9, 29),
    )

    days = days_of_reminders(clock)

    assert days == {
        "2026-09-17": [("correction-due", 3)],
        "2026-09-20": [("correction-due", 1)],
        "2026-09-23": [("correction-closes", 3)],
        "2026-09-28": [("correction-closes", 1)],
    }
    assert people_of("correction-due") == {application.started_by_id, application.submitted_by_id}


def test_the_bureau_is_reminded_of_its_own_time_by_whose_turn_it_is(clock):
    application = draft(call_until(date(2026, 9, 14), hour=23), State.FORM_CHECK)
    clerk, other = user_of_kind(PersonKind.BUREAU_CLERK), user_of_kind(PersonKind.BUREAU_CLERK)
    head = user_of_kind(PersonKind.SECTION_HEAD)
    checked(application, clerk)
    clock.move_to(shanghai(date(2026, 9, 22)))
    send_reminders()
    of_the_clerk = people_of("stage-due")

    checking.propose(application, by=clerk, outcome=Outcome.PASS)
    clock.move_to(shanghai(date(2026, 9, 24)))
    send_reminders()

    assert of_the_clerk == {clerk.pk}
    assert people_of("stage-due") == {clerk.pk, head.pk}
    assert other.pk not in people_of("stage-due")


def test_acceptance_concerns_the_clerks(clock):
    draft(call_until(date(2026, 9, 14), hour=23), State.ACCEPTANCE)
    clerk = user_of_kind(PersonKind.BUREAU_CLERK)
    user_of_kind(PersonKind.SECTION_HEAD)

    days = days_of_reminders(clock)

    assert days == {"2026-09-16": [("stage-due", 3)], "2026-09-18": [("stage-due", 1)]}
    assert people_of("stage-due") == {clerk.pk}


def test_an_open_appeal_concerns_those_who_can_answer_it(clock):
    application = draft(call_until(date(2026, 9, 14), hour=23), State.NOT_APPROVED)
    heads = [user_of_kind(PersonKind.SECTION_HEAD) for _ in range(2)]
    decision = decided(application, Verdict.REJECT, reason="不符合条件", appeal_route="十日内", put_by=heads[0])
    appeal = {"text": "请复核", "made_by": application.started_by, "due_on": date(2026, 9, 17)}
    Appeal.objects.create(decision=decision, **appeal)

    days = days_of_reminders(clock)

    assert days == {"2026-09-14": [("appeal-due", 3)], "2026-09-16": [("appeal-due", 1)]}
    assert people_of("appeal-due") == {heads[1].pk}
    assert {notice.address for notice in Notice.objects.all()} == {
        f"/admin/subsidies/application/{application.pk}/change/"
    }


def test_the_day_of_an_appeal_concerns_those_who_answer_it_wherever_the_application_stands(clock):
    application = draft(call_until(date(2026, 9, 14), hour=23), State.MEETING)
    decision = decided(application, Verdict.DEFER, reason="缺材料", deferral="budget", appeal_route="十日内")
    appeal = {"text": "请复核", "made_by": application.started_by, "due_on": date(2026, 9, 17)}
    Appeal.objects.create(decision=decision, **appeal)
    user_of_kind(PersonKind.BUREAU_CLERK)
    head = user_of_kind(PersonKind.SECTION_HEAD)

    days_of_reminders(clock)

    assert people_of("appeal-due") == {head.pk}
    assert {notice.address for notice in Notice.objects.filter(kind="appeal-due")} == {
        f"/admin/subsidies/application/{application.pk}/change/"
    }


def test_each_expert_is_reminded_of_the_own_day_until_the_sheet_is_signed(clock):
    application = draft(call_until(date(2026, 9, 14), hour=23), State.REVIEW)
    writing = seat(application, due_on=date(2026, 9, 17))
    later = seat(application, due_on=date(2026, 9, 18))
    signed(seat(application, due_on=date(2026, 9, 17)))
    seat(application, due_on=date(2026, 9, 17), state=AssignmentState.DECLINED, decline_reason="time")

    days = days_of_reminders(clock)

    assert days == {
        "2026-09-14": [("sheet-due", 3)],
        "2026-09-15": [("sheet-due", 3)],
        "2026-09-16": [("sheet-due", 1)],
        "2026-09-17": [("sheet-due", 1)],
    }
    assert set(Notice.objects.values_list("recipient", "address")) == {
        (each.expert.user_id, f"/reviews/{each.pk}/sheet/") for each in (writing, later)
    }


# ---------------------------------------------------------------- how
def test_reminders_are_duties_and_name_days_and_deadline(clock, in_english):
    application = draft(call_until(date(2026, 9, 17)))
    person = application.started_by
    person.wants_email = False
    person.save()

    send_reminders()

    notice = Notice.objects.get(recipient=person)
    assert words_of(notice).subject == f"3 working days left to submit: {application.project_name}"
    assert "17 September 2026, 17:30" in words_of(notice).text
    assert Delivery.objects.get(notice=notice).channel == "email"


def test_reminders_can_be_sent_by_hand(clock, capsys):
    draft(call_until(date(2026, 9, 17)))

    call_command("send_reminders")

    assert Notice.objects.filter(kind="draft-closes").exists()


def test_applications_that_are_far_from_their_deadline_cost_no_query_each(clock, django_assert_num_queries):
    call = call_until(date(2026, 9, 30))
    draft(call)
    with django_assert_num_queries(10) as one:
        send_reminders()
    draft(call)
    draft(call)

    with django_assert_num_queries(len(one)):
        send_reminders()
