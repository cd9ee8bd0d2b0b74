"""The demonstration cases between public notice and recovery, and that people lead them to their end by the verbs."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from pytest_django.plugin import DjangoDbBlocker

from accounts.demo import awarded_enterprise
from bases.models import Base
from chenzhou_pilot.demo.awarded import demo_awarded
from chenzhou_pilot.demo.clearing import clear
from chenzhou_pilot.demo.decision import People, demo_experts, demo_people
from common.calendar import shanghai_today, working_days_between
from common.journal_replay import differences
from common.models import Delivery, JournalEntry
from projects.enums import Stage
from projects.models import Project
from subsidies.awarding import accounts, documents, payments
from subsidies.budgets import balances_of
from subsidies.enums import CheckState, Consequence, NoticeState, ObjectionKind, Payer, ReportState, State
from subsidies.follow_up import recovering, reports, site_checks
from subsidies.models import (
    Application,
    Award,
    AwardDocument,
    Budget,
    Call,
    CheckRound,
    Objection,
    PayeeAccount,
    Payment,
    PublicNotice,
    Recovery,
    SiteCheck,
)
from subsidies.publicity import answering, objecting, publishing, writing
from subsidies.publicity.objecting import Objector
from subsidies.snapshots import is_intact
from tests.factories import BaseFactory
from tests.factories_files import pdf
from tests.factories_subsidies import SchemeFactory
from tests.lifted import taken_back
from tests.subsidies.publicity.desk import TEXTS
from tools import verify_sample

AWARD = Decimal("1000000.00")
PRODUCTS = "高纯石英砂 微晶石墨散热膜 铋基低温焊料 锂渣陶粒 电池级碳酸锂 再生钨粉 含氟阻燃母粒 高纯氧化铋"
NOTICE, DISMISSED, DOCUMENT, ACCOUNT, OBJECTED, REPORT, FINDING, CHECKED = (
    f"演示：{product}中试及产业化" for product in PRODUCTS.split()
)
NUMBER = "6222020000000081234"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cases(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[datetime, list[Application]]]:
    """When they were begun, and the cases: made once, and what a test does to them is taken back."""
    with django_db_blocker.unblock(), taken_back(), translation.override(settings.LANGUAGE_CODE):
        BaseFactory(is_demo=True)
        BaseFactory(is_demo=False)
        SchemeFactory(slug="industrialisation-award", amount_yuan=AWARD, is_once_per_project=True)
        demo_experts()
        yield timezone.now(), demo_awarded(demo_people())


@pytest.fixture
def people(cases: tuple[datetime, list[Application]], db: None) -> People:
    return demo_people()


def states() -> dict[str, str]:
    return dict(Application.objects.values_list("project_name", "state"))


def case(name: str) -> Application:
    return Application.objects.get(project_name=name)


STAGES = {
    NOTICE: State.PUBLICITY_READY,
    DISMISSED: State.PUBLICITY_READY,
    DOCUMENT: State.CLEARED,
    ACCOUNT: State.AWARDED,
    OBJECTED: State.PUBLICITY,
    REPORT: State.PAID,
    FINDING: State.PAID,
    CHECKED: State.PAID,
}


# ---------------------------------------------------------------- what is there
def test_a_case_stands_at_each_stage_moved_by_demo_people_once_and_counts_nowhere(
    cases: tuple[datetime, list[Application]], people: People, client: Client
) -> None:
    began, made = cases

    firm = awarded_enterprise()
    assert states() == STAGES
    assert {(row.is_demo, row.organisation) for row in made} == {(True, firm)}
    assert all(is_intact(row.submissions.get()) for row in made)
    ready = case(REPORT).reports.order_by("year").first()
    found = case(FINDING).reports.order_by("year").first()
    last_year = shanghai_today().year - 1
    assert ready is not None
    assert found is not None
    assert (ready.state, ready.year, ready.opens_on <= shanghai_today()) == (ReportState.DRAFT, last_year, True)
    assert (found.state, found.in_city, found.submitted_by) == (ReportState.ACCEPTED, False, people["awarded"])
    by = {step.by for row in made for step in row.steps.all() if step.by}
    assert by <= set(people.values())
    assert Delivery.objects.count() == 0
    assert {balances_of(budget).free for budget in Budget.objects.filter(is_demo=True)} == {Decimal(0)}

    _the_journal_knows_all_of_it_and_when_it_was_written(made, began)
    _shown_as_such_and_counted_nowhere(case(REPORT).award, client)
    before = JournalEntry.objects.count()
    assert demo_awarded(people) == []
    assert JournalEntry.objects.count() == before


def _the_journal_knows_all_of_it_and_when_it_was_written(made: list[Application], began: datetime) -> None:
    assert list(differences([Application, Award, AwardDocument, Payment, PublicNotice, Call])) == []
    assert JournalEntry.objects.filter(happened_at__lt=began, object_type="subsidies.application").count() == 0
    for row in made:
        moments = [step.at for step in row.steps.order_by("pk")]
        assert moments == sorted(moments)
        assert moments[-1] < began


def _shown_as_such_and_counted_nowhere(award: Award, client: Client) -> None:
    assert (Award.objects.on_public_site().count(), Award.objects.real().count()) == (4, 0)
    assert "演示数据" in client.get(f"/awards/{award.pk}/").content.decode()
    assert client.get("/api/v1/awards/").json()["results"][0]["is_demo"] is True
    places = ("/open-data/awards.csv", "/open-data/awards-360giving.json", "/awards/feed.rss", "/awards/figures/")
    texts = {place: b"".join(client.get(place)).decode() for place in places}
    assert [place for place, text in texts.items() if award.project_name in text] == []


@pytest.mark.usefixtures("people")
def test_each_award_shows_its_thread_from_a_demo_base_to_the_outcome_and_back(client: Client) -> None:
    base, real = Base.objects.get(is_demo=True), Base.objects.get(is_demo=False)
    awards = list(Award.objects.on_public_site().select_related("project"))

    assert {(award.project.base, award.project.is_demo) for award in awards if award.project} == {(base, True)}
    assert {row.stage for row in Project.objects.all()} == {Stage.INDUSTRIALISED}
    for award in awards:
        project = award.project
        assert project is not None
        assert links(client, f"/awards/{award.pk}/") >= {base.get_absolute_url(), project.get_absolute_url()}
        assert award.get_absolute_url() in links(client, project.get_absolute_url())
        assert award.get_absolute_url() in links(client, base.get_absolute_url())
        assert "演示：形成中试工艺包一套" in client.get(f"/awards/{award.pk}/").content.decode()
    assert links(client, real.get_absolute_url()).isdisjoint(award.get_absolute_url() for award in awards)
    assert case(REPORT).data["base_name"] == base.name_zh


@pytest.mark.usefixtures("people")
def test_what_a_case_is_about_was_industrialised_before_the_year_of_its_call() -> None:
    rows = list(Application.objects.values_list("call__year", "data__industrialised_on"))
    this_year = shanghai_today().year

    assert {call for call, _made_on in rows} == {this_year, this_year - 1, this_year - 2}
    assert [(call, made_on) for call, made_on in rows if int(made_on[:4]) >= call] == []


def links(client: Client, place: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', client.get(place).content.decode()))


@pytest.mark.usefixtures("people")
def test_the_notice_of_last_year_ran_over_national_day() -> None:
    notice = PublicNotice.objects.get(entries__application=case(REPORT))
    last_year = shanghai_today().year - 1

    assert notice.starts_on is not None
    assert notice.ends_on is not None
    assert notice.starts_on <= date(last_year, 9, 30)
    assert notice.ends_on > date(last_year, 10, 7)
    assert working_days_between(notice.starts_on, notice.ends_on).days == 5


def test_a_round_of_site_checks_was_drawn_and_its_record_waits_for_the_firm(people: People) -> None:
    check = SiteCheck.objects.select_related("round", "visit").get()

    assert (check.application, check.round.is_demo, check.state) == (case(CHECKED), True, CheckState.CHECKING)
    assert verify_sample.draw(check.round.inputs, check.round.seed) == check.round.result
    assert {row.user for row in check.visit.officers.all()} < {people[name] for name in ("clerk", "head", "head2")}
    assert [row.file.name for row in check.visit.documents.all()] == ["演示-现场设备清单.pdf"]
    assert {row.state for row in case(CHECKED).reports.all()} == {ReportState.ACCEPTED, ReportState.DRAFT}
    _the_firm_puts_it_right_and_the_chief_says_so(check, people)
    clear()
    assert CheckRound.objects.count() == 0


def _the_firm_puts_it_right_and_the_chief_says_so(check: SiteCheck, people: People) -> None:
    settling = {"by": people["chief"], "reason": "演示"}
    check = site_checks.comment(check, by=people["awarded"], text="演示：下月建账")
    asked = {"demand": "单独建账", "remedy_by": shanghai_today() + timedelta(days=20)}
    check = site_checks.settle(check, outcome=CheckState.RECTIFY, **settling, **asked)
    sent = SimpleUploadedFile("账页.pdf", pdf())
    check = site_checks.report_remedy(check, by=people["awarded"], text="演示：已建账", evidence=[sent])
    check = site_checks.settle(check, outcome=CheckState.RECTIFIED, **settling)
    assert check.is_final


# ---------------------------------------------------------------- the rest of the way
def test_the_cases_go_on_by_hand_to_award_payment_and_recovery(people: People) -> None:
    _published_and_objected_to(people)
    _awarded_and_paid_twice(people)
    _reported_and_recovered(people)


def _published_and_objected_to(people: People) -> None:
    both = [case(NOTICE), case(DISMISSED)]

    notice = writing.draft(both[0].call, by=people["clerk"], applications=both, texts=TEXTS)
    notice = publishing.publish(writing.send(notice, by=people["clerk"]), by=people["head"])
    received = [_objected(entry) for entry in notice.entries.order_by("position")]
    answering.dismiss(received[1], by=people["head2"], answer="不属实")
    answering.uphold(received[0], by=people["head2"], answer="属实", consequence=Consequence.RECONSIDER)
    waiting = Objection.objects.get(entry__application=case(OBJECTED))
    assert waiting.due_on is not None
    assert waiting.due_on > shanghai_today()
    answering.uphold(waiting, by=people["head2"], answer="属实", consequence=Consequence.ANNUL)

    notice.refresh_from_db()
    assert (case(NOTICE).state, case(DISMISSED).state) == (State.REVIEWED, State.PUBLICITY_READY)
    assert case(OBJECTED).state == State.ANNULLED
    assert (notice.state, PublicNotice.objects.get(replaces=notice).state) == (NoticeState.REPLACED, NoticeState.DRAFT)


def _objected(entry: Any) -> Any:
    evidence = SimpleUploadedFile("证明.pdf", pdf())
    person = Objector(ObjectionKind.PERSON, "演示异议人", "0735-0000003")
    return objecting.object_to(entry, person, text="演示异议", evidence=[evidence]).objection


def _awarded_and_paid_twice(people: People) -> None:
    waiting, awarded = case(DOCUMENT), case(ACCOUNT)

    number = f"演示科发〔{shanghai_today().year}〕999号"
    document = documents.prepare(
        waiting.call, by=people["clerk"], number=number, title="演示", applications=documents.to_be_listed(waiting.call)
    )
    documents.issue(documents.countersign(document, by=people["finance"]), by=people["chief"])
    account = PayeeAccount.objects.get(application=awarded)
    accounts.confirm(account, by=people["finance"], number=NUMBER)
    first = _paid(awarded, people, "演示-1")
    payments.record_return(first, by=people["finance"], returned_on=shanghai_today(), reason="账号有误")
    _paid(awarded, people, "演示-2")

    assert (case(DOCUMENT).state, case(ACCOUNT).state) == (State.AWARDED, State.PAID)


def _paid(application: Application, people: People, voucher: str) -> Payment:
    (payment,) = payments.prepare(application, by=people["finance"], shares={Payer.CITY: AWARD})
    payment = payments.approve(payment, by=people["chief"])
    return payments.execute(payment, by=people["finance"], paid_on=shanghai_today(), voucher_number=voucher)


def _reported_and_recovered(people: People) -> None:
    report = case(REPORT).reports.order_by("year")[0]
    values = {"in_city": True, "sales_yuan": Decimal(1), "tax_yuan": Decimal(1), "jobs": 1, "text": "正常"}

    written = reports.write(report, by=people["awarded"], version=report.version, values=values)
    accepted = reports.accept(reports.submit(written, by=people["awarded"]), by=people["clerk"])
    recovery = Recovery.objects.get()
    assert (recovery.application, recovery.amount_yuan, bool(recovery.statement)) == (case(FINDING), AWARD, True)
    number = f"演示科发〔{shanghai_today().year}〕998号"
    recovering.decide(recovery, by=people["chief"], document_number=number, answer="已知悉")
    recovering.register(
        recovery, by=people["finance"], amount_yuan=AWARD, received_on=shanghai_today(), voucher_number="演示-3"
    )

    assert (accepted.state, case(FINDING).state) == (ReportState.ACCEPTED, State.RECOVERED)
