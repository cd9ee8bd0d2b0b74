import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from accounts.enums import PersonKind
from bases import workflow
from bases.enums import Action, ChangeState, State
from bases.models import Base, BaseChange
from bases.workflow import MoveRefused
from common.calendar import shanghai_today
from common.models import CalendarDay, JournalEntry
from tests.factories import BaseFactory, ParkFactory
from tests.factories_accounts import OrganisationFactory, user_of_kind

pytestmark = pytest.mark.django_db

NEW_NAME = {"name_zh": "新名称"}
STATE_FACTS = {
    State.PUBLICITY: {"publicity_from": date(2026, 1, 5), "publicity_until": date(2026, 1, 9)},
    State.WARNED: {"rectify_until": date(2027, 1, 1), "state_reason": "整改"},
    State.REMOVED: {"left_on": date(2026, 1, 5), "state_reason": "评价不合格"},
}

# Written out by hand: what each kind of person may do in each state, on a base of the county officer's own county.
EXPECTED = {
    (PersonKind.COUNTY_OFFICER, State.DRAFT): {Action.SUBMIT},
    (PersonKind.COUNTY_OFFICER, State.COUNTY_REVIEW): {Action.RECOMMEND, Action.SEND_BACK},
    (PersonKind.COUNTY_OFFICER, State.LISTED): {Action.PROPOSE_CHANGE},
    (PersonKind.BUREAU_CLERK, State.DRAFT): {Action.SUBMIT},
    (PersonKind.BUREAU_CLERK, State.COUNTY_REVIEW): {Action.RECOMMEND, Action.SEND_BACK},
    (PersonKind.BUREAU_CLERK, State.BUREAU_REVIEW): {Action.SEND_BACK, Action.VISIT},
    (PersonKind.BUREAU_CLERK, State.SITE_CHECK): {Action.SEND_BACK},
    (PersonKind.BUREAU_CLERK, State.LISTED): {Action.PROPOSE_CHANGE},
    (PersonKind.SECTION_HEAD, State.DRAFT): {Action.SUBMIT},
    (PersonKind.SECTION_HEAD, State.COUNTY_REVIEW): {Action.RECOMMEND, Action.SEND_BACK},
    (PersonKind.SECTION_HEAD, State.BUREAU_REVIEW): {Action.SEND_BACK, Action.VISIT, Action.PUBLICISE},
    (PersonKind.SECTION_HEAD, State.SITE_CHECK): {Action.SEND_BACK, Action.PUBLICISE},
    (PersonKind.SECTION_HEAD, State.PUBLICITY): {Action.ENLIST, Action.SEND_BACK},
    (PersonKind.SECTION_HEAD, State.LISTED): {
        Action.PROPOSE_CHANGE,
        Action.WARN,
        Action.SUSPEND,
        Action.REMOVE,
        Action.MERGE,
    },
    (PersonKind.SECTION_HEAD, State.CHANGE_PENDING): {Action.APPROVE_CHANGE, Action.DECLINE_CHANGE},
    (PersonKind.SECTION_HEAD, State.WARNED): {Action.CLEAR_WARNING, Action.SUSPEND, Action.REMOVE, Action.MERGE},
    (PersonKind.SECTION_HEAD, State.SUSPENDED): {Action.RESUME, Action.REMOVE, Action.MERGE},
    (PersonKind.SECTION_HEAD, State.REMOVED): {Action.MERGE},
}


def base_in(state, **values):
    if state == State.MERGED:
        values["merged_into"] = BaseFactory()
    return BaseFactory(state=state, complete=True, **STATE_FACTS.get(state, {}), **values)


def run(action, base, by):
    """Ask for one move with arguments that are right in themselves."""
    heir, next_month = BaseFactory(), shanghai_today() + timedelta(30)
    calls = {
        Action.SUBMIT: lambda: workflow.submit(base, by=by),
        Action.RECOMMEND: lambda: workflow.recommend(base, by=by),
        Action.SEND_BACK: lambda: workflow.send_back(base, by=by, reason="材料不全"),
        Action.VISIT: lambda: workflow.visit(base, by=by),
        Action.PUBLICISE: lambda: workflow.publicise(base, by=by),
        Action.ENLIST: lambda: workflow.enlist(base, by=by),
        Action.PROPOSE_CHANGE: lambda: workflow.propose_change(base, by=by, values=NEW_NAME, reason="更名"),
        Action.WARN: lambda: workflow.warn(base, by=by, reason="缺年报", rectify_until=next_month),
        Action.CLEAR_WARNING: lambda: workflow.clear_warning(base, by=by),
        Action.SUSPEND: lambda: workflow.suspend(base, by=by, reason="安全整改"),
        Action.RESUME: lambda: workflow.resume(base, by=by),
        Action.REMOVE: lambda: workflow.remove(base, by=by, reason="评价不合格"),
        Action.MERGE: lambda: workflow.merge(base, by=by, into=heir, reason="整合"),
    }
    return calls[action]()


@pytest.mark.parametrize("kind", list(PersonKind), ids=str)
@pytest.mark.parametrize("state", list(State), ids=str)
def test_every_kind_of_person_has_exactly_the_moves_of_the_table(kind, state):
    base = base_in(state)
    user = user_of_kind(kind)

    assert set(workflow.available_actions(base, user)) == EXPECTED.get((kind, state), set())


@time_machine.travel("2026-11-23T02:00:00Z")
@pytest.mark.parametrize("state", list(State), ids=str)
def test_a_verb_works_exactly_where_the_table_offers_it(state):
    head = user_of_kind(PersonKind.SECTION_HEAD)
    offered = EXPECTED.get((PersonKind.SECTION_HEAD, state), set()) - {Action.APPROVE_CHANGE, Action.DECLINE_CHANGE}

    for action in set(Action) - {Action.APPROVE_CHANGE, Action.DECLINE_CHANGE}:
        base = base_in(state)
        if action in offered:
            run(action, base, head)
            assert Base.objects.get(pk=base.pk).state == workflow.MOVES[action].target
        else:
            with pytest.raises(MoveRefused):
                run(action, base, head)
            assert Base.objects.get(pk=base.pk).state == state


def test_an_officer_of_another_county_may_neither_edit_nor_recommend():
    base = BaseFactory(state=State.COUNTY_REVIEW)
    stranger = user_of_kind(PersonKind.COUNTY_OFFICER, division="431022")

    with pytest.raises(PermissionDenied):
        workflow.recommend(base, by=stranger)

    assert workflow.available_actions(base, stranger) == []


@time_machine.travel("2026-11-23T02:00:00Z")
def test_who_submitted_a_base_does_not_decide_on_it():
    head = user_of_kind(PersonKind.SECTION_HEAD)
    base = BaseFactory(state=State.BUREAU_REVIEW, submitted_by=head)

    with pytest.raises(PermissionDenied):
        workflow.publicise(base, by=head)

    other = user_of_kind(PersonKind.SECTION_HEAD)
    assert workflow.publicise(base, by=other).state == State.PUBLICITY


def test_who_submitted_a_base_does_not_recommend_it():
    officer = user_of_kind(PersonKind.COUNTY_OFFICER)
    base = workflow.submit(base_in(State.DRAFT), by=officer)

    with pytest.raises(PermissionDenied):
        workflow.recommend(base, by=officer)

    assert workflow.available_actions(base, officer) == [Action.SEND_BACK]
    assert workflow.recommend(base, by=user_of_kind(PersonKind.COUNTY_OFFICER)).state == State.BUREAU_REVIEW


@pytest.mark.parametrize("state", [State.BUREAU_REVIEW, State.SITE_CHECK])
def test_a_county_officer_does_not_take_a_base_back_from_the_bureau(state):
    base = base_in(state)

    with pytest.raises(PermissionDenied):
        workflow.send_back(base, by=user_of_kind(PersonKind.COUNTY_OFFICER), reason="补充材料")

    assert Base.objects.get().state == state


LACKING = [
    ({"division": None}, "Give the county or the park."),
    ({"summary_zh": " "}, "Write the summary in Chinese."),
    ({"source": None}, "Name the source of the record."),
]


@pytest.mark.parametrize(("values", "sentence"), LACKING)
@pytest.mark.parametrize(("state", "move"), [(State.DRAFT, workflow.submit), (State.PUBLICITY, workflow.enlist)])
def test_a_record_that_lacks_what_the_public_needs_goes_no_further(state, move, values, sentence):
    base = base_in(state, **values)

    with translation.override("en"), pytest.raises(MoveRefused) as refusal:
        move(base, by=user_of_kind(PersonKind.SECTION_HEAD))

    assert refusal.value.messages == [sentence]
    assert Base.objects.get().state == state


def test_a_base_in_a_park_needs_no_county():
    base = base_in(State.DRAFT, division=None, park=ParkFactory())

    assert base.missing_for_submission() == []


@time_machine.travel("2026-12-30T02:00:00Z")
def test_a_notice_that_ends_in_a_year_without_a_calendar_is_not_started():
    base, head = base_in(State.SITE_CHECK), user_of_kind(PersonKind.SECTION_HEAD)

    with pytest.raises(MoveRefused, match="2027"):
        workflow.publicise(base, by=head)
    CalendarDay.objects.create(on=date(2027, 1, 1), is_working=False, document_number="国办发明电〔2026〕7号")

    assert workflow.publicise(base, by=head).publicity_until == date(2027, 1, 6)


@time_machine.travel("2026-09-18T02:00:00Z")
def test_notice_counts_five_working_days_from_its_first_with_the_moved_holiday():
    base = base_in(State.BUREAU_REVIEW)

    noticed = workflow.publicise(base, by=user_of_kind(PersonKind.SECTION_HEAD))

    assert (noticed.publicity_from, noticed.publicity_until) == (date(2026, 9, 18), date(2026, 9, 23))


def test_a_base_is_not_listed_before_the_last_day_of_its_notice_has_ended():
    base = base_in(State.PUBLICITY)
    head = user_of_kind(PersonKind.SECTION_HEAD)

    with time_machine.travel("2026-01-09T15:59:59Z"), pytest.raises(MoveRefused):
        workflow.enlist(base, by=head)
    with time_machine.travel("2026-01-09T16:00:00Z"):
        listed = workflow.enlist(base, by=head)

    assert (listed.state, listed.listed_on) == (State.LISTED, date(2026, 1, 10))


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_removal_without_a_reason_is_refused(reason):
    with pytest.raises(MoveRefused):
        workflow.remove(BaseFactory(), by=user_of_kind(PersonKind.SECTION_HEAD), reason=reason)


def test_a_base_cannot_be_merged_into_itself_or_into_one_that_left():
    base, gone = BaseFactory(), base_in(State.REMOVED)
    head = user_of_kind(PersonKind.SECTION_HEAD)

    for heir in (base, gone):
        with pytest.raises(MoveRefused):
            workflow.merge(base, by=head, into=heir, reason="整合")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_bases_merged_into_each_other_at_once_one_stays():
    pair, head = [BaseFactory(), BaseFactory()], user_of_kind(PersonKind.SECTION_HEAD)
    both, outcomes = threading.Barrier(2), []

    def merge(base, heir):
        both.wait()
        try:
            outcomes.append(workflow.merge(base, by=head, into=heir, reason="整合").state)
        except MoveRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == [State.MERGED, "refused"]
    assert sorted(Base.objects.values_list("state", flat=True)) == [State.LISTED, State.MERGED]


def test_an_heir_that_was_merged_meanwhile_is_refused():
    base, stale = BaseFactory(), BaseFactory()
    head = user_of_kind(PersonKind.SECTION_HEAD)
    workflow.merge(Base.objects.get(pk=stale.pk), by=head, into=base, reason="整合")

    with pytest.raises(MoveRefused):
        workflow.merge(base, by=head, into=stale, reason="整合")

    assert Base.objects.get(pk=base.pk).state == State.LISTED


def test_a_removal_ends_the_rectification_and_keeps_the_reason_without_spaces_around_it():
    base = base_in(State.WARNED)

    removed = workflow.remove(base, by=user_of_kind(PersonKind.SECTION_HEAD), reason="  整改未完成 ")

    assert (removed.rectify_until, removed.state_reason) == (None, "整改未完成")


def test_each_move_is_in_the_journal_with_actor_and_reason():
    base = BaseFactory()
    head = user_of_kind(PersonKind.SECTION_HEAD)

    workflow.remove(base, by=head, reason="评价不合格")

    entry = JournalEntry.objects.filter(object_type="bases.base", object_id=str(base.pk)).latest("id")
    assert (entry.action, entry.actor_id, entry.reason) == ("remove", head.pk, "评价不合格")
    assert entry.changes["state"] == ["listed", "removed"]


def test_a_proposed_change_waits_until_somebody_else_approves_it():
    clerk, head = user_of_kind(PersonKind.BUREAU_CLERK), user_of_kind(PersonKind.SECTION_HEAD)
    base = BaseFactory(name_zh="旧名称")

    change = workflow.propose_change(base, by=clerk, values=NEW_NAME, reason="更名")
    waiting = Base.objects.get(pk=base.pk)
    workflow.approve_change(change, by=head)
    approved = Base.objects.get(pk=base.pk)

    assert (waiting.state, waiting.name_zh) == (State.CHANGE_PENDING, "旧名称")
    assert (approved.state, approved.name_zh) == (State.LISTED, "新名称")
    assert BaseChange.objects.get().state == ChangeState.APPROVED


def test_nobody_decides_on_a_change_of_their_own():
    head = user_of_kind(PersonKind.SECTION_HEAD)
    change = workflow.propose_change(BaseFactory(), by=head, values=NEW_NAME, reason="更名")

    with pytest.raises(PermissionDenied):
        workflow.approve_change(change, by=head)
    with pytest.raises(PermissionDenied):
        workflow.decline_change(change, by=head, reason="不符")


def test_who_submitted_a_base_does_not_decide_on_a_change_of_it():
    head = user_of_kind(PersonKind.SECTION_HEAD)
    base = BaseFactory(submitted_by=head)
    change = workflow.propose_change(base, by=user_of_kind(PersonKind.BUREAU_CLERK), values=NEW_NAME, reason="更名")

    with pytest.raises(PermissionDenied):
        workflow.approve_change(change, by=head)

    assert BaseChange.objects.get().state == ChangeState.PENDING


def test_a_change_whose_values_no_longer_fit_is_refused_with_a_sentence():
    host = OrganisationFactory()
    change = workflow.propose_change(
        BaseFactory(), by=user_of_kind(PersonKind.BUREAU_CLERK), values={"host": host.pk}, reason="更换"
    )
    host.delete()

    with pytest.raises(MoveRefused):
        workflow.approve_change(change, by=user_of_kind(PersonKind.SECTION_HEAD))

    assert BaseChange.objects.get().state == ChangeState.PENDING


def test_a_declined_change_leaves_the_record_as_it_was():
    change = workflow.propose_change(
        BaseFactory(name_zh="旧名称"), by=user_of_kind(PersonKind.BUREAU_CLERK), values=NEW_NAME, reason="更名"
    )

    base = workflow.decline_change(change, by=user_of_kind(PersonKind.SECTION_HEAD), reason="依据不足")

    assert (base.state, base.name_zh) == (State.LISTED, "旧名称")


def test_a_change_is_decided_once():
    change = workflow.propose_change(
        BaseFactory(), by=user_of_kind(PersonKind.BUREAU_CLERK), values=NEW_NAME, reason="更名"
    )
    head = user_of_kind(PersonKind.SECTION_HEAD)
    workflow.approve_change(change, by=head)

    with pytest.raises(MoveRefused):
        workflow.approve_change(change, by=head)


@pytest.mark.parametrize("values", [{}, {"state": "removed"}, {"code": "CZZS-2024-0001-1"}, {"is_demo": True}])
def test_only_reviewed_fields_can_be_proposed(values):
    with pytest.raises(MoveRefused):
        workflow.propose_change(BaseFactory(), by=user_of_kind(PersonKind.SECTION_HEAD), values=values, reason="更名")


def test_the_database_keeps_a_change_from_being_decided_by_its_proposer():
    clerk = user_of_kind(PersonKind.BUREAU_CLERK)
    change = workflow.propose_change(BaseFactory(), by=clerk, values=NEW_NAME, reason="更名")
    change.state, change.decided_by = ChangeState.APPROVED, clerk

    with pytest.raises(IntegrityError, match="base_change_decided_by_another"), transaction.atomic():
        change.save()
