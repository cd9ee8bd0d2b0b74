import re

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from accounts.enums import MembershipRole
from subsidies.content import CallContent
from subsidies.eligibility import asked_fields, assess, overall
from subsidies.models import Application
from subsidies.rules import Verdict
from subsidies.self_check import COOKIE, opened, sealed
from tests.factories import ProjectFactory
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import SMALL_CONTENT, CallFactory, firm, person_of
from tests.subsidies.calls import client_for, draft_call

CONTENT = CallContent.from_json(SMALL_CONTENT)
GOOD = {"own_pilot": True, "trl_after": 7, "line_in_city": True}


def verdicts(answers):
    return {finding.criterion.id: str(finding.verdict) for finding in assess(CONTENT, answers)}


def test_the_questions_are_the_fields_that_conditions_ask_about_in_the_order_of_the_form():
    assert [field.id for field in asked_fields(CONTENT)] == ["own_pilot", "trl_after", "line_in_city", "sales_yuan"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ["unknown", "unknown", "unknown", "unknown"]),
        (GOOD, ["met", "met", "met", "unknown"]),
        ({**GOOD, "trl_after": 6, "line_in_city": False}, ["met", "not_met", "unknown", "unknown"]),
        ({"line_in_city": False, "sales_yuan": "9999999.99"}, ["unknown", "unknown", "not_met", "unknown"]),
        ({"line_in_city": False, "sales_yuan": "10000000.00"}, ["unknown", "unknown", "met", "unknown"]),
    ],
)
def test_each_condition_is_met_not_met_or_cannot_be_told(answers, expected):
    assert list(verdicts(answers).values()) == expected


def test_a_condition_that_cannot_be_told_names_the_answers_that_would_tell():
    findings = {finding.criterion.id: finding for finding in assess(CONTENT, {"line_in_city": False})}

    assert [field.id for field in findings["E6"].unanswered] == ["sales_yuan"]
    assert (findings["E8"].is_for_person, findings["E8"].unanswered) == (True, ())


def failed(rule, answers):
    content = CallContent.from_json({**SMALL_CONTENT, "criteria": [{"id": "E1", "text_zh": "条件", "rule": rule}]})
    with override("en"):
        [finding] = assess(content, answers)
        return [([(field.id, words) for field, words in part.answers], part.needed) for part in finding.failed]


OWN, LEVEL = {"field": "own_pilot", "is": "yes"}, {"field": "trl_after", "is": "at_least", "value": "7"}
LINE = {"field": "line_in_city", "is": "yes"}


def test_a_condition_that_is_not_met_names_each_answer_that_failed_and_what_is_needed():
    answers = {"own_pilot": False, "trl_after": 6, "line_in_city": True}

    assert failed({"all": [OWN, LEVEL, LINE]}, answers) == [
        ([("own_pilot", "No")], "“Run by the firm itself” is yes"),
        ([("trl_after", "level 6")], "“Readiness after” is at least level 7"),
    ]


def test_what_may_hold_instead_of_another_is_told_as_one():
    [(given, needed)] = failed({"any": [LINE, LEVEL]}, {"line_in_city": False, "trl_after": 3})

    assert given == [("line_in_city", "No"), ("trl_after", "level 3")]
    assert needed == "“A line in the city” is yes or “Readiness after” is at least level 7"


def test_what_is_met_or_cannot_be_told_has_not_failed():
    assert failed(OWN, {"own_pilot": True}) == failed(OWN, {}) == []


@pytest.mark.django_db
def test_the_page_says_which_answer_failed_and_what_is_needed(client):
    answer = page(client, CallFactory(), typed(own_pilot="yes", trl_after="6"))

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    assert "Your answer: Readiness after level 6 Needed: “Readiness after” is at least level 7" in text


def test_the_whole_is_not_met_by_one_and_open_by_one():
    assert overall(assess(CONTENT, {**GOOD, "own_pilot": False})) == Verdict.NOT_MET
    assert overall(assess(CONTENT, GOOD)) == Verdict.UNKNOWN  # a person judges E8
    assert overall([]) == Verdict.UNKNOWN


# ---------------------------------------------------------------- the page
def typed(**answers):
    return {f"a-{name}": value for name, value in answers.items()}


def page(client, call, answers=None, route="call_self_check"):
    with override("en"):
        address = reverse(f"subsidies:{route}", args=[call.slug])
    return client.get(address) if answers is None else client.post(address, answers)


@pytest.mark.django_db
def test_a_visitor_reads_the_verdict_of_each_condition_and_nothing_is_stored(client, django_assert_num_queries):
    call = CallFactory()

    with django_assert_num_queries(2):
        answer = page(client, call, typed(own_pilot="yes", trl_after="6", line_in_city="", sales_yuan="900"))

    text = answer.content.decode()
    found = re.findall(r'verdict-(\w+)"><span aria-hidden="true">.</span> ([\w ]+)</strong>', text)
    assert answer.status_code == 200
    assert found == [
        ("met", "Met"), ("not_met", "Not met"), ("unknown", "Cannot be told yet"), ("unknown", "Cannot be told yet"),
    ]  # fmt: skip
    assert "at least one condition is not met" in text
    assert "sessionid" not in answer.cookies
    assert not any(query["sql"].startswith(("INSERT", "UPDATE")) for query in connection.queries)


@pytest.mark.django_db
def test_the_self_check_in_chinese_has_its_own_button_and_chinese_marks(client):
    criteria = [
        *SMALL_CONTENT["criteria"][:1],
        {"id": "E9", "text_zh": "条件", "rule": {"field": "trl_after", "is": "at_least", "of": "trl_before"}},
    ]
    call = CallFactory(content={**SMALL_CONTENT, "criteria": criteria})

    answer = client.post(reverse("subsidies:call_self_check", args=[call.slug]), typed(own_pilot="yes"))

    text = re.sub(r"<[^>]+>", "", answer.content.decode())
    assert re.findall(r"依据.*|还需填写：.*|开始自测", text) == [
        "依据：政策第十五条",
        "还需填写： 中试后技术成熟度、中试前技术成熟度",
        "依据：待市科技局明确 草案，待市科技局确认",
        "开始自测",
    ]


@pytest.mark.django_db
def test_answers_given_by_address_are_not_read(client):
    answer = client.get(reverse("subsidies:call_self_check", args=[CallFactory().slug]), typed(own_pilot="no"))

    assert "findings" not in answer.context


@pytest.mark.django_db
def test_an_answer_that_cannot_be_read_is_marked_and_the_others_stay(client):
    answer = page(client, CallFactory(), typed(own_pilot="yes", sales_yuan="lots"))

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["sales_yuan"]
    assert answer.context["form"]["own_pilot"].value() == "yes"


@pytest.mark.django_db
def test_an_unpublished_call_has_no_self_check(client):
    assert page(client, draft_call()).status_code == 404


# ---------------------------------------------------------------- into a draft
def seal_of(answer):
    return answer.context["seal"]


@pytest.mark.django_db
def test_a_lead_carries_the_answers_into_a_draft(client):
    call, company = CallFactory(), firm()
    client = client_for(person_of(company, MembershipRole.PROJECT_LEAD))
    seal = seal_of(page(client, call, typed(own_pilot="yes", sales_yuan="900", trl_after="7")))

    answer = page(client, call, {"answers": seal, "organisation": company.pk, "project_name": "固态电池"}, "call_carry")

    application = Application.objects.get()
    assert answer.headers["Location"].endswith(application.get_absolute_url().removeprefix("/"))
    assert application.data == {"own_pilot": True, "sales_yuan": "9000000.00", "trl_after": 7}
    assert (application.project_name, application.organisation) == ("固态电池", company)


@pytest.mark.django_db
def test_a_visitors_answers_wait_in_their_own_browser_while_they_sign_in(client):
    call, company = CallFactory(), firm()
    seal = seal_of(page(client, call, typed(own_pilot="yes")))

    away = page(client, call, {"answers": seal}, "call_carry")

    path = f"/en/calls/{call.slug}/self-check/start/"
    assert away.headers["Location"].endswith(f"login/?next={path}")
    cookie = away.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (path, True, "Lax", 3600)
    client.force_login(person_of(company), backend="allauth.account.auth_backends.AuthenticationBackend")
    form = page(client, call, route="call_carry")
    assert (form.context["answer_count"], form.context["has_firm"]) == (1, True)
    started = page(client, call, {"organisation": company.pk, "project_name": "项目"}, "call_carry")
    assert (started.status_code, started.cookies[COOKIE].value) == (302, "")
    assert Application.objects.get().data == {"own_pilot": True}


@pytest.mark.django_db
def test_a_seal_that_was_changed_or_is_of_another_call_carries_nothing():
    call, other = CallFactory(), CallFactory()
    seal = sealed(call, {"own_pilot": True})

    assert opened(call, CONTENT, seal) == {"own_pilot": True}
    assert opened(other, CONTENT, seal) == {}
    assert opened(call, CONTENT, seal[:-1] + "x") == {}
    assert opened(call, CONTENT, sealed(call, {"own_pilot": "junk", "gone": 1})) == {}


@pytest.mark.django_db
def test_who_can_start_for_no_firm_is_told_what_to_do_first():
    answer = page(client_for(UserFactory()), CallFactory(), {"project_name": "x", "organisation": "1"}, "call_carry")

    assert answer.context["has_firm"] is False
    assert Application.objects.count() == 0


@pytest.mark.django_db
def test_a_draft_is_not_started_for_a_firm_of_others():
    own, foreign = firm(), firm()
    sent = {"project_name": "x", "organisation": foreign.pk}

    answer = page(client_for(person_of(own)), CallFactory(), sent, "call_carry")

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["organisation"])
    assert Application.objects.count() == 0


@pytest.mark.django_db
def test_a_second_start_for_the_same_project_leads_to_the_draft_there_is():
    call, company = CallFactory(), firm()
    client = client_for(person_of(company))
    sent = {"project_name": "固态电池", "organisation": company.pk}
    first = page(client, call, sent, "call_carry")

    second = page(client, call, sent, "call_carry")

    assert second.headers["Location"] == first.headers["Location"]
    assert Application.objects.count() == 1


@pytest.mark.django_db
def test_a_project_of_the_registry_brings_its_name():
    call, company, project = CallFactory(), firm(), ProjectFactory(is_own_pilot=True)
    project.partners.create(organisation=company)
    client = client_for(person_of(company))

    page(client, call, {"organisation": company.pk, "project": project.pk, "project_name": "anything"}, "call_carry")

    application = Application.objects.get()
    assert (application.project, application.project_name) == (project, project.name_zh)
    assert mail.outbox == []
