"""Who may make which move in which state, written out by hand: the table of moves is held against it."""

from contextlib import suppress
from typing import NamedTuple

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from subsidies.enums import Action, State
from subsidies.models import ApplicationGuest
from subsidies.workflow import MoveRefused, available_actions, refuse_unless_in
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_subsidies import ApplicationFactory, firm, person_of
from tests.worlds import in_state, parts

pytestmark = pytest.mark.django_db

# state: {move: the people who may make it}; whoever is not named may not, and a move that is not named is impossible.
EXPECTED = {
    "draft": {
        "hand_over": "administrator project_lead member",
        "submit": "administrator",
        "withdraw": "administrator project_lead",
    },
    "unit_review": {
        "take_back": "administrator project_lead",
        "submit": "administrator",
        "withdraw": "administrator project_lead",
    },
    "recommendation": {
        "return": "unit_officer unit_leader",
        "redirect": "section_head",
        "recommend": "unit_leader",
        "decline": "unit_leader",
        "withdraw": "administrator project_lead",
    },
    "acceptance": {
        "accept": "clerk section_head",
        "refuse": "section_head",
        "withdraw": "administrator project_lead",
    },
    "form_check": {
        "ask_correction": "clerk section_head",
        "pass_check": "section_head",
        "fail_check": "section_head",
        "withdraw": "administrator project_lead",
    },
    "correction": {
        "resubmit": "administrator",
        "lapse": "",  # the clock alone
        "withdraw": "administrator project_lead",
    },
    "checked": {"begin_review": "section_head", "withdraw": "administrator project_lead"},
    "review": {
        "finish_review": "",  # the last signature alone
        "withdraw": "administrator project_lead",
    },
    "reviewed": {"propose": "section_head", "withdraw": "administrator project_lead"},
    "meeting": {
        "take_off": "section_head",
        "approve": "bureau_leader",
        "defer": "bureau_leader",
        "reject": "bureau_leader",
        "withdraw": "administrator project_lead",
    },
    "deferred": {"propose": "section_head", "withdraw": "administrator project_lead"},
    "publicity_ready": {
        "publish": "section_head",
        "reconsider": "section_head bureau_leader",
        "annul": "section_head bureau_leader",
    },
    "publicity": {
        "take_down": "section_head bureau_leader",
        "clear": "",  # the clock alone
        "reconsider": "section_head bureau_leader",
        "annul": "section_head bureau_leader",
    },
    "cleared": {
        "award": "bureau_leader",
        "reconsider": "section_head bureau_leader",
        "annul": "section_head bureau_leader",
    },
    "awarded": {"confirm_account": "finance", "revoke": "bureau_leader"},
    "paying": {"settle": "finance", "revoke": "bureau_leader"},
    "paid": {"return_payment": "finance", "close": "clerk section_head", "recover": "bureau_leader"},
    "closed": {"recover": "bureau_leader"},
    "recovery": {"repay": "finance"},
    "recovered": {},
    "annulled": {},
    "not_approved": {"reopen": "section_head bureau_leader"},
    "not_recommended": {},
    "not_accepted": {},
    "form_rejected": {},
    "lapsed": {},
    "withdrawn": {},
}
PEOPLE = (
    "public",
    "nobody",  # signed in, without any post
    "stranger",  # the administrator of another firm
    "administrator",
    "project_lead",
    "member",
    "reader",
    "guest",
    "guest_no_more",
    "unit_officer",
    "unit_leader",
    "other_unit_officer",
    "other_unit_leader",
    "clerk",
    "section_head",
    "bureau_leader",
    "finance",
    "expert",
    "discipline",
    "system_administrator",
    "clerk_with_interest",
    "section_head_with_interest",
    "bureau_leader_with_interest",
    "unit_leader_with_interest",
)


class World(NamedTuple):
    people: dict[str, User | AnonymousUser]


def make_world() -> World:
    """A firm that has one application in each state."""
    own = firm()
    for state in State:
        ApplicationFactory(state=state, organisation=own)
    return World({kind: person(kind, own) for kind in PEOPLE})


(people,) = parts(World)


def person(kind, organisation):
    office = organisation.recommender
    if kind.endswith("_with_interest"):
        return _with_interest(kind.removesuffix("_with_interest"), organisation)
    if kind.startswith("guest"):
        return _guest(organisation, is_revoked=kind != "guest")
    posts = {
        "stranger": (firm(), MembershipRole.ADMINISTRATOR),
        "administrator": (organisation, MembershipRole.ADMINISTRATOR),
        "project_lead": (organisation, MembershipRole.PROJECT_LEAD),
        "member": (organisation, MembershipRole.MEMBER),
        "reader": (organisation, MembershipRole.READER),
        "unit_officer": (office, MembershipRole.OFFICER),
        "unit_leader": (office, MembershipRole.LEADER),
        "other_unit_officer": (firm().recommender, MembershipRole.OFFICER),
        "other_unit_leader": (firm().recommender, MembershipRole.LEADER),
    }
    if kind in posts:
        return person_of(*posts[kind])
    groups = {
        "clerk": PersonKind.BUREAU_CLERK,
        "section_head": PersonKind.SECTION_HEAD,
        "bureau_leader": PersonKind.BUREAU_LEADER,
        "finance": PersonKind.FINANCE,
        "expert": PersonKind.EXPERT,
        "discipline": PersonKind.DISCIPLINE,
        "system_administrator": PersonKind.ADMINISTRATOR,
    }
    if kind in groups:
        return user_of_kind(groups[kind])
    return {"public": AnonymousUser, "nobody": UserFactory}[kind]()


def _guest(organisation, *, is_revoked):
    guest = UserFactory()
    for application in organisation.applications.all():
        inviter = application.started_by
        revoked_at = application.created_at if is_revoked else None
        ApplicationGuest.objects.create(application=application, user=guest, let_in_by=inviter, revoked_at=revoked_at)
    return guest


def _with_interest(kind, organisation):
    """The same person also reads for the firm; roles are read once for an object, so the object is a new one."""
    user = person(kind, organisation)
    user.memberships.create(organisation=organisation, role=MembershipRole.READER)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("state", list(State), ids=str)
def test_each_person_may_make_the_moves_of_the_hand_written_table_and_no_other(state, people):
    application = in_state(state)
    expected = {(who, action) for action, named in EXPECTED[state.value].items() for who in named.split()}

    found = set()
    for who, user in people.items():
        if user.is_authenticated:
            found |= {(who, action.value) for action in available_actions(application, user)}

    assert found == expected


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("state", list(State), ids=str)
def test_each_state_has_the_moves_of_the_hand_written_table_and_no_other(state):
    application = in_state(state)
    found = []
    for action in Action:
        with suppress(MoveRefused):
            refuse_unless_in(application, action)
            found.append(action.value)

    assert sorted(found) == sorted(EXPECTED[state.value])


def test_the_hand_written_table_names_every_state_and_every_move():
    assert set(EXPECTED) == set(State.values)
    assert {action for moves in EXPECTED.values() for action in moves} == set(Action.values)


@pytest.mark.usefixtures("world")
def test_a_visitor_may_make_no_move_and_sees_no_application():
    for state in State:
        application = in_state(state)
        assert list(type(application).objects.visible_to(AnonymousUser())) == []
        assert list(type(application).objects.for_staff(UserFactory())) == []


def test_whoever_started_or_signed_a_file_takes_no_step_for_the_bureau_on_it():
    application = ApplicationFactory(state=State.ACCEPTANCE)
    head = user_of_kind(PersonKind.SECTION_HEAD)
    for name in ("started_by", "submitted_by"):
        own = ApplicationFactory(state=State.ACCEPTANCE)
        setattr(own, name, head)
        assert available_actions(own, head) == []
    assert available_actions(application, head) == [Action.ACCEPT, Action.REFUSE]
