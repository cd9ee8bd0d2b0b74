"""Who is told what: the table by hand, once for every move there is."""

from datetime import date
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.urls import resolve
from django.utils import timezone, translation

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.models import Delivery, Notice
from common.notices import words_of
from subsidies import checking, correcting, recommending, withdrawing, workflow
from subsidies.enums import BEING_DECIDED, Action, Opinion, Outcome, State, Verdict
from subsidies.models import ApplicationGuest, ApplicationStep, Comment, Recommendation
from subsidies.notices import address_of, tell_of_comment, tell_of_move
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_decision import decided
from tests.factories_subsidies import ApplicationFactory, firm, person_of
from tests.subsidies.desk import checked
from tests.worlds import in_state

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    """Everyone who could be told of an application, and two who never are."""

    application: object
    people: dict[str, User]

    def told(self):
        """Kinds by person, as far as anybody was told."""
        names = {person.pk: name for name, person in self.people.items()}
        found = {}
        for notice in Notice.objects.order_by("kind", "recipient_id"):
            found.setdefault(notice.kind, set()).add(names[notice.recipient_id])
        return found


def make_world() -> dict[str, dict[str, int]]:
    """An application in each state of the table; the keys of its people by their names."""
    bureau = {
        "clerk": user_of_kind(PersonKind.BUREAU_CLERK),
        "other clerk": user_of_kind(PersonKind.BUREAU_CLERK),
        "head": user_of_kind(PersonKind.SECTION_HEAD),
        "chief": user_of_kind(PersonKind.BUREAU_LEADER),
        "finance": user_of_kind(PersonKind.FINANCE),
        "other firm": person_of(firm()),
        "other unit": person_of(firm().recommender, MembershipRole.OFFICER),
    }
    states = sorted({state for _action, state, _who, _expected in TABLE})
    return {state: {name: person.pk for name, person in {**of_one_in(state), **bureau}.items()} for state in states}


def of_one_in(state):
    """The people of an application that is in this state: of the firm, its guests, and of the unit."""
    organisation = firm()
    lead = person_of(organisation, MembershipRole.PROJECT_LEAD)
    name_like_no_other = uuid4().hex
    application = ApplicationFactory(
        organisation=organisation, started_by=lead, state=state, project_name=name_like_no_other
    )
    people = {
        "signatory": application.submitted_by or person_of(organisation),
        "lead": lead,
        "member": person_of(organisation, MembershipRole.MEMBER),
        "reader": person_of(organisation, MembershipRole.READER),
        "guest": UserFactory(),
        "former guest": UserFactory(),
        "officer": person_of(application.recommender, MembershipRole.OFFICER),
        "leader": person_of(application.recommender, MembershipRole.LEADER),
    }
    guests = ApplicationGuest.objects
    guests.create(application=application, user=people["guest"], let_in_by=lead)
    guests.create(application=application, user=people["former guest"], let_in_by=lead, revoked_at=timezone.now())
    return people


@pytest.fixture
def world_in(world):
    def found(state):
        users = User.objects.in_bulk(world[state].values())
        return World(in_state(state), {name: users[key] for name, key in world[state].items()})

    return found


def tell(application, action, before, **given):
    """Of a move into the state that the table names, whatever state the application is in."""
    step = ApplicationStep(application=application, action=action, from_state=before, **given)
    step.to_state, step.at = workflow.MOVES[action].target, application.state_since
    step.save()
    tell_of_move(step)
    return step


WRITERS = {"signatory", "lead", "member", "guest"}
FIRM = {"signatory", "lead", "member"}
CLERKS = {"clerk", "other clerk"}
UNIT_TOLD = {"outcome-for-unit": {"officer", "leader"}}

# Action, state it starts from, who makes it, and who is told what.
TABLE = [
    (Action.HAND_OVER, State.DRAFT, "lead", {"signature-wanted": {"signatory"}}),
    (Action.TAKE_BACK, State.UNIT_REVIEW, "signatory", {"given-back": WRITERS - {"signatory"}}),
    (
        Action.SUBMIT,
        State.UNIT_REVIEW,
        "signatory",
        {"submitted": FIRM, "recommendation-wanted": {"officer"}},
    ),
    (Action.RETURN, State.RECOMMENDATION, "officer", {"returned": WRITERS}),
    (Action.RECOMMEND, State.RECOMMENDATION, "leader", {"recommended": FIRM, "acceptance-wanted": CLERKS}),
    (Action.DECLINE, State.RECOMMENDATION, "leader", {"not-recommended": FIRM}),
    (Action.ACCEPT, State.ACCEPTANCE, "clerk", {"accepted": FIRM, "check-wanted": {"other clerk"}}),
    (Action.REFUSE, State.ACCEPTANCE, "head", {"not-accepted": FIRM, "outcome-for-unit": {"officer", "leader"}}),
    (Action.RESUBMIT, State.CORRECTION, "signatory", {"corrected": FIRM - {"signatory"}, "check-again": CLERKS}),
    (Action.PASS_CHECK, State.FORM_CHECK, "head", {"passed": FIRM, "outcome-for-unit": {"officer", "leader"}}),
    (Action.FAIL_CHECK, State.FORM_CHECK, "head", {"check-failed": FIRM, "outcome-for-unit": {"officer", "leader"}}),
    (
        Action.LAPSE,
        State.CORRECTION,
        None,
        {"lapsed": FIRM, "ended-in-bureau": CLERKS, "outcome-for-unit": {"officer", "leader"}},
    ),
    (Action.BEGIN_REVIEW, State.CHECKED, "head", {"under-review": FIRM}),
    (Action.FINISH_REVIEW, State.REVIEW, None, {"review-finished": {"head"}}),
    (Action.PROPOSE, State.REVIEWED, "head", {}),
    (Action.TAKE_OFF, State.MEETING, "head", {}),
    (
        Action.APPROVE,
        State.MEETING,
        "chief",
        {"proposed-for-support": FIRM, "public-notice-wanted": CLERKS, "outcome-for-unit": {"officer", "leader"}},
    ),
    (Action.REOPEN, State.NOT_APPROVED, "chief", {"taken-up-again": FIRM}),
    (Action.PUBLISH, State.PUBLICITY_READY, "head", {"in-public-notice": FIRM}),
    (Action.TAKE_DOWN, State.PUBLICITY, "head", {"out-of-public-notice": FIRM}),
    (
        Action.CLEAR,
        State.PUBLICITY,
        None,
        {"public-notice-over": FIRM, "award-document-wanted": CLERKS | {"head"}},
    ),
    (Action.RECONSIDER, State.PUBLICITY, "chief", {"decided-anew": FIRM, "review-finished": {"head"}}),
    (Action.ANNUL, State.PUBLICITY, "head", {"annulled": FIRM, **UNIT_TOLD}),
    (Action.AWARD, State.CLEARED, "chief", {"awarded": FIRM, **UNIT_TOLD}),
    (Action.REVOKE, State.AWARDED, "chief", {"award-revoked": FIRM, **UNIT_TOLD}),
    (Action.CONFIRM_ACCOUNT, State.AWARDED, None, {"account-confirmed": FIRM, "payment-wanted": {"finance"}}),
    (Action.SETTLE, State.PAYING, "finance", {"paid": FIRM, **UNIT_TOLD}),
    (Action.RETURN_PAYMENT, State.PAID, "finance", {"payment-returned": FIRM}),
    (Action.CLOSE, State.PAID, "clerk", {"case-closed": FIRM}),
    (Action.RECOVER, State.PAID, "chief", {"recovery-decided": FIRM, **UNIT_TOLD}),
    (Action.REPAY, State.RECOVERY, "finance", {"recovered": FIRM}),
    (Action.WITHDRAW, State.DRAFT, "lead", {"withdrawn": WRITERS - {"lead"}}),
    (
        Action.WITHDRAW,
        State.RECOMMENDATION,
        "lead",
        {"withdrawn": WRITERS - {"lead"} | {"officer", "leader"}},
    ),
    *[
        (Action.WITHDRAW, state, "lead", {"withdrawn": WRITERS - {"lead"} | CLERKS})
        for state in (State.ACCEPTANCE, State.FORM_CHECK, State.CORRECTION, *BEING_DECIDED)
    ],
]


@pytest.mark.parametrize(
    ("action", "state", "who", "expected"),
    TABLE,
    ids=lambda each: str([*each]) if isinstance(each, dict) else str(each),
)
def test_whom_each_move_concerns_is_told_and_nobody_else(world_in, action, state, who, expected):
    world = world_in(state)

    tell(world.application, action, state, by=world.people.get(who), reason="理由")

    assert world.told() == expected


def test_every_move_has_its_line():
    asked = {action for action, _state, _who, _expected in TABLE}

    # These need a record beside them; see below.
    assert asked == set(Action) - {Action.ASK_CORRECTION, Action.REDIRECT, Action.DEFER, Action.REJECT}


def test_an_application_withdrawn_from_each_state_is_known_to_the_table():
    states = {state for action, state, _who, _expected in TABLE if action == Action.WITHDRAW}

    assert states == set(workflow.MOVES[Action.WITHDRAW].sources) - {State.UNIT_REVIEW}


@pytest.mark.parametrize(
    ("action", "verdict", "more", "expected"),
    [
        (Action.DEFER, Verdict.DEFER, {"deferral": "budget"}, {"deferred": FIRM}),
        (
            Action.REJECT,
            Verdict.REJECT,
            {"appeal_route": "机关纪委", "appeal_until": date(2026, 12, 31)},
            {"not-approved": FIRM, "outcome-for-unit": {"officer", "leader"}},
        ),
    ],
)
def test_a_decision_is_told_with_its_reason(world_in, action, verdict, more, expected):
    world = world_in(State.MEETING)
    decided(world.application, verdict, reason="理由", **more)

    tell(world.application, action, State.MEETING, by=world.people["chief"], reason="理由")

    assert world.told() == expected


# ---------------------------------------------------------------- through the verbs
def test_the_firm_is_told_once_of_everything_to_be_corrected(world_in, in_english):
    world = world_in(State.FORM_CHECK)
    clerk = world.people["clerk"]
    checked(world.application, clerk)

    correction = correcting.ask(
        world.application,
        by=clerk,
        items=[correcting.Asked("contact_name", "请更正"), correcting.Asked("A01", "请重传")],
    )

    notice = Notice.objects.filter(recipient=world.people["guest"]).get()
    assert world.told() == {"correction-wanted": WRITERS}
    assert notice.facts["due_on"] == correction.due_on.isoformat()
    assert "2 items have to be mended" in words_of(notice).text
    assert Delivery.objects.filter(notice__kind="correction-wanted", channel="email").count() == 4


def test_a_firm_that_is_not_recommended_reads_the_reason_and_the_route_of_appeal(world_in):
    world = world_in(State.RECOMMENDATION)
    officer, leader = world.people["officer"], world.people["leader"]
    recommending.prepare(
        world.application, by=officer, opinion=Opinion.DECLINE, text="缺少中试线", appeal_route="向市科技局申诉"
    )

    recommending.decline(world.application, by=leader)

    notice = Notice.objects.get(kind="not-recommended", recipient=world.people["lead"])
    assert (notice.facts["reason"], notice.facts["appeal"]) == ("缺少中试线", "向市科技局申诉")


def test_leaders_hear_once_of_an_opinion_however_often_it_is_changed(world_in):
    world = world_in(State.RECOMMENDATION)
    for text in ("属实", "属实，同意推荐"):
        recommending.prepare(world.application, by=world.people["officer"], opinion=Opinion.RECOMMEND, text=text)

    assert world.told() == {"decision-wanted": {"leader"}}
    assert Notice.objects.count() == 1


def test_a_leader_who_prepared_it_is_not_asked_to_decide(world_in):
    world = world_in(State.RECOMMENDATION)

    recommending.prepare(world.application, by=world.people["leader"], opinion=Opinion.RECOMMEND, text="属实")

    assert world.told() == {}


def test_section_heads_hear_of_a_proposal_and_the_clerk_of_a_disagreement(world_in):
    world = world_in(State.FORM_CHECK)
    checked(world.application, world.people["clerk"], C1=Outcome.PASS)
    checking.propose(world.application, by=world.people["clerk"], outcome=Outcome.PASS)
    proposed = world.told()

    checking.disagree(world.application, by=world.people["head"], reason="请再看发票")

    assert proposed == {"confirmation-wanted": {"head"}}
    assert world.told() == {"confirmation-wanted": {"head"}, "look-again": {"clerk"}}
    assert Notice.objects.get(kind="look-again").facts["reason"] == "请再看发票"


def test_only_the_clerk_who_began_the_check_is_asked_to_check_again(world_in):
    world = world_in(State.FORM_CHECK)
    checking.begin(world.application, by=world.people["other clerk"])

    tell(world.application, Action.RESUBMIT, State.CORRECTION, by=world.people["signatory"])

    assert world.told()["check-again"] == {"other clerk"}


def test_a_withdrawal_names_who_and_why(world_in):
    world = world_in(State.RECOMMENDATION)

    withdrawing.withdraw(world.application, by=world.people["lead"], reason="方案有变")

    notice = Notice.objects.get(recipient=world.people["officer"])
    assert (notice.facts["by"], notice.facts["reason"]) == (str(world.people["lead"]), "方案有变")


# ---------------------------------------------------------------- who is left out
def test_nobody_of_the_bureau_is_asked_to_decide_on_a_firm_of_their_own(world_in):
    world = world_in(State.RECOMMENDATION)
    world.application.organisation.memberships.create(user=world.people["clerk"], role=MembershipRole.READER)

    tell(world.application, Action.RECOMMEND, State.RECOMMENDATION, by=world.people["leader"])

    assert world.told()["acceptance-wanted"] == {"other clerk"}


def test_whoever_recommended_is_not_asked_to_check(world_in):
    world = world_in(State.RECOMMENDATION)
    Recommendation.objects.create(
        application=world.application, unit=world.application.recommender, prepared_by=world.people["clerk"]
    )

    tell(world.application, Action.RECOMMEND, State.RECOMMENDATION, by=world.people["leader"])

    assert world.told()["acceptance-wanted"] == {"other clerk"}


def test_people_who_have_left_are_not_told(world_in):
    world = world_in(State.RECOMMENDATION)
    world.application.organisation.memberships.filter(user=world.people["member"]).get().delete()
    suspended = world.application.organisation.memberships.get(user=world.people["lead"])
    suspended.is_active = False
    suspended.save()

    tell(world.application, Action.RETURN, State.RECOMMENDATION, by=world.people["officer"])

    assert world.told() == {"returned": {"signatory", "guest"}}


def test_the_leader_is_asked_where_the_unit_has_no_officer(world_in):
    world = world_in(State.UNIT_REVIEW)
    world.application.recommender.memberships.get(user=world.people["officer"]).delete()

    tell(world.application, Action.SUBMIT, State.UNIT_REVIEW, by=world.people["signatory"])

    assert world.told()["recommendation-wanted"] == {"leader"}


def test_section_heads_are_asked_where_there_is_no_clerk(world_in):
    world = world_in(State.RECOMMENDATION)
    for name in CLERKS:
        world.people[name].groups.clear()

    tell(world.application, Action.RECOMMEND, State.RECOMMENDATION, by=world.people["leader"])

    assert world.told()["acceptance-wanted"] == {"head"}


# ---------------------------------------------------------------- words and addresses
def test_a_comment_is_told_inside_the_firm_without_its_words(world_in):
    world = world_in(State.DRAFT)
    said = Comment.objects.create(application=world.application, text="底价是八百万", by=world.people["member"])

    tell_of_comment(said)

    notice = Notice.objects.first()
    assert world.told() == {"commented": WRITERS - {"member"}}
    assert "底价" not in str(notice.facts)


def test_no_official_is_named_to_the_firm(world_in):
    world = world_in(State.RECOMMENDATION)

    tell(world.application, Action.RETURN, State.RECOMMENDATION, by=world.people["officer"], reason="r")

    notice = Notice.objects.get(recipient=world.people["lead"])
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert str(world.people["officer"]) not in " ".join(words_of(notice))


@pytest.mark.parametrize(
    ("is_for_desk", "route"),
    [(False, "subsidies:application_detail"), (True, "admin:subsidies_application_change")],
)
def test_each_side_is_led_to_its_own_page(world_in, is_for_desk, route):
    application = world_in(State.RECOMMENDATION).application

    assert resolve(address_of(application, is_for_desk=is_for_desk)).view_name == route


def test_a_move_that_is_undone_tells_nobody(world_in):
    world = world_in(State.RECOMMENDATION)

    with pytest.raises(workflow.MoveRefused):
        recommending.recommend(world.application, by=world.people["leader"])

    assert world.told() == {}


def test_telling_of_a_submission_takes_few_queries(world_in, django_assert_num_queries):
    world = world_in(State.UNIT_REVIEW)
    step = tell(world.application, Action.TAKE_BACK, State.UNIT_REVIEW, by=world.people["signatory"])
    Notice.objects.all().delete()

    with django_assert_num_queries(13):  # of them two for who is tied to the case and may not act on it
        tell(step.application, Action.SUBMIT, State.UNIT_REVIEW, by=world.people["signatory"])
