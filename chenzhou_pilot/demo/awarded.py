"""Cases that stand at each stage after the decision, for whoever tries public notice, award, payment and follow-up.

Their people have moved them by the verbs, on mornings that lie back far enough for notices and years to be over.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from accounts.demo import awarded_enterprise
from chenzhou_pilot.demo.applications import Applicant, checked, nothing_mailed, submitted, told_of
from chenzhou_pilot.demo.calls import SCHEME, finished_call
from chenzhou_pilot.demo.deciding import approved, funded, reviewed
from chenzhou_pilot.demo.decision import People
from chenzhou_pilot.demo.past import morning_of
from common.calendar import shanghai_today
from common.pdf import PdfDocument
from subsidies import visit_documents, visiting
from subsidies.awarding import accounts, documents, payments
from subsidies.enums import Payer
from subsidies.follow_up import reports, sampling
from subsidies.models import Application, Budget, Call, Scheme, SiteCheck
from subsidies.publicity import clearing, publishing, writing
from subsidies.publicity.writing import Texts
from subsidies.visiting import Written

Cases = list[Application]
MONDAY, AUTUMN = 0, (10, 10)
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
DAYS_TO_CHECK = 30
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
        return [case for story in wanted if _is_free(story, scheme) for case in _told(story, scheme, people)]


def _is_free(story: Story, scheme: Scheme) -> bool:
    return not Budget.objects.filter(scheme=scheme, year=story.begins_on().year, is_demo=False).exists()


def _told(story: Story, scheme: Scheme, people: People) -> Cases:
    monday = story.begins_on()
    names = {"name_zh": story.name_zh, "name_en": story.name_en}
    with morning_of(monday):
        call = finished_call(scheme, story.slug, names, monday, monday + timedelta(days=DAYS_OPEN))
        funded(call, len(_projects(story)), people)
    cases = _decided(call, story, monday, people)
    story.goes_on(call, cases, monday, people)
    return cases


def _decided(call: Call, story: Story, monday: date, people: People) -> Cases:
    own = Applicant(awarded_enterprise(), people["awarded"], people["awarded"])
    with morning_of(monday + timedelta(days=1)):
        cases = [submitted(call, told, own) for told in _projects(story)]
    with morning_of(monday + timedelta(days=3)):
        cases = [checked(case, people) for case in cases]
    with morning_of(monday + timedelta(days=7)):
        reviewed(call, cases, people)
    with morning_of(monday + timedelta(days=9)):
        approved(call, cases, people)
    return cases


def _projects(story: Story) -> list[dict[str, Any]]:
    later = told_of("later")
    return [_project(later["template"], facts) for facts in later["projects"][story.projects]]


def _project(template: dict[str, Any], facts: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(template, ensure_ascii=False)
    text = text.replace("{product}", facts["product"]).replace("{serial}", facts["serial"])
    name = f"演示：{facts['product']}中试及产业化"
    return {"project_name": name, "answers": {**json.loads(text), "industry": facts["industry"]}}


# ---------------------------------------------------------------- how they went on
def _this_year(call: Call, cases: Cases, monday: date, people: People) -> None:
    """Two wait for their notice, the third for its award document, the fourth for its account."""
    *_waiting, cleared, awarded = cases
    _through_notice(call, [cleared, awarded], monday, people)
    with morning_of(monday + timedelta(days=32)):
        _award(call, [awarded], people)


def _last_year(call: Call, cases: Cases, monday: date, people: People) -> None:
    """Both are paid; of the second, the report says that the line has left the city."""
    _through_notice(call, cases, monday, people)
    with morning_of(monday + timedelta(days=32)):
        _award(call, cases, people)
    with morning_of(monday + timedelta(days=35)):
        for case in cases:
            _pay(case, people)
    report = cases[-1].reports.order_by("year")[0]
    written = reports.write(report, by=people["awarded"], version=report.version, values=REPORT)
    reports.submit(written, by=people["awarded"])


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
    visit_documents.add(check.visit, by=drawn[0], content=_list_of_machines(), name="演示-现场设备清单.pdf")
    for officer in drawn:
        visiting.sign(check.visit, by=officer)


def _list_of_machines() -> bytes:
    paper = PdfDocument("现场设备清单", foot="演示数据")
    paper.heading("现场设备清单", "演示：高纯氧化铋中试及产业化")
    paper.text("本页仅供演示。实际检查时，此处为检查人员当场制作或收取的文件。")
    return paper.render()


def _through_notice(call: Call, cases: Cases, monday: date, people: People) -> None:
    with morning_of(monday + timedelta(days=10)):
        title = f"演示：{call.year}年拟奖补项目公示"
        texts = Texts(title, call.business_hotline, DISCIPLINE, title_en="Demonstration: proposed awards")
        notice = writing.draft(call, by=people["clerk"], applications=cases, texts=texts)
        notice = publishing.publish(writing.send(notice, by=people["clerk"]), by=people["head"])
    with morning_of(monday + timedelta(days=31)):
        clearing.clear(notice)


def _award(call: Call, cases: Cases, people: People) -> None:
    document = documents.prepare(
        call,
        by=people["clerk"],
        number=f"演示科发〔{call.year}〕{call.pk}号",
        title="演示：关于下达中试奖补资金的通知",
        applications=cases,
    )
    documents.issue(documents.countersign(document, by=people["finance"]), by=people["chief"])


def _pay(case: Application, people: People) -> None:
    account = accounts.enter(case, by=people["awarded"], holder=case.organisation.name_zh, **ACCOUNT)
    accounts.confirm(account, by=people["finance"], number=ACCOUNT["number"])
    case.refresh_from_db()
    (payment,) = payments.prepare(case, by=people["finance"], shares={Payer.CITY: case.award.amount_yuan})
    payments.approve(payment, by=people["chief"])
    payments.execute(
        payment, by=people["finance"], paid_on=shanghai_today(), voucher_number=f"演示凭证-{case.award.pk}"
    )


def _weeks_ago() -> date:
    return _monday(shanghai_today() - timedelta(days=DAYS_BACK))


def _last_autumn() -> date:
    return _monday(date(shanghai_today().year - 1, *AUTUMN))


def _two_autumns_ago() -> date:
    return _monday(date(shanghai_today().year - 2, *AUTUMN))


def _monday(day: date) -> date:
    """That day, or the last Monday before it."""
    return day - timedelta(days=(day.weekday() - MONDAY) % 7)


STORIES = (
    Story(
        "demo-award-decided",
        "演示：重大中试项目产业化奖补申报（已审议批次）",
        "Demonstration: award for industrialised pilot projects, decided",
        slice(4),
        _weeks_ago,
        _this_year,
    ),
    Story(
        "demo-award-paid",
        "演示：重大中试项目产业化奖补申报（上年度批次）",
        "Demonstration: award for industrialised pilot projects, last year",
        slice(4, 6),
        _last_autumn,
        _last_year,
    ),
    Story(
        "demo-award-checked",
        "演示：重大中试项目产业化奖补申报（前年度批次）",
        "Demonstration: award for industrialised pilot projects, the year before",
        slice(6, 7),
        _two_autumns_ago,
        _two_years_ago,
    ),
)
