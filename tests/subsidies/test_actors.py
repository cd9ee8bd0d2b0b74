"""No move of a person goes on record without that person, and the walks know when somebody had no right to one."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import PersonKind
from subsidies import workflow
from subsidies.enums import Action, State
from subsidies.models import Application
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies import actors
from tests.subsidies.test_impartial import bind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", [action for action in Action if action not in actors.BY_NOBODY])
def test_no_move_of_a_person_is_made_by_nobody(action):
    application = ApplicationFactory(state=workflow.MOVES[action].sources[0])

    with pytest.raises(PermissionDenied):
        workflow.move(application, action, by=None)

    assert Application.objects.get().state == application.state


def test_the_moves_of_the_clock_are_told_by_hand():
    assert set(workflow.OF_THE_CLOCK) == actors.BY_NOBODY
    assert workflow.move(ApplicationFactory(state=State.CORRECTION), Action.LAPSE, by=None).state == State.LAPSED


def test_every_move_but_the_writers_own_has_its_right_by_hand():
    told = {*actors.BY_NOBODY, *actors.BY_THE_FIRM, *actors.BY_THE_UNIT, *actors.BY_THE_BUREAU}

    assert set(Action.values) - told == {"hand_over", "take_back"}


def step(application, by, action="accept"):
    since = actors.last_step()
    facts = {"from_state": application.state, "to_state": State.FORM_CHECK, "version": application.version + 1}
    application.steps.create(action=action, by=by, **facts)
    return list(actors.without_right(since))


def test_a_step_of_somebody_without_the_right_is_noticed():
    application = ApplicationFactory(state=State.ACCEPTANCE)
    clerk, leader, tied = staff(), staff(PersonKind.BUREAU_LEADER), staff()
    bind(tied, application, "partner")

    assert step(ApplicationFactory(state=State.ACCEPTANCE), clerk) == []
    for person in (leader, tied, application.started_by):
        assert len(step(ApplicationFactory(state=State.ACCEPTANCE) if person == leader else application, person)) == 1
        application.version += 1
