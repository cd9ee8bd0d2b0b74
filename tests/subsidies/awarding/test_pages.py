"""The desk's pages of award documents, and the firm's and the public's of what they say."""

from typing import NamedTuple

import pytest
from django.urls import reverse

from accounts.enums import MembershipRole
from common.calendar import shanghai_today
from subsidies.awarding import documents
from subsidies.awarding.revoking import revoke
from subsidies.enums import DocumentState, State
from subsidies.models import Application, AwardDocument
from tests.factories_accounts import MembershipFactory
from tests.factories_awarding import account_of
from tests.factories_subsidies import ApplicationFactory, CallFactory
from tests.subsidies.awarding.people import (
    People,
    cleared,
    drafted,
    fresh,
    issued,
    number,
    people,
    sent,
)
from tests.subsidies.calls import client_for
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    who: People
    application: Application
    other: Application
    third: Application


def make_world() -> World:
    return World(people(), *cleared(3))


who, application, other, third = parts(World)


# ---------------------------------------------------------------- the document on the desk
def document_url(document):
    return reverse("admin:subsidies_awarddocument_change", args=[document.pk])


def test_a_document_goes_through_three_people_on_the_desk(who, application, other):
    add = reverse("admin:subsidies_awarddocument_add")
    assert f"?call={application.call_id}" in client_for(who.clerk).get(add).text
    told = {"number": number(), "title": "下达通知", "text": "", "applications": [application.pk, other.pk]}

    answer = client_for(who.clerk).post(f"{add}?call={application.call_id}", told)
    document = AwardDocument.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, document_url(document))
    client_for(who.finance).post(document_url(document), sent("countersign"))
    client_for(who.leader).post(document_url(document), sent("issue"))

    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED
    assert [fresh(row).state for row in (application, other)] == [State.AWARDED] * 2
    assert document.number in client_for(who.clerk).get(reverse("admin:subsidies_awarddocument_changelist")).text


def test_the_number_of_a_document_stands_begun_as_on_the_newest_one_and_is_completed(who, application, other, third):
    add = f"{reverse('admin:subsidies_awarddocument_add')}?call={application.call_id}"
    year = shanghai_today().year
    clerk = client_for(who.clerk)

    assert begun_in(clerk.get(add), "number") == f"〔{year}〕"
    drafted(who, application, number=f"郴科发〔{year - 1}〕7号")
    documents.drop(drafted(who, other, number=f"错发〔{year}〕1号"), by=who.clerk, reason="文号有误")
    begun = begun_in(clerk.get(add), "number")
    told = {"title": "下达通知", "applications": [third.pk]}

    assert begun == f"郴科发〔{year}〕"
    assert clerk.post(add, {"number": begun, **told}).status_code == 400
    assert clerk.post(add, {"number": f"{begun}8号", **told}).status_code == 302
    assert AwardDocument.objects.latest("pk").number == f"郴科发〔{year}〕8号"


def test_a_demonstration_begins_no_real_number(who):
    (real,), (demo,) = cleared(), cleared(call=CallFactory(is_demo=True), is_demo=True)
    drafted(who, demo, number=f"演示科发〔{shanghai_today().year}〕1号")
    add = reverse("admin:subsidies_awarddocument_add")

    assert begun_in(client_for(who.clerk).get(f"{add}?call={real.call_id}"), "number") == f"〔{shanghai_today().year}〕"


def begun_in(page, field):
    return page.context["form"][field].value()


def test_what_is_wrong_comes_back_with_what_was_typed(who, application):
    add = reverse("admin:subsidies_awarddocument_add")

    answer = client_for(who.clerk).post(
        f"{add}?call={application.call_id}",
        {"number": "12号", "title": "下达通知", "applications": [application.pk]},
    )

    assert answer.status_code == 400
    assert 'value="下达通知"' in answer.text
    assert not AwardDocument.objects.exists()


def test_the_page_offers_what_each_may_do_and_nothing_else(who, application):
    document = drafted(who, application)

    def offered(person):
        text = client_for(person).get(document_url(document)).text
        return {key for key in ("change", "countersign", "issue", "send_back", "drop") if f'value="{key}"' in text}

    assert offered(who.clerk) == {"change", "drop"}
    assert offered(who.finance) == {"countersign"}
    assert offered(who.leader) == set()
    documents.countersign(document, by=who.finance)
    assert offered(who.finance) == {"send_back"}
    assert offered(who.leader) == {"issue", "send_back"}
    documents.issue(document, by=who.leader)
    assert offered(who.clerk) == offered(who.leader) == set()


@pytest.mark.parametrize("step", ["draft", "countersigned"])
def test_nobody_whom_a_case_binds_is_offered_a_step_on_its_document_and_the_page_says_why(
    who, step, application, other
):
    document = drafted(who, application, other)
    if step == "countersigned":
        documents.countersign(document, by=who.finance)
    free, (clerk, finance, leader) = who.approver, (who.head, who.cashier, who.leader)
    about = f"您与{other}有利害关系：应由他人办理。"

    def shown(person):
        page = client_for(person).get(document_url(document))
        return sorted(page.context["board"].offers), about in page.text

    offered = [shown(person) for person in (clerk, finance, leader)]
    for person in (clerk, finance, leader):
        MembershipFactory(user=person, organisation=other.organisation, role=MembershipRole.READER)

    steps = {
        "draft": [["change", "drop"], ["countersign"], []],
        "countersigned": [["drop"], ["send_back"], ["issue", "send_back"]],
    }
    assert offered == [(keys, False) for keys in steps[step]]
    assert [shown(person) for person in (clerk, finance, leader)] == [([], bool(keys)) for keys in steps[step]]
    answer = client_for(clerk).post(document_url(document), sent("drop", reason="不再需要"), follow=True)
    assert answer.redirect_chain
    assert AwardDocument.objects.get().state == step
    assert shown(free)[1] is False


def test_the_list_of_documents_takes_the_same_queries_for_one_and_for_three(who, django_assert_max_num_queries):
    rows = cleared(3)
    client = client_for(who.clerk)
    address = reverse("admin:subsidies_awarddocument_changelist")
    drafted(who, rows[0], serial=1)
    client.get(address)
    with django_assert_max_num_queries(14):
        client.get(address)
    for serial, row in enumerate(rows[1:], start=2):
        drafted(who, row, serial=serial)

    with django_assert_max_num_queries(14):
        client.get(address)


# ---------------------------------------------------------------- the firm
def test_the_firm_reads_its_award_its_document_and_its_payment(who, application):
    issued(who, application)
    account_of(application)
    client = client_for(application.started_by)
    paper = reverse("subsidies:award_paper", args=[application.public_id])

    assert paper in client.get(application.get_absolute_url()).text
    page = client.get(paper)
    pdf = client.get(reverse("subsidies:award_paper_pdf", args=[application.public_id]))
    assert (page.status_code, pdf.status_code, pdf.headers["Content-Type"]) == (200, 200, "application/pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert application.project_name in page.text
    assert "贰佰万元整" in page.text
    firm = client.get(reverse("subsidies:firm", args=[application.organisation.slug])).text
    assert paper in firm


def test_another_firm_finds_neither_page_nor_document(who, application):
    issued(who, application)
    stranger = ApplicationFactory(state=State.AWARDED).started_by

    for name in ("award_paper", "award_paper_pdf", "application_account"):
        address = reverse(f"subsidies:{name}", args=[application.public_id])
        assert client_for(stranger).get(address).status_code == 404


# ---------------------------------------------------------------- the public check
def check(client, document, code=None):
    return client.get(reverse("subsidies:award_checked", args=[code or document.check_code.hex]))


def test_anyone_with_the_paper_sees_that_it_is_genuine(client, who, application, other):
    document = issued(who, application, other)

    answer = check(client, document)

    assert answer.status_code == 200
    for shown in (document.number, document.title, application.project_name, other.project_name, "2,000,000.00"):
        assert shown in answer.text
    assert document.digest[:8] in answer.text
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_no_code_tells_of_a_document_before_its_issue(client, who, application):
    document = drafted(who, application)
    wrong = "0" * 32

    before, unknown = check(client, document), check(client, document, wrong)

    assert (before.status_code, unknown.status_code) == (404, 404)
    assert before.text.replace(document.check_code.hex, wrong) == unknown.text
    assert document.title not in before.text


def test_a_typed_code_leads_to_its_check_and_nonsense_is_told(client, who, application):
    document = issued(who, application)
    page = reverse("subsidies:award_check")

    found = client.get(page, {"code": f" {str(document.check_code).upper()} "})
    assert found.headers["Location"] == reverse("subsidies:award_checked", args=[document.check_code.hex])
    assert client.get(page, {"code": "abc"}).status_code == 200


def test_checks_are_counted_by_address(client, who, settings, application):
    settings.RECEIPT_CHECK_RATE = "2/min"
    document = issued(who, application)

    answers = [check(client, document).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_the_check_tells_of_an_award_that_was_revoked_since(client, who, application):
    document = issued(who, application)
    before = check(client, document).text
    revoke(application, by=who.leader, reason="材料不实")

    assert check(client, document).text != before
    assert "材料不实" not in check(client, document).text
