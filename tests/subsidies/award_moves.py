"""What may be tried from the public notice to the closed case; the number `pick` chooses who and what."""

from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from common.calendar import shanghai_today
from subsidies import correcting
from subsidies.awarding import accounts, documents, payments
from subsidies.awarding.revoking import revoke as take_away
from subsidies.enums import (
    AccountState,
    Action,
    Consequence,
    DocumentState,
    NoticeState,
    ObjectionState,
    PaymentState,
    ReportState,
)
from subsidies.follow_up import closing, recovering, reports
from subsidies.models import Application, AwardDocument, Objection, PayeeAccount, Payment, PublicNotice
from subsidies.publicity import answering, clearing, objecting, publishing, writing
from subsidies.publicity.reading import ready_for_notice
from subsidies.workflow import MoveRefused, move
from tests.factories_decision import AMOUNT
from tests.subsidies.awarding.people import BANK, number
from tests.subsidies.case_world import World, there
from tests.subsidies.publicity.desk import GROUNDS, PERSON, TEXTS, paper

NUMBERS = ("6222020000001234567", "4300123456789000")
COUNTY = Decimal("800000.00")


def anyone(world: World, pick: int) -> User:
    return [person for office in world.offices for person in office][pick % 10]


# ---------------------------------------------------------------- public notice
def write_notice(world: World, application: Application, pick: int) -> None:
    chosen = [application, *ready_for_notice(world.call).exclude(pk=application.pk)][: 1 + pick % 3]
    writing.draft(world.call, by=world.clerks[pick % 2], applications=chosen, texts=TEXTS)


def send_notice(world: World, application: Application, pick: int) -> None:
    writing.send(_notice(application, NoticeState.DRAFT), by=world.clerks[pick % 2])


def give_notice_back(world: World, application: Application, pick: int) -> None:
    notice = _notice(application, NoticeState.REVIEW)
    writing.give_back(notice, by=world.heads[0], reason="请核对")
    writing.drop(notice, by=world.clerks[0])


def publish(world: World, application: Application, pick: int) -> None:
    publishing.publish(_notice(application, NoticeState.REVIEW), by=(*world.heads, *world.clerks)[pick % 5])


def days_pass(world: World, application: Application, pick: int) -> None:
    """And what runs by the clock does."""
    world.clock.forward((1, 1, 3, 8)[pick % 4])
    with world.clock.standing():
        clearing.clear_due()
        correcting.lapse_overdue()


def clear_by_hand(world: World, application: Application, pick: int) -> None:
    """Past the verb that counts the days: the database looks at the day and the objections itself."""
    try:
        with transaction.atomic():
            move(application, Action.CLEAR, by=None)
            shown = application.notice_entries.filter(notice__state=NoticeState.PUBLISHED)
            entry = there(shown.filter(cleared_at=None, removed_at=None).first())
            entry.cleared_at = timezone.now()
            entry.save(update_fields=["cleared_at"])
    except IntegrityError as error:
        raise MoveRefused("held by the database") from error


def object_to(world: World, application: Application, pick: int) -> None:
    entry = there(application.notice_entries.order_by("-pk").first())
    objecting.object_to(entry, PERSON, text=GROUNDS, evidence=[paper()])


def dismiss(world: World, application: Application, pick: int) -> None:
    answering.dismiss(_objection(application), by=(*world.heads, *world.leaders)[pick % 5], answer="经核实不成立")


def uphold(world: World, application: Application, pick: int) -> None:
    by, consequence = (*world.heads, *world.leaders)[pick % 5], Consequence.values[pick % 2]
    answering.uphold(_objection(application), by=by, answer="经核实属实", consequence=consequence)


# ---------------------------------------------------------------- award document
def prepare_document(world: World, application: Application, pick: int) -> None:
    chosen = [application, *documents.to_be_listed(world.call).exclude(pk=application.pk)][: 1 + pick % 2]
    serial = AwardDocument.objects.count() + 1
    by = (*world.clerks, world.heads[0], world.finance[0])[pick % 4]
    documents.prepare(world.call, by=by, number=number(serial), title="下达通知", applications=chosen)


def drop_document(world: World, application: Application, pick: int) -> None:
    document = _document(application, DocumentState.DRAFT, DocumentState.COUNTERSIGNED)
    documents.drop(document, by=world.clerks[pick % 2], reason="名单有变")


def countersign(world: World, application: Application, pick: int) -> None:
    documents.countersign(_document(application, DocumentState.DRAFT), by=anyone(world, pick))


def issue(world: World, application: Application, pick: int) -> None:
    by = (*world.leaders, *world.leaders, *world.finance)[pick % 7]
    documents.issue(_document(application, DocumentState.COUNTERSIGNED, DocumentState.DRAFT), by=by)


def revoke(world: World, application: Application, pick: int) -> None:
    take_away(application, by=(*world.leaders, *world.heads)[pick % 5], reason="材料不实")


# ---------------------------------------------------------------- account and payment
def enter_account(world: World, application: Application, pick: int) -> None:
    people = world.firms[application.pk]
    by = (people.signatory, people.signatory, people.lead)[pick % 3]
    holder = application.organisation.name_zh if pick % 7 else "另一家公司"
    accounts.enter(application, by=by, holder=holder, bank=BANK, number=NUMBERS[pick % 2])


def confirm_account(world: World, application: Application, pick: int) -> None:
    account = there(PayeeAccount.objects.filter(application=application, state=AccountState.ENTERED).first())
    accounts.confirm(account, by=(*world.finance, world.leaders[0])[pick % 4], number=account.number)


def prepare_payment(world: World, application: Application, pick: int) -> None:
    left = payments.left_to_prepare(there(getattr(application, "award", None)))
    shares = {"city": left - COUNTY, "county": COUNTY} if left == AMOUNT and pick % 2 else {"city": left}
    if pick % 11 == 10:
        shares["city"] += AMOUNT
    payments.prepare(application, by=world.finance[pick % 3], shares=shares)


def approve_payment(world: World, application: Application, pick: int) -> None:
    payment = _payment(application, pick, PaymentState.PREPARED)
    payments.approve(payment, by=(*world.finance, *world.leaders)[pick % 5])


def cancel_payment(world: World, application: Application, pick: int) -> None:
    payment = _payment(application, pick, PaymentState.PREPARED, PaymentState.APPROVED)
    payments.cancel(payment, by=world.finance[pick % 3], reason="金额有误")


def execute_payment(world: World, application: Application, pick: int) -> None:
    """Now and then one that is not approved, or paid already."""
    states = (PaymentState.APPROVED,) if pick % 5 else PaymentState.values
    payment = _payment(application, pick, *states)
    by = (*world.finance, *world.finance, world.leaders[0])[pick % 7]
    voucher = f"PZ-{payment.pk}-{pick % 3}"
    payments.execute(payment, by=by, paid_on=shanghai_today(), voucher_number=voucher)


def return_payment(world: World, application: Application, pick: int) -> None:
    payment = _payment(application, pick, PaymentState.PAID, PaymentState.RETURNED)
    payments.record_return(payment, by=world.finance[pick % 3], returned_on=shanghai_today(), reason="户名不符")


# ---------------------------------------------------------------- reports, closing, recovery
def report(world: World, application: Application, pick: int) -> None:
    """Waived by a clerk before its year is over, so that a case can be closed in time."""
    found = there(application.reports.exclude(state=ReportState.WAIVED).first())
    reports.waive(found, by=(*world.clerks, *world.finance)[pick % 5], reason="企业已合并")


def close(world: World, application: Application, pick: int) -> None:
    closing.close(application, by=(*world.clerks, *world.leaders)[pick % 4])


def propose_recovery(world: World, application: Application, pick: int) -> None:
    due_on = shanghai_today() + timedelta(days=40)
    amount = (AMOUNT, AMOUNT / 2, AMOUNT * 2)[pick % 3]
    by = (*world.clerks, *world.heads)[pick % 5]
    recovering.propose(application, by=by, amount_yuan=amount, basis="办法第二十条", reason="迁出本市", due_on=due_on)


def state_own_case(world: World, application: Application, pick: int) -> None:
    people = world.firms[application.pk]
    found = there(recovering.standing_recovery(application))
    recovering.state_own_case(found, by=people.lead if pick % 3 else world.clerks[0], text="设备仍在本市")


def decide_recovery(world: World, application: Application, pick: int) -> None:
    found = there(recovering.standing_recovery(application))
    by = (*world.leaders, *world.leaders, *world.heads)[pick % 7]
    if pick % 6 == 5:
        recovering.drop(found, by=by, reason="理由成立")
    else:
        recovering.decide(found, by=by, document_number=number(90), answer="不予采纳")


def repay(world: World, application: Application, pick: int) -> None:
    found = there(recovering.standing_recovery(application))
    amount = found.amount_yuan / 2 if pick % 4 else found.amount_yuan
    serial = found.repayments.count() + pick % 2  # the same voucher again, now and then
    recovering.register(
        found,
        by=(*world.finance, world.clerks[0])[pick % 4],
        amount_yuan=amount,
        received_on=shanghai_today(),
        voucher_number=f"记-{found.pk}-{serial}",
    )


# ---------------------------------------------------------------- rows
def _notice(application: Application, state: str) -> PublicNotice:
    rows = PublicNotice.objects.filter(entries__application=application, state=state)
    found: PublicNotice = there(rows.first())
    return found


def _objection(application: Application) -> Objection:
    rows = Objection.objects.filter(entry__application=application, state=ObjectionState.OPEN)
    found: Objection = there(rows.select_related("entry__application", "notice").first())
    return found


def _document(application: Application, *states: str) -> AwardDocument:
    rows = AwardDocument.objects.filter(entries__application=application, entries__dropped_at=None, state__in=states)
    found: AwardDocument = there(rows.first())
    return found


def _payment(application: Application, pick: int, *states: str) -> Payment:
    rows = list(Payment.objects.filter(award__application=application, state__in=states).order_by("pk"))
    found: Payment = there(rows[pick % len(rows)] if rows else None)
    return found
