from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext

from accounts.enums import OrganisationKind, PersonKind
from bases import workflow
from bases.enums import State
from bases.models import Base, BaseFigure, BaseTitle, SafetyPermit
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.bases.test_import_bases import sentences, sheet, upload
from tests.factories import BaseFactory, EquipmentFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, user_of_kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
FUTURE, TOO_EARLY = "The day lies in the future.", "The day lies before 1 October 1949."
TOGETHER = "Give the day of the verification and the office that verified together."


@pytest.fixture
def today():
    with time_machine.travel("2026-11-22T17:00:00Z"), translation.override("en"):  # the 23rd in Shanghai
        yield


def refusals(row):
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    return refusal.value.message_dict


@pytest.fixture
def client():
    return client_of(staff())


def in_chinese(sentence, **words):
    with translation.override("zh-hans"):
        return gettext(sentence) % words


@pytest.mark.parametrize(("day", "sentence"), [(TOMORROW, FUTURE), (date(1949, 9, 30), TOO_EARLY)])
def test_a_base_is_founded_between_1949_and_today(day, sentence):
    base = BaseFactory()
    base.founded_on = day

    assert refusals(base) == {"founded_on": [sentence]}


@pytest.mark.parametrize("day", [TODAY, date(1949, 10, 1), None])
def test_the_first_and_the_last_day_count(day):
    BaseFactory(founded_on=day).full_clean()


def test_a_verification_has_a_day_that_has_come_and_an_office():
    base, office = BaseFactory(), OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    base.verified_on = TODAY
    alone = refusals(base)
    base.verified_by, base.verified_on = office, TOMORROW
    early = refusals(base)
    base.verified_on = TODAY
    base.full_clean()

    assert (alone, early) == ({"__all__": [TOGETHER]}, {"verified_on": [FUTURE]})


def test_the_verification_of_a_figure_follows_the_same_rule():
    figure = BaseFigure(base=BaseFactory(), field="area_m2", source=SourceFactory(), verified_on=TODAY)
    alone = refusals(figure)
    figure.verified_by, figure.verified_on = OrganisationFactory(kind=OrganisationKind.GOVERNMENT), TOMORROW

    assert (alone, refusals(figure)) == ({"__all__": [TOGETHER]}, {"verified_on": [FUTURE]})


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"founded_on": date(1949, 9, 30)}, "base_founded_from_1949"),
        ({"verified_on": TODAY}, "base_verified_when_and_by_whom"),
    ],
)
def test_the_database_keeps_the_rules_that_need_no_clock(values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        BaseFactory(**values)


def test_nothing_is_bought_or_issued_in_the_future():
    base = BaseFactory()
    rows = [
        EquipmentFactory.build(base=base, bought_on=TOMORROW),
        BaseTitle(base=base, level="municipal", name_zh="市级中试基地", issued_on=TOMORROW),
        SafetyPermit(base=base, name="安全许可", issued_on=TOMORROW),
    ]

    assert [list(refusals(row).values()) for row in rows] == [[[FUTURE]]] * 3


def test_a_rectification_ends_within_two_years():
    head, base = user_of_kind(PersonKind.SECTION_HEAD), BaseFactory()
    last = TODAY + timedelta(days=731)

    with pytest.raises(workflow.MoveRefused) as refusal:
        workflow.warn(base, by=head, reason="缺年报", rectify_until=last + timedelta(days=1))

    assert refusal.value.messages == ["The rectification must end within two years."]
    assert workflow.warn(base, by=head, reason="缺年报", rectify_until=last).state == State.WARNED


def test_the_desk_shows_the_sentence_beside_the_day(client):
    base = BaseFactory(state=State.DRAFT)

    answer = client.post(change_url(base), filled(client, change_url(base), founded_on="1900-01-01"))

    assert answer.context["adminform"].form.errors == {"founded_on": [in_chinese(TOO_EARLY)]}


def test_an_import_says_which_day_is_wrong(client):
    answer = upload(client, sheet({"name_zh": "甲", "kind": "public", "founded_on": "2026-11-24"}))

    assert (sentences(answer), Base.objects.count()) == ([in_chinese(FUTURE)], 0)
