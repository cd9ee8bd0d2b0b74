from datetime import date
from decimal import Decimal

import pytest

from subsidies.content import CallContent
from subsidies.prefill import SOURCES, from_registry, prefilled, source_label
from tests.factories import ProjectFactory
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm

pytestmark = pytest.mark.django_db


def form(**kinds):
    fields = [
        {"id": source.replace(".", "_"), "type": kind, "label_zh": source, "prefill": source}
        for source, kind in ((name.replace("__", "."), kind) for name, kind in kinds.items())
    ]
    return {"sections": [{"id": "unit", "title_zh": "单位", "fields": fields}]}


def test_what_the_registry_knows_of_the_firm_and_the_project_fills_the_form():
    content = form(
        organisation__name_zh="text",
        organisation__credit_code="text",
        organisation__registered_division="text",
        organisation__registered_capital_yuan="money",
        organisation__established_on="date",
        project__investment_yuan="money",
        project__is_own_pilot="yes_no",
        project__trl_out="trl",
        project__ended_on="date",
    )
    own = firm(
        name_zh="郴州甲公司",
        credit_code="91431000MA4L16JQ9B",
        registered_capital_yuan=Decimal("5000000"),
        established_on=date(2018, 5, 1),
    )
    project = ProjectFactory(investment_yuan=Decimal("9000000"), is_own_pilot=False, trl_out=7, ended_on=None)

    assert prefilled(CallContent.from_json(content), own, project) == {
        "organisation_name_zh": "郴州甲公司",
        "organisation_credit_code": "91431000MA4L16JQ9B",
        "organisation_registered_division": "临武县",
        "organisation_registered_capital_yuan": "5000000.00",
        "organisation_established_on": "2018-05-01",
        "project_investment_yuan": "9000000.00",
        "project_is_own_pilot": False,
        "project_trl_out": 7,
    }


def test_without_a_project_only_the_firm_is_known():
    content = CallContent.from_json(form(organisation__name_zh="text", project__investment_yuan="money"))

    assert list(prefilled(content, firm())) == ["organisation_name_zh"]


@pytest.mark.parametrize(
    "source", ["organisation.verified_by", "organisation.licence", "user.email", "organisation", ""]
)
def test_nothing_but_the_listed_sources_can_be_read(source):
    content = form(organisation__name_zh="text")
    content["sections"][0]["fields"][0]["prefill"] = source

    assert source not in SOURCES
    assert prefilled(CallContent.from_json(content), firm()) == {}


def test_what_does_not_fit_the_field_is_left_out():
    content = CallContent.from_json(form(organisation__name_zh="integer"))

    assert prefilled(content, firm(name_zh="郴州甲公司")) == {}


def test_an_answer_is_the_registrys_until_somebody_changes_it():
    call = CallFactory(content=form(organisation__name_zh="text", organisation__legal_representative="text"))
    own = firm(name_zh="郴州甲公司", legal_representative="王某")
    data = {"organisation_name_zh": "郴州甲公司", "organisation_legal_representative": "赵某"}
    application = ApplicationFactory(call=call, organisation=own, data=data)

    assert from_registry(application, application.call_version.parsed) == {"organisation_name_zh"}


def test_every_source_can_be_read():
    own, project = firm(), ProjectFactory()
    for source in SOURCES:
        content = CallContent.from_json(form(**{source.replace(".", "__"): "long_text"}))
        prefilled(content, own, project)


@pytest.mark.parametrize(
    ("source", "label"),
    [("organisation.credit_code", "单位：统一社会信用代码"), ("project.base", "中试项目：承担基地")],
)
def test_a_source_is_named_as_the_registry_names_it(source, label):
    assert source_label(source) == label


def test_every_source_has_a_name_of_its_own():
    assert len({source_label(source) for source in SOURCES}) == len(SOURCES)
