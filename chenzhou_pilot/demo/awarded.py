"""Cases that stand at each stage after the decision, for whoever tries public notice, award, payment and follow-up.

Their people have moved them by the verbs, on mornings that lie back far enough for notices and years to be over.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.demo import awarded_enterprise
from chenzhou_pilot.demo.applications import Applicant, checked, nothing_mailed, submitted, told_of
from chenzhou_pilot.demo.calls import SCHEME, finished_call
from chenzhou_pilot.demo.deciding import approved, funded, reviewed
from chenzhou_pilot.demo.decision import People
from chenzhou_pilot.demo.past import morning_of
from common.calendar import is_working_day, shanghai_today
from common.pdf import PdfDocument
from subsidies import visit_documents, visiting
from subsidies.awarding import accounts, documents, payments
from subsidies.enums import ObjectionKind, Payer
from subsidies.follow_up import recovering, reports, sampling
from subsidies.models import Application, Budget, Call, PayeeAccount, PublicNotice, Scheme, SiteCheck
from subsidies.publicity import clearing, objecting, publishing, writing
from subsidies.publicity.objecting import Objector
from subsidies.publicity.writing import Texts
from subsidies.visiting import Written

Cases = list[Application]
MONDAY, AUTUMN = 0, (10, 10)
BEFORE_HOLIDAY = (9, 30)  # the eve of National Day
DAYS_TO_NOTICE = 10
DAYS_OPEN, DAYS_BACK = 14, 56
ACCOUNT = {"bank": "演示银行郴州分行营业部", "number": "6222020000000081234"}
DISCIPLINE = "演示纪委 0735-0000002"
REPORT = {
    "in_city": False,
    "in_city_note": "演示：生产线已于今年迁往外市。",
    "sales_yuan": Decimal("3200000.00"),
    "tax_yuan": Decimal("150000.00"),
    "jobs": 6,
    "text": "演示：项目建成后运行半年，因厂房租约到期，生产线整体迁出本市。",
}
GOOD_REPORT = {
    "in_city": True,
    "sales_yuan": Decimal("11800000.00"),
    "tax_yuan": Decimal("620000.00"),
    "jobs": 24,
    "text": "演示：生产线在本市正常运行。",
}
DAYS_TO_CHECK, DAYS_TO_PAY_BACK, DAYS_SINCE_OBJECTION = 30, 60, 7
BASIS, REASON = "演示：申报通知第五条", "演示：生产线已迁出本市，不再符合奖补条件。"
OBJECTOR = Objector(ObjectionKind.PERSON, "演示异议人", "0735-0000003")
OBJECTION = "演示：该项目的生产线尚未投产，与公示内容不符。"
FOUND = Written(
    visited_on=date.min,
    place="演示先行材料有限公司一号车间",
    met="演示厂长",
    findings="演示：生产线在运行，设备与申报一致；奖补资金支出未单独建账。",
    is_as_applied=True,
)


class Story(NamedTuple):
    """A call that is over, which of the projects were approved under it, and how they went on."""

    slug: str
    name_zh: str
    name_en: str
    projects: slice
    begins_on: Callable[[], date]
    goes_on: Callable[[Call, Cases, date, People], None]


@transaction.atomic
def demo_awarded(people: People) -> Cases:
    """Those that are not there yet. Nothing is made where a real budget would have to pay for them."""
    scheme = Scheme.objects.filter(slug=SCHEME).first()
    if scheme is None:
        return []
    wanted = [story for story in STORIES if not Call.objects.filter(slug=story.slug).exists()]
    with nothing_mailed():
        return [
            case for story in wanted if is_free(scheme, story.begins_on().year) for case in _told(story, scheme, people)
        ]


def is_free(scheme: Scheme, year: int) -> bool:
    """Where a real budget of that year would not have to pay."""
    return not Budget.objects.filter(scheme=scheme, year=year, is_demo=False).exists()


def _told(story: Story, scheme: Scheme, people: People) -> Cases:
    monday = story.begins_on()
    names = {"name_zh": story.name_zh, "name_en": story.name_en}
    with morning_of(monday):
        call = finished_call(scheme, story.slug, names, monday, monday + timedelta(days=DAYS_OPEN))
        funded(call, len(_projects(story)), people)
    cases = _decided(call, _projects(story), monday, people)
    story.goes_on(call, cases, monday, people)
    return cases


def passed(call: Call, projects: list[dict[str, Any]], monday: date, people: People) -> Cases:
    """The form check, in the week that begins on that Monday."""
    own = Applicant(awarded_enterprise(), people["awarded"], people["awarded"])
    with morning_of(monday + timedelta(days=1)):
        cases = [submitted(call, told, own) for told in projects]
    with morning_of(monday + timedelta(days=3)):
        return [checked(case, people) for case in cases]


def _decided(call: Call, projects: list[dict[str, Any]], monday: date, people: People) -> Cases:
    cases = passed(call, projects, monday, people)
    with morning_of(monday + timedelta(days=7)):
        reviewed(call, cases, people)
    with morning_of(monday + timedelta(days=9)):
        approved(call, cases, people)
    return cases


def _projects(story: Story) -> list[dict[str, Any]]:
    return projects_of(told_of("later")["projects"][story.projects])


def projects_of(several: list[dict[str, str]]) -> list[dict[str, Any]]:
    template = told_of("later")["template"]
    return [_project(template, facts) for facts in several]


def _project(template: dict[str, Any], facts: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(template, ensure_ascii=False)
    text = text.replace("{product}", facts["product"]).replace("{serial}", facts["serial"])
    name = f"演示：{facts['product']}中试及产业化"
    return {"project_name": name, "answers": {**json.loads(text), "industry": facts["industry"]}}


# ---------------------------------------------------------------- how they went on
def _this_year(call: Call, cases: Cases, monday: date, people: People) -> None:
    """Two wait for their notice, the third for its award document, the fourth for its account to be confirmed; an
    objection to the fifth, made in time, waits for its answer.
    """
    *_waiting, cleared, awarded, objected = cases
    _through_notice(call, [cleared, awarded], monday, people)
    with morning_of(monday + timedelta(days=32)):
        _award(call, [awarded], people)
        _enter_account(awarded, people)
    _objected(call, objected, people)


def _objected(call: Call, case: Application, people: People) -> None:
    """By real name, on the second day of its notice."""
    monday = monday_before(shanghai_today() - timedelta(days=DAYS_SINCE_OBJECTION))
    with morning_of(monday):
        notice = _published(call, [case], people)
    with morning_of(monday + timedelta(days=1)):
        evidence = SimpleUploadedFile("演示-证据.pdf", _page("证据材料", case.project_name), "application/pdf")
        objecting.object_to(notice.entries.get(), OBJECTOR, text=OBJECTION, evidence=[evidence])


def _last_year(call: Call, cases: Cases, monday: date, people: People) -> None:
    """Both are paid, after a notice over National Day. The first has its report written. Of the second, whose line has
    left the city, the money is asked back, and the firm has been heard.
    """
    _through_notice(call, cases, monday, people, on=_eve_of_holiday())
    with morning_of(monday + timedelta(days=32)):
        _award(call, cases, people)
    with morning_of(monday + timedelta(days=35)):
        for case in cases:
            _pay(case, people)
    report = cases[0].reports.order_by("year")[0]
    reports.write(report, by=people["awarded"], version=report.version, values=GOOD_REPORT)
    report = cases[-1].reports.order_by("year")[0]
    written = reports.write(report, by=people["awarded"], version=report.version, values=REPORT)
    reports.accept(reports.submit(written, by=people["awarded"]), by=people["clerk"])
    recovery = recovering.propose(
        cases[-1],
        by=people["clerk"],
        amount_yuan=cases[-1].award.amount_yuan,
        due_on=shanghai_today() + timedelta(days=DAYS_TO_PAY_BACK),
        basis=BASIS,
        reason=REASON,
    )
    recovering.state_own_case(recovery, by=people["awarded"], text="演示：情况属实，按期退回。")


def _two_years_ago(call: Call, cases: Cases, monday: date, people: People) -> None:
    """Paid and reported on; of a round of site checks it was drawn, and the record of the check is concluded."""
    _through_notice(call, cases, monday, people)
    with morning_of(monday + timedelta(days=32)):
        _award(call, cases, people)
    with morning_of(monday + timedelta(days=35)):
        _pay(cases[0], people)
    for report in cases[0].reports.filter(year__lt=shanghai_today().year).order_by("year"):
        written = reports.write(report, by=people["awarded"], version=report.version, values=GOOD_REPORT)
        reports.accept(reports.submit(written, by=people["awarded"]), by=people["clerk"])
    _checked_on_the_spot(call.year, people)


def _checked_on_the_spot(awarded_in: int, people: People) -> None:
    """The award of that year alone; written by the officers drawn, as long as they are people of the demonstration."""
    due_on = shanghai_today() + timedelta(days=DAYS_TO_CHECK)
    years = {"awarded_from": awarded_in, "awarded_until": awarded_in}
    row = sampling.propose(by=people["clerk"], year=due_on.year, size=1, due_on=due_on, is_demo=True, **years)
    check = SiteCheck.objects.get(round=sampling.confirm(row, by=people["head"]))
    drawn = [officer.user for officer in check.visit.officers.select_related("user")]
    if not set(drawn) <= set(people.values()):
        return
    written = FOUND._replace(visited_on=shanghai_today())
    visiting.write(check.visit, by=drawn[0], version=check.visit.version, written=written)
    visit_documents.add(
        check.visit,
        by=drawn[0],
        content=_page("现场设备清单", check.application.project_name),
        name="演示-现场设备清单.pdf",
    )
    for officer in drawn:
        visiting.sign(check.visit, by=officer)


def _page(title: str, project_name: str) -> bytes:
    paper = PdfDocument(title, foot="演示数据")
    paper.heading(title, project_name)
    paper.text("本页仅供演示。实际办理时，此处为当事人制作或提交的文件。")
    return paper.render()


def _through_notice(call: Call, cases: Cases, monday: date, people: People, on: date | None = None) -> None:
    with morning_of(on or monday + timedelta(days=DAYS_TO_NOTICE)):
        notice = _published(call, cases, people)
    with morning_of(monday + timedelta(days=31)):
        clearing.clear(notice)


def _published(call: Call, cases: Cases, people: People) -> PublicNotice:
    title = f"演示：{call.year}年拟奖补项目公示"
    texts = Texts(title, call.business_hotline, DISCIPLINE, title_en="Demonstration: proposed awards")
    notice = writing.draft(call, by=people["clerk"], applications=cases, texts=texts)
    return publishing.publish(writing.send(notice, by=people["clerk"]), by=people["head"])


def _award(call: Call, cases: Cases, people: People) -> None:
    document = documents.prepare(
        call,
        by=people["clerk"],
        number=f"演示科发〔{call.year}〕{call.pk}号",
        title="演示：关于下达中试奖补资金的通知",
        applications=cases,
    )
    documents.issue(documents.countersign(document, by=people["finance"]), by=people["chief"])


def _enter_account(case: Application, people: People) -> PayeeAccount:
    return accounts.enter(case, by=people["awarded"], holder=case.organisation.name_zh, **ACCOUNT)


def _pay(case: Application, people: People) -> None:
    accounts.confirm(_enter_account(case, people), by=people["finance"], number=ACCOUNT["number"])
    case.refresh_from_db()
    (payment,) = payments.prepare(case, by=people["finance"], shares={Payer.CITY: case.award.amount_yuan})
    payments.approve(payment, by=people["chief"])
    payments.execute(
        payment, by=people["finance"], paid_on=shanghai_today(), voucher_number=f"演示凭证-{case.award.pk}"
    )


def _weeks_ago() -> date:
    return monday_before(shanghai_today() - timedelta(days=DAYS_BACK))


def _last_autumn() -> date:
    return monday_before(_eve_of_holiday() - timedelta(days=DAYS_TO_NOTICE))


def _eve_of_holiday() -> date:
    """The last working day before National Day of last year."""
    day = date(shanghai_today().year - 1, *BEFORE_HOLIDAY)
    while not is_working_day(day).is_working:
        day -= timedelta(days=1)
    return day


def _two_autumns_ago() -> date:
    return monday_before(date(shanghai_today().year - 2, *AUTUMN))


def monday_before(day: date) -> date:
    """That day, or the last Monday before it."""
    return day - timedelta(days=(day.weekday() - MONDAY) % 7)


STORIES = (
    Story(
        "demo-award-decided",
        "演示：重大中试项目产业化奖补申报（已审议批次）",
        "Demonstration: award for industrialised pilot projects, decided",
        slice(5),
        _weeks_ago,
        _this_year,
    ),
    Story(
        "demo-award-paid",
        "演示：重大中试项目产业化奖补申报（上年度批次）",
        "Demonstration: award for industrialised pilot projects, last year",
        slice(5, 7),
        _last_autumn,
        _last_year,
    ),
    Story(
        "demo-award-checked",
        "演示：重大中试项目产业化奖补申报（前年度批次）",
        "Demonstration: award for industrialised pilot projects, the year before",
        slice(7, 8),
        _two_autumns_ago,
        _two_years_ago,
    ),
)
