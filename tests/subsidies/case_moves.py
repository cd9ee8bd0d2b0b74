"""What may be tried with an application before its public notice; the number `pick` chooses who and what."""

from subsidies import (
    accepting,
    appealing,
    budgets,
    checking,
    cross_checks,
    deciding,
    drawing,
    meetings,
    panels,
    recommending,
    redirecting,
    reviewing,
    submitting,
)
from subsidies.enums import AppealState, AssignmentState, EntryKind, Judgement, SheetState, Verdict
from subsidies.models import Appeal, Application, Assignment, Decision, Draw, Meeting
from subsidies.withdrawing import withdraw as take_back
from tests.factories_decision import AMOUNT
from tests.subsidies.case_world import World, there
from tests.subsidies.deciders import MINUTES, held, recorded
from tests.subsidies.desk import ask_for_correction, checked, letter_by
from tests.subsidies.panel import expert_of, signs

ROUTE = "十日内向市科技局提出"


def recommend(world: World, application: Application, pick: int) -> None:
    unit = world.unit_at(application)
    writer = unit.leader if pick % 4 == 0 else unit.officer  # a leader does not decide on an opinion of their own
    told = {"text": "属实", "letter": letter_by(writer), "appeal_route": ROUTE}
    recommending.prepare(application, by=writer, opinion="recommend", **told)
    recommending.recommend(application, by=unit.leader)


def send_back(world: World, application: Application, pick: int) -> None:
    recommending.return_to_applicant(application, by=world.unit_at(application).officer, reason="请补充")


def redirect(world: World, application: Application, pick: int) -> None:
    """To the unit of another firm; a head of the bureau does, now and then a clerk tries."""
    office = list(world.firms.values())[pick % len(world.firms)].office
    redirecting.redirect(application, by=(*world.heads, world.clerks[0])[pick % 4], unit=office, reason="企业迁址")


def submit(world: World, application: Application, pick: int) -> None:
    submitting.submit(application, world.firms[application.pk].signatory)


def accept(world: World, application: Application, pick: int) -> None:
    accepting.accept(application, by=world.clerks[pick % 2])


def check(world: World, application: Application, pick: int) -> None:
    by = (*world.clerks, *world.heads)[pick % 4]
    checked(application, by)
    for hit in application.hits.filter(judgement=Judgement.OPEN):
        cross_checks.judge(hit, by=by, judgement=Judgement.HARMLESS, reason="两个不同的项目")
    checking.propose(application, by=by, outcome="pass")


def confirm(world: World, application: Application, pick: int) -> None:
    checking.confirm(application, by=(*world.clerks, *world.heads)[pick % 4])


def ask(world: World, application: Application, pick: int) -> None:
    ask_for_correction(application, fields=["trl_after"], by=world.clerks[pick % 2])


def resubmit(world: World, application: Application, pick: int) -> None:
    submitting.resubmit(application, world.firms[application.pk].signatory)


def draw(world: World, application: Application, pick: int) -> None:
    waiting = [
        each for each in Draw.objects.filter(confirmed_at=None) if application.number in drawing.numbers_of(each)
    ]
    drawn = waiting[0] if waiting else drawing.draw(world.call, [application], by=world.clerks[0])
    drawing.confirm(drawn, by=(*world.clerks, *world.heads)[pick % 4])


def sit(world: World, application: Application, pick: int) -> None:
    seat = _seat(application, AssignmentState.INVITED, pick)
    if pick % 20 == 7:
        panels.decline(seat, by=expert_of(seat), reason="time")
    else:
        panels.accept(seat, by=expert_of(seat))


def sign(world: World, application: Application, pick: int) -> None:
    seat = _seat(application, AssignmentState.ACCEPTED, pick)
    if seat.sheets.filter(state=SheetState.SIGNED).exists() and pick % 2:
        reviewing.revise(seat, by=expert_of(seat), reason="漏看一份报告")
    signs(seat, str(60 + pick % 40), comment="数据完整")


def propose(world: World, application: Application, pick: int) -> None:
    open_ones = Meeting.objects.filter(released_at=None, members__isnull=False)  # those of the past have none
    meeting = open_ones.first() or held(world.call, world.clerks[0])
    meetings.propose(application, meeting=meeting, by=world.heads[pick % 2])


def stage(world: World, application: Application, pick: int) -> None:
    verdict = (Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT, Verdict.DEFER)[pick % 4]
    recorded(_decision(application), world.clerks[pick % 2], verdict)


def take_off(world: World, application: Application, pick: int) -> None:
    meetings.take_off(_decision(application), by=world.heads[pick % 2], reason="材料待补")


def release(world: World, application: Application, pick: int) -> None:
    by = (*world.leaders, *world.leaders, *world.clerks, *world.heads)[pick % 8]
    deciding.release(_decision(application).meeting, by=by, minutes_number=MINUTES)


def appeal(world: World, application: Application, pick: int) -> None:
    appealing.appeal(application, by=world.firms[application.pk].lead, text="投入数据计算有误")


def answer(world: World, application: Application, pick: int) -> None:
    found = there(Appeal.objects.filter(decision__application=application, state=AppealState.OPEN).first())
    by = (*world.leaders, *world.heads)[pick % 4]
    appealing.answer(found, by=by, is_upheld=pick % 3 > 0, answer="经复核")


def withdraw(world: World, application: Application, pick: int) -> None:
    take_back(application, world.firms[application.pk].lead, "方案有变")


def change_budget(world: World, application: Application, pick: int) -> None:
    kind = (EntryKind.INCREASE, EntryKind.DECREASE)[pick % 2]
    proposer, confirmer = world.finance[0], world.finance[pick % 3 > 0]
    change = budgets.propose_change(
        world.budget,
        by=proposer,
        kind=kind,
        amount_yuan=AMOUNT / 2,
        reason="年中调整",
        document_number="郴财〔2026〕8号",
    )
    budgets.confirm_change(change, by=confirmer)


def _seat(application: Application, state: str, pick: int) -> Assignment:
    seats = list(application.assignments.filter(state=state).order_by("pk"))
    return there(seats[pick % len(seats)] if seats else None)


def _decision(application: Application) -> Decision:
    rows = Decision.objects.filter(application=application, released_at=None, removed_at=None)
    return there(rows.select_related("meeting", "application").first())
