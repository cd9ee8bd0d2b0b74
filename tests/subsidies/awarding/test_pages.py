"""The desk's pages of award documents and money, and the firm's pages of its award."""

import re

import pytest
from django.urls import reverse

from accounts.enums import MembershipRole, PersonKind
from common.calendar import shanghai_today
from subsidies.awarding import documents, payments
from subsidies.awarding.revoking import revoke
from subsidies.enums import AccountState, DocumentState, PaymentState, State
from subsidies.models import AwardDocument, PayeeAccount, Payment, Submission
from subsidies.snapshots import digest_of, snapshot_of
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_awarding import account_of, payment_of
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, CallFactory, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.awarding.people import (
    BANK,
    NUMBER,
    administrator,
    cleared,
    drafted,
    fresh,
    issued,
    number,
    people,
)
from tests.subsidies.calls import client_for

pytestmark = pytest.mark.django_db
WHOLE = NUMBER.replace(" ", "")


@pytest.fixture
def who():
    return people()


def document_url(document):
    return reverse("admin:subsidies_awarddocument_change", args=[document.pk])


def money_url(application):
    return reverse("admin:subsidies_application_money", args=[application.pk])


def sent(key, **fields):
    return {"do": key} | {f"{key}-{name}": value for name, value in fields.items()}


# ---------------------------------------------------------------- what is the firm's own
def test_a_consultant_reads_what_was_paid_and_nothing_of_the_account():
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application, state=PaymentState.PAID)
    guest, lead = UserFactory(), application.started_by
    application.guests.create(user=guest, let_in_by=lead)

    for person, is_told in ((lead, True), (guest, False)):
        page = client_for(person).get(application.get_absolute_url()).text
        history = Caller(person).get(f"applications/{application.public_id}/history/")
        account = Caller(person).get(f"applications/{application.public_id}/account/")

        assert ("•••• 4567" in page, "2,000,000.00" in page) == (is_told, True)
        assert [row["last_digits"] for row in history.json()["money"]["payments"]] == ["4567" if is_told else None]
        assert account.status_code == (200 if is_told else 403)


# ---------------------------------------------------------------- the document on the desk
def test_a_document_goes_through_three_people_on_the_desk(who):
    first, second = cleared(2)
    add = reverse("admin:subsidies_awarddocument_add")
    assert f"?call={first.call_id}" in client_for(who.clerk).get(add).text
    told = {"number": number(), "title": "下达通知", "text": "", "applications": [first.pk, second.pk]}

    answer = client_for(who.clerk).post(f"{add}?call={first.call_id}", told)
    document = AwardDocument.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, document_url(document))
    client_for(who.finance).post(document_url(document), sent("countersign"))
    client_for(who.leader).post(document_url(document), sent("issue"))

    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED
    assert [fresh(row).state for row in (first, second)] == [State.AWARDED] * 2
    assert document.number in client_for(who.clerk).get(reverse("admin:subsidies_awarddocument_changelist")).text


def test_the_number_of_a_document_stands_begun_as_on_the_newest_one_and_is_completed(who):
    first, second, third = cleared(3)
    add = f"{reverse('admin:subsidies_awarddocument_add')}?call={first.call_id}"
    year = shanghai_today().year
    clerk = client_for(who.clerk)

    assert begun_in(clerk.get(add), "number") == f"〔{year}〕"
    drafted(who, first, number=f"郴科发〔{year - 1}〕7号")
    documents.drop(drafted(who, second, number=f"错发〔{year}〕1号"), by=who.clerk, reason="文号有误")
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


def test_what_is_wrong_comes_back_with_what_was_typed(who):
    (application,) = cleared()
    add = reverse("admin:subsidies_awarddocument_add")

    answer = client_for(who.clerk).post(
        f"{add}?call={application.call_id}",
        {"number": "12号", "title": "下达通知", "applications": [application.pk]},
    )

    assert answer.status_code == 400
    assert 'value="下达通知"' in answer.text
    assert not AwardDocument.objects.exists()


def test_the_page_offers_what_each_may_do_and_nothing_else(who):
    (application,) = cleared()
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
def test_nobody_whom_a_case_binds_is_offered_a_step_on_its_document_and_the_page_says_why(who, step):
    first, second = cleared(2)
    document = drafted(who, first, second)
    if step == "countersigned":
        documents.countersign(document, by=who.finance)
    free, (clerk, finance, leader) = who.approver, (who.head, who.cashier, who.leader)
    about = f"您与{second}有利害关系：应由他人办理。"

    def shown(person):
        page = client_for(person).get(document_url(document))
        return sorted(page.context["board"].offers), about in page.text

    offered = [shown(person) for person in (clerk, finance, leader)]
    for person in (clerk, finance, leader):
        MembershipFactory(user=person, organisation=second.organisation, role=MembershipRole.READER)

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


# ---------------------------------------------------------------- the money on the desk
def test_account_and_payment_go_through_their_people_on_the_desk(who):
    application = ApplicationFactory(state=State.AWARDED)
    account_of(application, AccountState.ENTERED, number=WHOLE)
    address = money_url(application)

    client_for(who.finance).post(address, sent("confirm_account", number=NUMBER))
    client_for(who.finance).post(address, sent("prepare_payment", city="1,500,000.00", county="500000"))
    city, county = Payment.objects.order_by("pk")
    for payment in (city, county):
        client_for(who.approver).post(address, sent(f"approve-{payment.pk}"))
        told = {"paid_on": shanghai_today().isoformat(), "voucher_number": f"PZ-{payment.pk}"}
        client_for(who.cashier).post(address, sent(f"execute-{payment.pk}", **told))

    assert fresh(application).state == State.PAID
    told = {"returned_on": shanghai_today().isoformat(), "reason": "户名不符"}
    client_for(who.cashier).post(address, sent(f"return-{city.pk}", **told))
    city.refresh_from_db()
    assert (city.state, fresh(application).state) == (PaymentState.RETURNED, State.PAYING)


def test_the_page_of_the_money_never_shows_a_whole_number(who):
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application)
    case = reverse("admin:subsidies_application_change", args=[application.pk])

    for person in (who.finance, who.approver, who.clerk, who.leader, staff(PersonKind.DISCIPLINE)):
        for address in (money_url(application), case, reverse("admin:subsidies_payment_changelist")):
            text = client_for(person).get(address).text
            assert WHOLE not in text
            assert "•••• 4567" in text


def test_a_wrong_number_confirms_nothing_and_is_told(who):
    application = ApplicationFactory(state=State.AWARDED)
    account_of(application, AccountState.ENTERED, number=WHOLE)

    answer = client_for(who.finance).post(money_url(application), sent("confirm_account", number="12345678"))

    assert answer.status_code == 400
    assert fresh(application).state == State.AWARDED


def test_the_money_is_the_bureaus_own_and_there_only_after_the_notice(who):
    unit = ApplicationFactory(state=State.PUBLICITY)
    officer = person_of(unit.recommender, "officer")

    assert client_for(who.clerk).get(money_url(unit)).status_code == 404
    paying = ApplicationFactory(state=State.PAYING, organisation=unit.organisation)
    assert client_for(officer).get(money_url(paying)).status_code == 404
    assert client_for(who.clerk).get(money_url(paying)).status_code == 200


def test_the_page_takes_the_same_queries_for_one_payment_and_for_many(who, django_assert_max_num_queries):
    application = ApplicationFactory(state=State.PAYING)
    for state in (PaymentState.RETURNED, PaymentState.CANCELLED, PaymentState.PREPARED):
        payment_of(application, "1.00", PaymentState.RETURNED if state != PaymentState.PREPARED else state)
    client = client_for(who.finance)
    client.get(money_url(application))

    with django_assert_max_num_queries(24):
        client.get(money_url(application))


# ---------------------------------------------------------------- the firm
def account_page(application):
    return reverse("subsidies:application_account", args=[application.public_id])


def test_the_administrator_gives_the_account_on_a_form(who):
    application = ApplicationFactory(state=State.AWARDED)
    client = client_for(administrator(application))
    assert account_page(application) in client.get(application.get_absolute_url()).text

    told = {"holder": application.organisation.name_zh, "bank": BANK, "number": NUMBER}
    answer = client.post(account_page(application), told)

    assert (answer.status_code, PayeeAccount.objects.get().number) == (302, WHOLE)
    text = client.get(application.get_absolute_url()).text
    assert f"{BANK} •••• 4567" in text
    assert WHOLE not in text


def test_a_refused_number_does_not_come_back_in_the_page():
    application = ApplicationFactory(state=State.AWARDED)
    told = {"holder": "另一单位", "bank": BANK, "number": NUMBER}

    answer = client_for(administrator(application)).post(account_page(application), told)

    assert answer.status_code == 400
    assert NUMBER not in answer.text
    assert 'value="另一单位"' in answer.text
    assert not PayeeAccount.objects.exists()


def test_who_gives_no_account_is_refused_and_who_sees_nothing_finds_nothing():
    application = ApplicationFactory(state=State.AWARDED)

    assert client_for(application.started_by).get(account_page(application)).status_code == 403
    assert client_for(UserFactory()).get(account_page(application)).status_code == 404


def test_the_firm_reads_its_award_its_document_and_its_payment(who):
    (application,) = cleared()
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


def test_the_firm_reads_in_soft_words_what_was_awarded_and_what_was_paid():
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application, "500000.00", PaymentState.RETURNED, payer="county")
    payment_of(application, "1500000.00", PaymentState.PAID)
    payment_of(application, "500000.00", payer="county")  # prepared: the bureau's own yet
    client = client_for(application.started_by)

    events = client.get(application.get_absolute_url()).context["events"]

    told = [(event.words, event.reason) for event in events if event.is_day]
    assert sorted(told) == sorted(
        [
            ("已拨付 500,000.00 元（县级分担）", "•••• 4567"),
            ("500,000.00 元 被银行退回，将重新拨付", ""),
            ("已拨付 1,500,000.00 元（市级分担）", "•••• 4567"),
        ]
    )


def test_the_receipt_shows_award_and_payments_and_the_account_to_the_firm_alone():
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application, "1500000.00", PaymentState.PAID)
    snapshot = snapshot_of(application)
    facts = {"snapshot": snapshot, "digest": digest_of(snapshot), "receipt_code": "CODE23456789RECETP22"}
    signed = Submission.objects.create(application=application, round=0, signed_by=application.started_by, **facts)
    address = reverse("subsidies:receipt_detail", args=[application.public_id, signed.round])

    own = client_for(application.started_by).get(address)
    bureau = client_for(staff(PersonKind.BUREAU_CLERK)).get(address)

    assert [told.words for told in own.context["money"]] == [
        f"已给予奖补 2,000,000.00 元，文号 {application.award.document_number}",
        "已拨付 1,500,000.00 元（市级分担）",
    ]
    assert ("•••• 4567" in own.text, "•••• 4567" in bureau.text) == (True, False)
    assert WHOLE not in own.text


def test_another_firm_finds_neither_page_nor_document(who):
    (application,) = cleared()
    issued(who, application)
    stranger = ApplicationFactory(state=State.AWARDED).started_by

    for name in ("award_paper", "award_paper_pdf", "application_account"):
        address = reverse(f"subsidies:{name}", args=[application.public_id])
        assert client_for(stranger).get(address).status_code == 404


def test_what_is_only_prepared_is_not_told_to_the_firm():
    application = ApplicationFactory(state=State.PAYING)
    payment = payment_of(application)
    client = client_for(application.started_by)
    line = f'<th scope="row">{payment.get_payer_display()}</th>'

    assert line not in client.get(application.get_absolute_url()).text

    payments.approve(payment, by=people().approver)
    assert line in client.get(application.get_absolute_url()).text


# ---------------------------------------------------------------- the public check
def check(client, document, code=None):
    return client.get(reverse("subsidies:award_checked", args=[code or document.check_code.hex]))


def test_anyone_with_the_paper_sees_that_it_is_genuine(client, who):
    first, second = cleared(2)
    document = issued(who, first, second)

    answer = check(client, document)

    assert answer.status_code == 200
    for shown in (document.number, document.title, first.project_name, second.project_name, "2,000,000.00"):
        assert shown in answer.text
    assert document.digest[:8] in answer.text
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_no_code_tells_of_a_document_before_its_issue(client, who):
    (application,) = cleared()
    document = drafted(who, application)
    wrong = "0" * 32

    before, unknown = check(client, document), check(client, document, wrong)

    assert (before.status_code, unknown.status_code) == (404, 404)
    assert before.text.replace(document.check_code.hex, wrong) == unknown.text
    assert document.title not in before.text


def test_a_typed_code_leads_to_its_check_and_nonsense_is_told(client, who):
    (application,) = cleared()
    document = issued(who, application)
    page = reverse("subsidies:award_check")

    found = client.get(page, {"code": f" {str(document.check_code).upper()} "})
    assert found.headers["Location"] == reverse("subsidies:award_checked", args=[document.check_code.hex])
    assert client.get(page, {"code": "abc"}).status_code == 200


def test_checks_are_counted_by_address(client, who, settings):
    settings.RECEIPT_CHECK_RATE = "2/min"
    (application,) = cleared()
    document = issued(who, application)

    answers = [check(client, document).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_the_check_tells_of_an_award_that_was_revoked_since(client, who):
    (application,) = cleared()
    document = issued(who, application)
    before = check(client, document).text
    revoke(application, by=who.leader, reason="材料不实")

    assert check(client, document).text != before
    assert "材料不实" not in check(client, document).text


def test_the_next_step_of_a_payment_stands_open_and_what_stops_it_does_not(who):
    application = ApplicationFactory(state=State.PAYING)
    payment = payment_of(application)

    def opened(person):
        text = client_for(person).get(money_url(application)).text
        assert f'<details id="cancel-{payment.pk}">' in text or payment.state == PaymentState.PAID
        return re.findall(r'<details id="([^"]+)" open>', text)

    assert opened(who.approver) == [f"approve-{payment.pk}"]
    payment = payments.approve(payment, by=who.approver)
    assert opened(who.approver) == []
    assert opened(who.cashier) == [f"execute-{payment.pk}"]
    payment = payments.execute(payment, by=who.cashier, voucher_number="凭证-1", paid_on=shanghai_today())
    assert opened(who.cashier) == []
