"""Which bases of the registry the answers of an application name, kept in step with the answers and the registry."""

import pytest

from accounts.enums import PersonKind
from bases.models import Base
from chenzhou_pilot.demo.clearing import clear
from subsidies import drafting, permissions
from subsidies.concerned import concerned_by
from subsidies.enums import State
from subsidies.models import Application, BaseAnswer
from subsidies.named_bases import bases_of
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.panels import call_with
from tests.subsidies.test_bound_experts import SECTION

pytestmark = pytest.mark.django_db


def written(typed: str, **fields: object) -> Application:
    call = call_with({"size": 1, "reserves": 0}, sections=[SECTION])
    return ApplicationFactory(call=call, project=None, data={"base": typed}, **fields)


def named(application: Application) -> list[Base]:
    return bases_of(Application.objects.get(pk=application.pk))


def test_by_name_by_code_and_within_a_sentence():
    base, _other = BaseFactory(name_zh="宜章氟化工中试基地"), BaseFactory(name_zh="桂东光电中试基地")

    assert named(written("宜章氟化工 中试基地")) == [base]
    assert named(written(f"编号 {base.code}")) == [base]
    assert named(written("在宜章氟化工中试基地二车间")) == [base]
    assert named(written("本厂")) == []


def test_another_answer_names_another_base():
    base, other = BaseFactory(name_zh="宜章氟化工中试基地"), BaseFactory(name_zh="桂东光电中试基地")
    application = written("宜章氟化工中试基地")
    writer = person_of(application.organisation)

    for typed, expected in (("桂东光电中试基地", [other]), ("", []), ("宜章氟化工中试基地", [base])):
        version = Application.objects.get(pk=application.pk).version
        drafting.save_answers(application, {"base": typed}, by=writer, seen=version)
        assert named(application) == expected


def test_a_base_that_comes_later_or_changes_its_name():
    application, other = written("宜章氟化工中试基地"), written("本厂")
    base = BaseFactory(name_zh="宜章氟化工中试基地")
    assert (named(application), named(other)) == ([base], [])

    base.name_zh = "宜章新材料中试基地"
    base.save()

    assert (named(application), named(other)) == ([], [])


def test_the_base_of_the_project_counts_beside_it_and_each_once():
    base, other = BaseFactory(name_zh="宜章氟化工中试基地"), BaseFactory(name_zh="桂东光电中试基地")
    application = written("宜章氟化工中试基地、桂东光电中试基地")
    application.project = ProjectFactory(base=base)
    application.save()

    assert named(application) == [base, other]


def test_a_form_that_asks_for_no_base_keeps_nothing():
    BaseFactory(name_zh="宜章氟化工中试基地")

    ApplicationFactory(data={"base": "宜章氟化工中试基地"})

    assert not BaseAnswer.objects.exists()


def test_a_demonstration_base_goes_whoever_named_it():
    BaseFactory(name_zh="宜章氟化工中试基地", is_demo=True, host=None, operator=None)
    application = written("宜章氟化工中试基地")

    clear()

    assert (named(application), BaseAnswer.objects.count()) == ([], 1)


def test_host_and_operator_are_among_those_concerned():
    host, operator = OrganisationFactory(), OrganisationFactory()
    BaseFactory(name_zh="宜章氟化工中试基地", host=host, operator=operator)
    application = written("宜章氟化工中试基地")

    assert [each.organisation for each in concerned_by(application)] == [application.organisation, host, operator]


def test_their_people_take_no_step_for_the_bureau():
    body, clerk, other = OrganisationFactory(), staff(), staff(PersonKind.BUREAU_CLERK)
    BaseFactory(name_zh="宜章氟化工中试基地", host=body)
    MembershipFactory(user=clerk, organisation=body)
    application = written("宜章氟化工中试基地", state=State.FORM_CHECK)

    assert not permissions.is_checker(clerk, application)
    assert permissions.is_checker(other, application)
