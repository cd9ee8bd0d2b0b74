"""The answer to an objection: by others than decided, and what it does to the award and to the notice."""

from typing import NamedTuple

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from accounts.enums import MembershipRole, PersonKind
from common.models import JournalEntry, Notice
from subsidies import budgets
from subsidies.audiences import objection_answerers
from subsidies.enums import EntryKind, NoticeState, ObjectionState
from subsidies.models import Application, Objection, PublicNotice
from subsidies.publicity import answering, publishing, writing
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_decision import staff
from tests.factories_publicity import objected
from tests.subsidies.publicity.desk import TEXTS, House, approved, house, published, state_of
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    people: House
    notice: PublicNotice
    application: Application
    other: Application
    objection: Objection


def make_world() -> World:
    people = house()
    notice, applications = running(people, 2)
    return World(people, notice, *applications, objection_to(notice, applications[0]))


def running(people, number):
    applications = approved(number)
    return published(people, *applications), applications


def objection_to(notice, application):
    return objected(notice.entries.get(application=application))


people, notice, application, other, objection = parts(World)


# ---------------------------------------------------------------- who answers
def test_a_dismissed_objection_lets_the_award_go_on(people, application, objection):
    answered = answering.dismiss(objection, by=people.handler, answer=" 经核实不属实 ")

    assert (answered.state, answered.answer, answered.answered_by) == (
        ObjectionState.DISMISSED,
        "经核实不属实",
        people.handler,
    )
    assert state_of(application) == "publicity"
    assert PublicNotice.objects.get().state == NoticeState.PUBLISHED
    assert Notice.objects.filter(kind="objection-not-upheld", recipient=application.started_by).exists()


@pytest.mark.parametrize("who", ["put_by", "staged_by", "released_by", "prepared_by", "edited_by", "published_by"])
def test_nobody_answers_who_decided_or_made_the_notice(people, who, notice, application, objection):
    decision = application.decisions.get()
    sources = {"prepared_by": decision.meeting, "edited_by": notice, "published_by": notice}
    person = getattr(sources.get(who, decision), who)
    person.groups.set(staff(PersonKind.SECTION_HEAD).groups.all())
    person = type(person).objects.get(pk=person.pk)

    with pytest.raises(MoveRefused) as refusal:
        answering.dismiss(objection, by=person, answer="不属实")
    assert refusal.value.code == "apart"
    assert person not in objection_answerers(application)
    assert people.handler in objection_answerers(application)
    with pytest.raises(PermissionDenied):
        answering.look_at_objector(objection, by=person)


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_others_do_not_answer(kind, application, objection):
    for person in (staff(kind), UserFactory()):
        with pytest.raises(PermissionDenied):
            answering.uphold(objection, by=person, answer="属实", consequence="annul")
        with pytest.raises(PermissionDenied):
            answering.look_at_objector(objection, by=person)
        assert person not in objection_answerers(application)


def test_nobody_answers_for_an_own_firm(people, application, objection):
    MembershipFactory(user=people.handler, organisation=application.organisation, role=MembershipRole.READER)

    with pytest.raises(PermissionDenied):
        answering.dismiss(objection, by=people.handler, answer="不属实")


def test_an_objection_is_answered_once_and_with_words(people, objection):
    with pytest.raises(MoveRefused):
        answering.dismiss(objection, by=people.handler, answer=" ")
    with pytest.raises(MoveRefused):
        answering.uphold(objection, by=people.handler, answer="属实", consequence="")

    answering.dismiss(objection, by=people.handler, answer="不属实")

    with pytest.raises(MoveRefused) as refusal:
        answering.uphold(objection, by=people.handler, answer="属实", consequence="annul")
    assert refusal.value.code == "state"


def test_who_looks_at_the_objector_is_in_the_journal(people, objection):
    answering.look_at_objector(objection, by=people.handler)

    entry = JournalEntry.objects.get(action="see_objector")
    assert (entry.actor, entry.object_id) == (people.handler, str(objection.pk))


# ---------------------------------------------------------------- upheld while the notice runs
@pytest.mark.parametrize(("consequence", "state"), [("reconsider", "reviewed"), ("annul", "annulled")])
def test_an_upheld_objection_sends_the_award_back_and_frees_its_money(
    people, consequence, state, application, objection
):
    before = budgets.balances_of(budgets.budget_of(application.call)).free

    answering.uphold(objection, by=people.leader, answer="属实", consequence=consequence)

    assert state_of(application) == state
    assert budgets.standing_of(application) == {}
    assert budgets.balances_of(budgets.budget_of(application.call)).free == before + 2_000_000
    assert application.notice_entries.get().removed_at is not None


def test_a_running_notice_is_replaced_by_a_new_one_with_the_full_days(people, notice, other, objection):
    answering.uphold(objection, by=people.handler, answer="属实", consequence="annul")

    notice.refresh_from_db()
    fresh = PublicNotice.objects.get(replaces=notice)
    assert (notice.state, fresh.state, state_of(other)) == (NoticeState.REPLACED, NoticeState.DRAFT, "publicity_ready")
    assert [entry.application for entry in fresh.entries.all()] == [other]
    assert fresh.title_zh == notice.title_zh
    assert Notice.objects.filter(kind="new-public-notice-wanted", recipient=people.editor).exists()

    again = publishing.publish(writing.send(fresh, by=people.editor), by=people.publisher)

    assert again.starts_on == notice.starts_on
    assert again.ends_on == notice.ends_on
    assert again.slug != notice.slug
    assert state_of(other) == "publicity"


def test_what_the_system_writes_is_in_the_language_of_the_record_whoever_answers(
    people, notice, application, other, objection
):
    with translation.override("en"):
        answering.uphold(objection, by=people.handler, answer="属实", consequence="annul")

    notice.refresh_from_db()
    assert notice.replaced_reason == "因异议成立，名单有变。"
    assert Application.objects.get(pk=other.pk).state_reason == notice.replaced_reason
    assert application.budget_entries.get(kind=EntryKind.RELEASE).note == "异议处理后"


def test_a_notice_with_nothing_left_is_over(people):
    notice, (application,) = running(people, 1)

    answering.uphold(objection_to(notice, application), by=people.handler, answer="属实", consequence="annul")

    notice.refresh_from_db()
    assert (notice.state, notice.final["entries"]) == (NoticeState.CONCLUDED, [])
    assert not PublicNotice.objects.filter(replaces=notice).exists()


def test_an_objection_from_the_old_notice_keeps_its_award_out_of_the_new_one(people):
    notice, (first, second, third) = running(people, 3)
    still_open = objection_to(notice, second)
    answering.uphold(objection_to(notice, first), by=people.handler, answer="属实", consequence="annul")
    fresh = writing.send(PublicNotice.objects.get(replaces=notice), by=people.editor)
    with pytest.raises(MoveRefused) as refusal:
        publishing.publish(fresh, by=people.publisher)
    assert refusal.value.code == "objection"

    answering.uphold(still_open, by=people.handler, answer="也属实", consequence="reconsider")

    fresh.refresh_from_db()
    assert (fresh.state, state_of(second), state_of(third)) == (NoticeState.DRAFT, "reviewed", "publicity_ready")
    assert [entry.application for entry in fresh.entries.all()] == [third]
    publishing.publish(writing.send(fresh, by=people.editor), by=people.publisher)
    assert state_of(third) == "publicity"


# ---------------------------------------------------------------- upheld after the period
def test_after_the_period_only_that_entry_leaves(people):
    with time_machine.travel("2024-02-28T10:00:00+08:00"):
        notice, (application, other) = running(people, 2)
    objection = objection_to(notice, application)

    answering.uphold(objection, by=people.handler, answer="属实", consequence="reconsider")

    notice.refresh_from_db()
    assert (notice.state, state_of(application), state_of(other)) == (NoticeState.PUBLISHED, "reviewed", "publicity")


# ---------------------------------------------------------------- held by the database
def test_the_database_refuses_an_answer_by_who_took_part(people, application, objection):
    decision = application.decisions.get()
    statement = (
        "UPDATE subsidies_objection SET state = 'dismissed', answer = 'x', answered_by_id = %s, "
        "answered_at = '2026-01-01 00:00:00+00:00' WHERE id = %s"
    )
    for person in (decision.released_by_id, decision.meeting.prepared_by_id, people.editor.pk, people.publisher.pk):
        with (
            pytest.raises(IntegrityError, match="took no part"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [person, objection.pk])
    answering.dismiss(objection, by=people.handler, answer="不属实")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE subsidies_objection SET answer = 'y' WHERE id = %s", [objection.pk])


def test_an_old_upheld_objection_does_not_reach_a_later_decision(people, application, objection):
    """What was decided anew and approved again goes back by a new objection alone."""
    answering.uphold(objection, by=people.handler, answer="属实", consequence="reconsider")
    row = Application.objects.get(pk=application.pk)
    assert row.state == "reviewed"
    with pytest.raises(MoveRefused):
        writing.draft(row.call, by=people.editor, applications=[row], texts=TEXTS)
