"""Who may answer an objection is reminded three and one working days before its day, and nobody else."""

from datetime import timedelta

import pytest

from common.calendar import shanghai_today
from common.models import Notice
from subsidies.audiences import objection_answerers
from subsidies.enums import State
from subsidies.reminder_marks import days_left
from subsidies.reminders import remind_of_objection
from tests.factories_publicity import listed, objected
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.publicity.desk import house

pytestmark = pytest.mark.django_db


def reminded():
    return Notice.objects.filter(kind="objection-due")


def test_those_who_may_answer_are_reminded_once():
    people = house()
    notice = listed(ApplicationFactory(state=State.PUBLICITY_READY))
    objection = objected(notice.entries.get())
    day = objection.due_on
    while days_left(day, objection.due_on) < 1:
        day -= timedelta(days=1)

    first, second = (remind_of_objection(objection, day) for _time in range(2))

    assert (first, second) == (3, 0)
    assert set(reminded().values_list("recipient", flat=True)) == {
        people.publisher.pk,
        people.handler.pk,
        people.leader.pk,
    }


def test_nobody_is_reminded_of_what_is_far_or_answered():
    people = house()
    notice = listed(ApplicationFactory(state=State.PUBLICITY_READY))
    objection = objected(notice.entries.get(), due_on=shanghai_today() + timedelta(days=40))

    assert remind_of_objection(objection, shanghai_today()) == 0

    assert people.handler in objection_answerers(objection.entry.application)
    assert not reminded().exists()
