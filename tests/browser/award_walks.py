"""Worlds after the decision, in which every page shows something: each person with the pages they look at."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from subsidies.enums import AccountState, AlertKind, IntegrityCategory, PaymentState, PleaKind, State
from subsidies.follow_up import integrity, recovering, reports
from subsidies.models import Alert, Application, FollowUpReport
from subsidies.publicity.codes import code_of
from tests.browser.desk_walks import CALL, DESK, FIRM, Walks, change
from tests.factories_awarding import account_of, payment_of
from tests.factories_awards import AwardFactory
from tests.factories_decision import staff
from tests.factories_publicity import objected
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.awarding.people import administrator, cleared, drafted, issued, people
from tests.subsidies.desk import clerk, section_head
from tests.subsidies.publicity.desk import house, published, sent, written


def announcing() -> Walks:
    """The public notice, from its draft to the answer to an objection."""
    who = house()
    call = CallFactory(name_zh=CALL, name_en="Award for industrialised pilot projects, 2026", slug="notice")
    names = (
        "含氟新材料中试及产业化示范",
        "固态电池电解质中试",
        "电子级氢氟酸中试",
        "稀贵金属综合回收中试",
        "钨尾砂中试",
    )
    ready = [ApplicationFactory(call=call, state=State.PUBLICITY_READY, project_name=name) for name in names]
    running = published(who, *ready[:2])
    by_person, by_unit = (
        objected(entry, kind=kind) for entry, kind in zip(running.entries.all(), ("person", "unit"), strict=True)
    )
    reviewed, draft = sent(who, ready[2]), written(who, ready[3])
    notice = f"/notices/{running.slug}/"
    pages = ("", "add/", f"add/?call={call.pk}", f"{draft.pk}/change/", f"{draft.pk}/edit/")
    return [
        (who.editor, [f"{DESK}/publicnotice/{page}" for page in pages]),
        (who.publisher, ["/admin/", *(f"{DESK}/publicnotice/{row.pk}/change/" for row in (reviewed, running))]),
        (who.handler, [f"{DESK}/objection/", *(f"{DESK}/objection/{row.pk}/change/" for row in (by_person, by_unit))]),
        (None, ["/notices/", notice, f"{notice}object/", f"/objections/{code_of(by_person.key)}/"]),
    ]


def paying() -> Walks:
    """Award documents, accounts, payments."""
    who = people()
    (waiting,), (listed,), (given,) = cleared(), cleared(), cleared()
    draft, document = drafted(who, listed), issued(who, given, serial=2)
    account_of(given, AccountState.ENTERED)
    partly = ApplicationFactory(state=State.PAYING, project_name="六氟磷酸锂中试放大")
    payment_of(partly, "500000.00", PaymentState.PAID, payer="county")
    payment_of(partly, "1500000.00", PaymentState.RETURNED)
    payment_of(partly, "1500000.00")
    approved = ApplicationFactory(state=State.PAYING)
    payment_of(approved, state=PaymentState.APPROVED)
    own, document_page = f"/applications/{given.public_id}/", f"{DESK}/awarddocument"
    return [
        (
            who.clerk,
            [
                *(f"{document_page}/{page}" for page in ("", "add/", f"add/?call={waiting.call_id}", "scans/")),
                *(f"{document_page}/{row.pk}/change/" for row in (draft, document)),
                *(f"{DESK}/award/{page}" for page in ("", f"{partly.award.pk}/change/")),
                *(f"{DESK}/earlieraward/{page}" for page in ("", "add/")),
                change(given),
            ],
        ),
        (
            who.finance,
            [
                *("/admin/", f"{document_page}/{draft.pk}/change/", f"{document_page}/{document.pk}/paper/"),
                *(f"{DESK}/application/{row.pk}/money/" for row in (given, partly)),
                *(f"{DESK}/payment/", f"{DESK}/payment/reconcile/"),
            ],
        ),
        (who.cashier, [f"{DESK}/application/{approved.pk}/money/"]),
        (administrator(given), [own, f"{own}account/", f"{own}award/"]),
        (None, ["/award-check/", f"/award-check/{document.check_code.hex}/"]),
    ]


def following() -> Walks:
    """Yearly reports, recovery, the integrity list, closing."""
    checker, own = clerk(), firm(slug="own", credit_code="91431025DEM000081C", **FIRM)
    lead = person_of(own, MembershipRole.PROJECT_LEAD)
    states = (State.PAID, State.PAID, State.RECOVERY, State.CLOSED)
    cases = [ApplicationFactory(organisation=own, state=state) for state in states]
    owing, sending, repaying, closed = cases
    for case in (owing, sending):
        reports.lay_out(case)
    report = owing.reports.earliest("year")
    _sent(sending.reports.earliest("year"), lead)
    _heard(sending, checker)
    entry = integrity.enter(own, by=checker, category=IntegrityCategory.FALSE_DATA, basis="弄虚作假处理决定")
    integrity.plead(entry, own, by=lead, kind=PleaKind.APPEAL, text="处理决定事实不清，请复核。")
    listed, finance = f"{DESK}/integrityentry/", staff(PersonKind.FINANCE)
    given, owed, recovered = (f"/applications/{case.public_id}/" for case in (owing, sending, repaying))
    return [
        (
            lead,
            [
                *(given, f"{given}follow-up/", f"{given}reports/{report.year}/"),
                *(f"{owed}follow-up/", f"{owed}reports/{report.year}/", f"{recovered}follow-up/"),
                *(f"/firms/own/{page}" for page in ("", "integrity/", f"integrity/{entry.pk}/")),
                "/accounts/data/",
            ],
        ),
        (checker, ["/admin/", *map(change, cases), listed, f"{listed}add/", f"{listed}{entry.pk}/change/"]),
        (section_head(), [change(sending), f"{listed}{entry.pk}/change/"]),
        (finance, [change(repaying), f"{DESK}/application/{repaying.pk}/money/"]),
        (staff(PersonKind.BUREAU_LEADER), [change(sending), change(closed)]),
    ]


def _sent(report: FollowUpReport, by: User) -> None:
    report.in_city, report.sales_yuan, report.tax_yuan, report.jobs = True, Decimal(12600000), Decimal(300000), 45
    report.text, report.state, report.submitted_by = "产线满负荷运行", "submitted", by
    report.submitted_at = timezone.now()
    report.save()


def _heard(application: Application, by: User) -> None:
    recovering.propose(
        application,
        by=by,
        amount_yuan=Decimal("2000000.00"),
        basis="奖补办法第二十条",
        reason="生产线迁出本市",
        due_on=shanghai_today() + timedelta(days=60),
        interest_percent=Decimal("3.45"),
    )


def reading() -> Walks:
    """Figures for those who lead, what the public reads and takes, and what the discipline office sees."""
    busy = clerk()
    night = {"person": busy.pk, "night": "2026-11-28", "changes": 23}
    alert = Alert.objects.create(kind=AlertKind.NIGHT, key="sample", facts=night)
    AwardFactory(project_name="一个名称很长的固态电池中试放大与产业化示范项目", organisation=firm(**FIRM))
    paid = ApplicationFactory(state=State.PAID)
    watcher, figures = staff(PersonKind.DISCIPLINE), f"{DESK}/award/figures/"
    public = ("/awards/", f"/awards/{paid.award.pk}/", "/awards/figures/", "/open-data/", "/calls/", "/policies/")
    return [
        (staff(PersonKind.BUREAU_LEADER), [figures]),
        (
            watcher,
            [
                *("/admin/", f"{DESK}/alert/", f"{DESK}/alert/{alert.pk}/change/", change(paid)),
                *("/admin/common/journalentry/", "/admin/accounts/user/", f"/admin/accounts/user/{busy.pk}/change/"),
            ],
        ),
        (None, list(public)),
    ]
