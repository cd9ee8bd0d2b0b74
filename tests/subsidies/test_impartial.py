"""Whoever is tied to an application takes no step on it for the bureau, whichever step and however they are tied."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from subsidies import appealing, cross_checks, deciding, drawing, meetings, panels, permissions, visiting
from subsidies.audiences import whose_turn
from subsidies.enums import AppealState, HitKind, Judgement, State
from subsidies.models import Application, BaseAnswer
from subsidies.ties import know_ties
from subsidies.turns import waiting_for
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory
from tests.factories_decision import ExpertFactory, appealed, seat, staff
from tests.factories_steps import recommended
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, put
from tests.subsidies.deciders import agenda, bureau, funded_call, recorded
from tests.subsidies.desk import to_recommend, unit_of
from tests.subsidies.panels import call_with, checked, experts
from tests.worlds import parts

pytestmark = pytest.mark.django_db

STEPS = (
    permissions.is_checker,
    permissions.is_confirmer,
    permissions.can_judge,
    permissions.can_waive,
    permissions.can_draw,
    permissions.can_run_review,
    permissions.can_visit,
    permissions.can_propose,
    permissions.can_stage,
    permissions.can_release,
    permissions.can_answer_appeal,
    permissions.can_publish_notice,
    permissions.can_answer_objection,
    permissions.can_issue_award,
    permissions.can_confirm_account,
    permissions.can_prepare_payment,
    permissions.can_approve_payment,
    permissions.can_execute_payment,
    permissions.can_decide_recovery,
    permissions.can_close,
    permissions.can_write_letter,
)
BONDS = (
    *("firm", "started", "signed", "advised", "prepared", "decided", "scored"),
    *("partner", "host", "operator", "host in the answers", "operator in the answers"),
)
KINDS = (PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.BUREAU_LEADER, PersonKind.FINANCE)


def bind(user, application, bond):
    """Ties the person to the application in this way."""
    if bond == "firm":
        MembershipFactory(user=user, organisation=application.organisation, role=MembershipRole.READER)
    elif bond == "started":
        put(application, started_by_id=user.pk)
    elif bond == "signed":
        put(application, submitted_by_id=user.pk)
    elif bond == "advised":
        yesterday = application.created_at - timedelta(days=1)
        application.guests.create(user=user, let_in_by=application.started_by, revoked_at=yesterday)
    elif bond in ("prepared", "decided"):
        recommended(application, **{f"{bond}_by": user})
    elif bond == "scored":
        seat(application, ExpertFactory(user=user))
    else:
        bind_to_body(user, application, bond)


def bind_to_body(user, application, part):
    body = OrganisationFactory()
    MembershipFactory(user=user, organisation=body, role=MembershipRole.READER)
    part, _in, in_answers = part.partition(" in the ")
    if in_answers:
        answer, _is_new = BaseAnswer.objects.get_or_create(application=application, defaults={"words": "某基地"})
        answer.bases.add(BaseFactory(**{part: body}))
        return
    project = ProjectFactory(base=None if part == "partner" else BaseFactory(**{part: body}))
    if part == "partner":
        project.partners.create(organisation=body, role="partner")
    put(application, project_id=project.pk)


class World(NamedTuple):
    application: Application
    other: Application
    people: list[User]


def make_world() -> World:
    application, other = (ApplicationFactory(state=State.DEFERRED) for _ in range(2))
    return World(application, other, [staff(kind) for kind in KINDS])


application, other, people = parts(World)


def anew(row):
    return type(row)._default_manager.get(pk=row.pk)


def steps_of(user, application):
    user, application = anew(user), anew(application)
    return [step.__name__ for step in STEPS if step(user, application)]


@pytest.mark.parametrize("bond", BONDS)
def test_whoever_is_tied_takes_no_step_and_is_awaited_in_none(bond, application, other, people):
    assert all(steps_of(person, application) for person in people)
    assert people[1] in whose_turn(application)

    for person in people:
        bind(person, application, bond)

        assert steps_of(person, application) == []
        assert steps_of(person, other)
        assert person not in whose_turn(application)
        awaited = {other} if person == people[1] else set()
        assert set(Application.objects.filter(waiting_for(anew(person)))) == awaited


def test_whoever_checked_it_stays_impartial():
    application, clerk = ApplicationFactory(state=State.REVIEWED), staff()
    application.checks.create(round=1, checked_by=clerk)

    assert "can_stage" in steps_of(clerk, application)


# ---------------------------------------------------------------- the unit
@pytest.mark.parametrize("bond", [bond for bond in BONDS if bond not in ("prepared", "decided", "scored")])
def test_an_officer_who_is_tied_does_not_recommend(bond):
    application = to_recommend()
    officer = unit_of(application).officer
    assert permissions.is_recommender(anew(officer), anew(application))

    bind(officer, application, bond)

    assert not permissions.is_recommender(anew(officer), anew(application))
    assert not Application.objects.filter(waiting_for(anew(officer))).exists()
    assert officer not in whose_turn(application)


@pytest.mark.parametrize("part", ["host", "operator"])
def test_a_unit_that_carries_the_base_recommends_all_the_same(part):
    application = to_recommend()
    officer = unit_of(application).officer
    put(application, project_id=ProjectFactory(base=BaseFactory(**{part: application.recommender})).pk)

    assert permissions.is_recommender(anew(officer), anew(application))
    assert Application.objects.filter(waiting_for(anew(officer))).exists()
    assert officer in whose_turn(application)


# ---------------------------------------------------------------- the verbs themselves
def hit_of(application):
    return application.hits.create(kind=HitKind.INVOICE, key="1", facts={"here": "1"})


def judge(person):
    application = ApplicationFactory(state=State.FORM_CHECK)
    judged = {"by": person, "judgement": Judgement.HARMLESS, "reason": "同一张"}
    return application, lambda: cross_checks.judge(hit_of(application), **judged)


def waive(person):
    application = ApplicationFactory(state=State.FORM_CHECK)
    waived = {"by": person, "reason": "同一张", "ends_on": shanghai_today()}
    return application, lambda: cross_checks.waive(hit_of(application), **waived)


def draw(person):
    call = call_with({"size": 1, "reserves": 0})
    (application,) = checked(call)
    return application, lambda: drawing.draw(call, [application], by=person)


def confirm_draw(person):
    call = call_with({"size": 1, "reserves": 0})
    (application,) = checked(call)
    experts("technical")
    drawn = drawing.draw(call, [application], by=staff())
    return application, lambda: drawing.confirm(drawn, by=person)


def release_seat(person):
    application = ApplicationFactory(state=State.REVIEW)
    sits = seat(application)
    return application, lambda: panels.release(sits, by=person, reason="不答复")


def redraw_seat(person):
    application = ApplicationFactory(state=State.REVIEW)
    return application, lambda: panels.redraw_seat(application, by=person)


def plan_visit(person):
    call = CallFactory(content={**SMALL_CONTENT, "visit": "before_panel"})
    application = ApplicationFactory(state=State.CHECKED, call=call)
    planned = {"visited_on": shanghai_today(), "place": "车间", "officers": [person, staff()]}
    return application, lambda: visiting.plan(application, by=person, **planned)


def stage(person):
    decision = on_agenda()
    return decision.application, lambda: recorded(decision, person)


def recuse(person):
    decision = on_agenda()
    member = decision.meeting.members.last()
    return decision.application, lambda: meetings.recuse(decision, member=member, by=person, reason="亲属任职")


def take_off(person):
    decision = on_agenda()
    return decision.application, lambda: meetings.take_off(decision, by=person, reason="材料待核")


def on_agenda():
    return agenda(bureau(), funded_call(), "80.00")[1][0]


def answer(person):
    application = ApplicationFactory(state=State.NOT_APPROVED)
    made = appealed(application, AppealState.OPEN)
    return application, lambda: appealing.answer(made, by=person, is_upheld=False, answer="维持")


VERBS = (
    (judge, PersonKind.SECTION_HEAD),
    (waive, PersonKind.BUREAU_LEADER),
    (draw, PersonKind.BUREAU_CLERK),
    (confirm_draw, PersonKind.SECTION_HEAD),
    (release_seat, PersonKind.SECTION_HEAD),
    (redraw_seat, PersonKind.SECTION_HEAD),
    (plan_visit, PersonKind.BUREAU_CLERK),
    (stage, PersonKind.BUREAU_CLERK),
    (recuse, PersonKind.BUREAU_CLERK),
    (take_off, PersonKind.SECTION_HEAD),
    (answer, PersonKind.BUREAU_LEADER),
)


@pytest.mark.parametrize(("verb", "kind"), VERBS, ids=lambda each: getattr(each, "__name__", None))
@pytest.mark.parametrize("bond", ["decided", "advised"])
def test_no_verb_lets_them(verb, kind, bond):
    person = staff(kind)
    application, do = verb(person)
    bind(person, application, bond)

    with pytest.raises(PermissionDenied):
        do()


def test_a_leader_who_scored_it_does_not_release_its_approval():
    people = bureau()
    _meeting, (decision,) = agenda(people, funded_call(), "80.00")
    recorded(decision, people.secretary)
    bind(people.leader, decision.application, "scored")

    with pytest.raises(deciding.MoveRefused) as refusal:
        deciding.release(decision.meeting, by=people.leader, minutes_number="郴科纪要〔2026〕3号")
    assert refusal.value.code == "interest"


# ---------------------------------------------------------------- the cost
def test_a_row_is_asked_twice_whatever_steps_are_asked_of_it(django_assert_num_queries):
    application, person = ApplicationFactory(state=State.REVIEWED), staff()
    person.get_all_permissions(), person.roles

    with django_assert_num_queries(2):
        for step in STEPS:
            step(person, application)


@pytest.mark.parametrize("count", [1, 4])
def test_many_rows_are_asked_at_once(count, django_assert_num_queries):
    rows, person = [ApplicationFactory(state=State.REVIEWED) for _ in range(count)], staff()
    person.get_all_permissions(), person.roles

    with django_assert_num_queries(2):
        know_ties(rows)
        assert all(permissions.is_impartial(person, row) for row in rows)
