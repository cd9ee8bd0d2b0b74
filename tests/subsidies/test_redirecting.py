"""An application that waits for its recommendation goes to another unit: nothing is lost, and nothing counts twice."""

from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.models import Organisation, User
from common.models import Delivery, JournalEntry, Notice
from common.notices import words_of
from subsidies import accepting, recommending, redirecting, withdrawing
from subsidies.enums import Opinion, State
from subsidies.models import Application, Recommendation, Redirection
from subsidies.timeline import timeline_of
from subsidies.timing import events_of
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, OrganisationFactory, user_of_kind
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, CallFactory, as_kept, firm, person_of
from tests.subsidies.desk import Unit, letter_by, prepared, section_head, to_recommend, unit_of
from tests.worlds import parts

pytestmark = pytest.mark.django_db
REASON = "企业已迁入苏仙区，由苏仙区科技局推荐"
TO_DAY = timedelta(days=1)


class Other(NamedTuple):
    office: Organisation
    officer: User
    leader: User


def another_unit(**fields) -> Other:
    given = {"kind": OrganisationKind.GOVERNMENT, "name_zh": "苏仙区科技局", "name_en": "Suxian Bureau"}
    office = OrganisationFactory(**given | fields)
    return Other(office, person_of(office, MembershipRole.OFFICER), person_of(office, MembershipRole.LEADER))


class World(NamedTuple):
    application: Application
    unit: Other


def make_world() -> World:
    """An application that waits for its recommendation, and another unit."""
    return World(to_recommend(), another_unit())


application, unit = parts(World)


def redirected(application, unit, by=None):
    return redirecting.redirect(application, by=by or section_head(), unit=unit.office, reason=REASON)


def recommend_at(application, unit):
    recommending.prepare(
        application, by=unit.officer, opinion=Opinion.RECOMMEND, text="属实", letter=letter_by(unit.officer)
    )
    return recommending.recommend(application, by=unit.leader)


# ---------------------------------------------------------------- what it does
def test_a_section_head_takes_an_application_to_another_unit(application, unit):
    head = section_head()
    old, submitted_at = application.recommender, application.first_submitted_at

    moved = redirected(application, unit, head)

    made = Redirection.objects.get()
    step = application.steps.last()
    assert (moved.state, moved.recommender, moved.version) == (
        State.RECOMMENDATION,
        unit.office,
        application.version + 1,
    )
    assert (moved.number, moved.first_submitted_at) == (application.number, submitted_at)
    assert (made.application, made.version, made.from_unit, made.to_unit) == (
        application,
        moved.version,
        old,
        unit.office,
    )
    assert (step.action, step.by, step.reason, step.version) == ("redirect", head, REASON, moved.version)
    assert application.organisation.recommender == old


def test_the_new_unit_sees_it_and_recommends_it_and_the_old_one_neither(application, unit):
    before = unit_of(application)

    redirected(application, unit)

    assert not Application.objects.for_staff(before.leader).exists()
    assert Application.objects.for_staff(unit.officer).get() == application
    with pytest.raises(PermissionDenied):
        recommending.prepare(application, by=before.officer, opinion=Opinion.RECOMMEND, text="属实")
    assert recommend_at(application, unit).state == State.ACCEPTANCE
    assert Recommendation.objects.get().unit == unit.office


def test_what_the_old_unit_had_prepared_is_kept_as_its_own_and_counts_no_more(application, unit):
    before = prepared(application, text="原单位意见")
    old = application.recommender

    redirected(application, unit)

    kept = Recommendation.objects.get()
    assert (kept.unit, kept.text, kept.prepared_by, kept.decided_at) == (old, "原单位意见", before.officer, None)
    assert kept.set_aside_at is not None
    assert kept.letter is not None
    with pytest.raises(MoveRefused):
        recommending.recommend(application, by=unit.leader)
    assert recommend_at(application, unit).state == State.ACCEPTANCE
    assert Recommendation.objects.count() == 2
    assert recommending.quota(application.call, old).used == 0
    assert recommending.quota(application.call, unit.office).used == 1


def test_it_may_come_back_to_the_unit_it_was_taken_from_which_then_writes_anew(application, unit):
    before = prepared(application, text="第一次")
    first = Unit(before.officer, before.leader)
    old = application.recommender
    redirected(application, unit)

    redirecting.redirect(application, by=section_head(), unit=old, reason="前次有误")

    recommending.prepare(
        application, by=first.officer, opinion=Opinion.RECOMMEND, text="第二次", letter=letter_by(first.officer)
    )
    assert recommending.recommend(application, by=first.leader).state == State.ACCEPTANCE
    assert list(Recommendation.objects.values_list("text", flat=True)) == ["第一次", "第二次"]


def test_the_time_of_the_new_unit_begins_with_the_redirect(time_machine, unit):
    call = CallFactory(
        opens_at=timezone.now() - TO_DAY,
        closes_at=timezone.now() + 30 * TO_DAY,
        recommend_closes_at=timezone.now() + 60 * TO_DAY,
        content={
            "materials": [{"code": "A01", "name_zh": "执照"}],
            "periods": {"recommendation": {"length": 10, "unit": "calendar_day", "counts_first_day": False}},
        },
    )
    application = to_recommend(call=call)
    time_machine.move_to(application.first_submitted_at + 4 * TO_DAY)

    moved = redirected(application, unit)

    submitted_on = timezone.localdate(application.first_submitted_at)
    assert (moved.due_on - submitted_on).days == 14


def test_both_units_and_the_firm_are_told_and_nobody_else(in_english):
    application, unit = to_recommend(project_name="固态电池中试"), another_unit()
    before, lead = unit_of(application), application.started_by
    head = section_head()

    redirected(application, unit, head)

    told = {
        (notice.kind, notice.recipient_id) for notice in Notice.objects.exclude(recipient=application.submitted_by_id)
    }
    assert told == {
        ("redirected", lead.pk),
        ("redirected-here", unit.officer.pk),
        ("redirected-away", before.officer.pk),
        ("redirected-away", before.leader.pk),
    }
    firm_reads = words_of(Notice.objects.get(kind="redirected", recipient=lead)).text
    unit_reads = Notice.objects.get(kind="redirected-here")
    away = Notice.objects.filter(kind="redirected-away").first()
    assert str(application.recommender) in firm_reads
    assert "Suxian Bureau" in firm_reads
    assert all(REASON in words_of(notice).text for notice in (unit_reads, away))
    assert (unit_reads.address, away.address) == (f"/admin/subsidies/application/{application.pk}/change/", "")
    assert Delivery.objects.filter(notice__kind="redirected-here", channel="email").count() == 1


def test_nobody_is_told_of_a_redirect_that_is_rolled_back(application, unit):
    with suppress(RuntimeError), transaction.atomic():
        redirected(application, unit)
        raise RuntimeError

    assert Application.objects.get().recommender != unit.office
    assert not Notice.objects.filter(kind__startswith="redirected").exists()


def test_journal_timeline_and_the_page_of_the_firm_show_it(in_english, application, unit):
    head = section_head()
    prepared(application)
    old = application.recommender

    moved = redirected(application, unit, head)

    about = JournalEntry.objects.filter(object_type="subsidies.application", object_id=str(application.pk))
    entry = about.get(action="redirect")
    aside = JournalEntry.objects.get(object_type="subsidies.recommendation", action="set_aside")
    assert (entry.actor, entry.reason, entry.changes["recommender"]) == (head, REASON, [old.pk, unit.office.pk])
    assert (aside.actor, aside.reason, list(aside.changes)) == (head, REASON, ["set_aside_at"])
    happening = timeline_of(moved, unit.leader)[0]
    assert str(old) in happening.words
    assert str(unit.office) in happening.words
    assert happening.detail == REASON
    event = events_of(moved, list(moved.steps.all()))[0]
    assert (event.words, event.reason) == ("Passed on to another recommending unit", REASON)


# ---------------------------------------------------------------- what it refuses
@pytest.mark.parametrize("kind", ["clerk", "bureau_leader", "finance", "discipline", "administrator"])
def test_nobody_else_of_the_bureau_redirects(kind, application, unit):
    kinds = {"clerk": PersonKind.BUREAU_CLERK, "administrator": PersonKind.ADMINISTRATOR}
    person = user_of_kind(kinds.get(kind) or PersonKind(kind))

    with pytest.raises(PermissionDenied):
        redirected(application, unit, person)
    assert not Redirection.objects.exists()


@pytest.mark.parametrize("tie", ["firm", "signed", "prepared", "old unit"])
def test_a_head_who_is_tied_to_the_case_or_to_its_unit_does_not_redirect(tie, application, unit):
    head = section_head()
    if tie == "firm":
        MembershipFactory(user=head, organisation=application.organisation, role=MembershipRole.READER)
    if tie == "old unit":
        MembershipFactory(user=head, organisation=application.recommender, role=MembershipRole.OFFICER)
    if tie == "signed":
        application.submitted_by = head
        application.save()
    if tie == "prepared":
        Recommendation.objects.create(application=application, unit=application.recommender, prepared_by=head)

    with pytest.raises(PermissionDenied):
        redirected(application, unit, User.objects.get(pk=head.pk))


def test_a_head_takes_nothing_to_a_unit_of_their_own(application, unit):
    head = section_head()
    MembershipFactory(user=head, organisation=unit.office, role=MembershipRole.LEADER)

    with pytest.raises(MoveRefused) as refusal:
        redirected(application, unit, User.objects.get(pk=head.pk))
    assert refusal.value.code == "unit"


@pytest.mark.parametrize("which", ["same", "firm", "enterprise"])
def test_it_goes_to_another_unit_that_recommends(which):
    application = to_recommend(organisation=firm(kind=OrganisationKind.UNIVERSITY))
    chosen = {
        "same": application.recommender,
        "firm": application.organisation,
        "enterprise": firm(),
    }[which]

    with pytest.raises(MoveRefused) as refusal:
        redirecting.redirect(application, by=section_head(), unit=chosen, reason=REASON)
    assert refusal.value.code == "unit"


def test_a_unit_without_people_gets_nothing_to_recommend(application):
    empty = OrganisationFactory(kind=OrganisationKind.GOVERNMENT)

    with pytest.raises(MoveRefused) as refusal:
        redirecting.redirect(application, by=section_head(), unit=empty, reason=REASON)
    assert refusal.value.code == "people"


def test_a_unit_whose_quota_is_used_up_gets_none_that_it_could_only_decline(unit):
    call = CallFactory(quota_per_recommender=1)
    recommend_at(to_recommend(call=call, organisation=firm(recommender=unit.office)), unit)
    application, elsewhere = to_recommend(call=call), another_unit(name_zh="北湖区科技局")

    with pytest.raises(MoveRefused) as refusal:
        redirected(application, unit)

    assert refusal.value.code == "quota"
    assert "苏仙区科技局" in refusal.value.messages[0]
    assert redirected(application, elsewhere).recommender == elsewhere.office


def test_a_place_that_a_withdrawal_gave_back_can_be_redirected_to(unit):
    call = CallFactory(quota_per_recommender=1)
    first = recommend_at(to_recommend(call=call, organisation=firm(recommender=unit.office)), unit)
    withdrawing.withdraw(first, by=first.started_by, reason="方案有变")

    assert redirected(to_recommend(call=call), unit).recommender == unit.office


def test_nothing_is_redirected_once_the_period_for_recommendations_is_over(time_machine, application, unit):
    now = timezone.now()
    call = application.call
    call.opens_at, call.closes_at, call.recommend_closes_at = now - 9 * TO_DAY, now - 3 * TO_DAY, now - 2 * TO_DAY
    call.save()

    with pytest.raises(MoveRefused) as refusal:
        redirected(application, unit)
    assert refusal.value.code == "late"


@pytest.mark.parametrize("reason", ["", " \u202e "])
def test_a_redirect_has_a_reason(reason, application, unit):
    with pytest.raises(MoveRefused):
        redirecting.redirect(application, by=section_head(), unit=unit.office, reason=reason)


@pytest.mark.parametrize("state", [State.DRAFT, State.ACCEPTANCE, State.NOT_RECOMMENDED, State.WITHDRAWN])
def test_only_what_waits_for_its_recommendation_is_redirected(state, unit):
    application = ApplicationFactory(state=state)

    with pytest.raises(MoveRefused) as refusal:
        redirected(application, unit)
    assert refusal.value.code == "state"


def test_whoever_redirected_may_go_on_for_the_bureau_and_whoever_had_prepared_may_not(application, unit):
    clerk = staff(PersonKind.BUREAU_CLERK)
    Recommendation.objects.create(application=application, unit=application.recommender, prepared_by=clerk)
    head = section_head()
    redirected(application, unit, head)
    recommend_at(application, unit)

    with pytest.raises(PermissionDenied):
        accepting.accept(application, by=clerk)
    assert accepting.accept(application, by=head).state == State.FORM_CHECK


# ---------------------------------------------------------------- held by the database
def by_hand(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


MOVE_UNIT = "UPDATE subsidies_application SET recommender_id = %s, version = version + 1 WHERE id = %s"
OPINION = (
    "INSERT INTO subsidies_recommendation (application_id, unit_id, opinion, text, prepared_by_id, prepared_at, "
    "appeal_route, set_aside_at) VALUES (%s, %s, 'recommend', '', %s, %s, '', %s)"
)


def test_a_submitted_application_changes_its_unit_by_a_redirect_alone(application, unit):
    with pytest.raises(IntegrityError, match="unless it is redirected"):
        by_hand(MOVE_UNIT, unit.office.pk, application.pk)
    with pytest.raises(IntegrityError, match="unless it is redirected"):
        by_hand(MOVE_UNIT, unit.office.pk, ApplicationFactory(state=State.ACCEPTANCE).pk)


def test_a_redirect_to_one_unit_does_not_lead_to_another_one(application, unit):
    third = another_unit(name_zh="北湖区科技局")
    version = application.version + 1
    where = {"application": application, "version": version}
    Redirection.objects.create(**where, from_unit=application.recommender, to_unit=unit.office)
    application.steps.create(
        action="redirect",
        from_state=application.state,
        to_state=application.state,
        version=version,
        by=section_head(),
    )

    with pytest.raises(IntegrityError, match="unless it is redirected"):
        by_hand(MOVE_UNIT, third.office.pk, application.pk)
    by_hand(MOVE_UNIT, unit.office.pk, application.pk)


def test_an_open_opinion_of_the_old_unit_keeps_the_application_there(application, unit):
    prepared(application)
    version = application.version + 1
    where = {"application": application, "version": version}
    Redirection.objects.create(**where, from_unit=application.recommender, to_unit=unit.office)
    application.steps.create(
        action="redirect",
        from_state=application.state,
        to_state=application.state,
        version=version,
        by=section_head(),
    )

    with pytest.raises(IntegrityError, match="set aside"):
        by_hand(MOVE_UNIT, unit.office.pk, application.pk)


def test_an_opinion_comes_from_the_unit_that_the_application_waits_at(application, unit):
    now = as_kept(timezone.now())

    with pytest.raises(IntegrityError, match="comes from the unit"):
        by_hand(OPINION, application.pk, unit.office.pk, unit.officer.pk, now, None)
    with pytest.raises(IntegrityError, match="comes from the unit"):
        by_hand(OPINION, application.pk, application.recommender_id, unit.officer.pk, now, now)
    by_hand(OPINION, application.pk, application.recommender_id, unit.officer.pk, now, None)
    with pytest.raises(IntegrityError, match="comes from the unit"):
        by_hand("UPDATE subsidies_recommendation SET unit_id = %s", unit.office.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subsidies_recommendation SET text = 'x'",
        "UPDATE subsidies_recommendation SET set_aside_at = NULL",
        "DELETE FROM subsidies_recommendation",
        "UPDATE subsidies_redirection SET to_unit_id = from_unit_id",
        "DELETE FROM subsidies_redirection",
    ],
)
def test_what_was_set_aside_and_the_redirect_itself_stay_as_they_are(statement, application, unit):
    prepared(application)
    redirected(application, unit)

    with pytest.raises(IntegrityError):
        by_hand(statement)
    assert Recommendation.objects.get().set_aside_at is not None


def test_an_opinion_is_not_decided_and_set_aside_at_once(application):
    unit = prepared(application)
    opinion = Recommendation.objects.get()
    opinion.set_aside_at = opinion.decided_at = timezone.now()
    opinion.decided_by = unit.leader

    with pytest.raises(IntegrityError, match="recommendation_set_aside_undecided"):
        opinion.save()


def test_a_unit_is_redirected_to_another_one(application):
    with pytest.raises(IntegrityError, match="redirection_to_another_unit"):
        Redirection.objects.create(
            application=application, version=9, from_unit=application.recommender, to_unit=application.recommender
        )
