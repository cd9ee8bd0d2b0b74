"""The people between the notice and the money, and applications on their way by the verbs."""

from typing import Any, NamedTuple

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from subsidies.awarding import accounts, documents, payments
from subsidies.enums import Payer, State
from subsidies.models import Application, AwardDocument, Payment
from tests.factories_decision import AMOUNT, staff
from tests.factories_subsidies import ApplicationFactory, CallFactory, person_of

NUMBER = "6222 0200 0000 1234567"
BANK = "示例银行郴州分行营业部"


class People(NamedTuple):
    """A clerk and a leader of the bureau; three of finance, who prepare, approve and execute."""

    clerk: User
    head: User
    leader: User
    finance: User
    approver: User
    cashier: User


def people() -> People:
    return People(
        staff(PersonKind.BUREAU_CLERK),
        staff(PersonKind.SECTION_HEAD),
        staff(PersonKind.BUREAU_LEADER),
        *(staff(PersonKind.FINANCE) for _ in range(3)),
    )


def number(serial: int = 1) -> str:
    return f"郴科发[{shanghai_today().year}]{serial}号"


def cleared(count: int = 1, **fields: Any) -> list[Application]:
    """Of one call, after their public notice."""
    call = fields.pop("call", None) or CallFactory()
    return [ApplicationFactory(call=call, state=State.CLEARED, **fields) for _ in range(count)]


def drafted(who: People, *applications: Application, serial: int = 1, **fields: Any) -> AwardDocument:
    given = {"number": number(serial), "title": "关于下达中试奖补资金的通知", "text": "请按规定使用。", **fields}
    return documents.prepare(applications[0].call, by=who.clerk, applications=applications, **given)


def issued(who: People, *applications: Application, **fields: Any) -> AwardDocument:
    document = documents.countersign(drafted(who, *applications, **fields), by=who.finance)
    return documents.issue(document, by=who.leader)


def paying(who: People, **fields: Any) -> Application:
    """Through all verbs to a confirmed account."""
    (application,) = cleared()
    issued(who, application, **fields)
    account = accounts.enter(application, by=administrator(application), **given_account(application))
    accounts.confirm(account, by=who.finance, number=NUMBER)
    return fresh(application)


def given_account(application: Application, **fields: Any) -> dict[str, str]:
    return {"holder": application.organisation.name_zh, "bank": BANK, "number": NUMBER, **fields}


def administrator(application: Application) -> User:
    return User.objects.get(pk=application.submitted_by_id) if application.submitted_by_id else _new(application)


def _new(application: Application) -> User:
    return person_of(application.organisation)


def approved(who: People, application: Application, **shares: Any) -> list[Payment]:
    prepared = payments.prepare(application, by=who.finance, shares=shares or {Payer.CITY: AMOUNT})
    return [payments.approve(payment, by=who.approver) for payment in prepared]


def executed(who: People, payment: Payment, voucher: str = "") -> Payment:
    voucher = voucher or f"PZ-{payment.pk}"
    return payments.execute(payment, by=who.cashier, paid_on=shanghai_today(), voucher_number=voucher)


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def sent(key: str, **fields: Any) -> dict[str, Any]:
    """What the form of one move posts, as the desk names its fields."""
    return {"do": key} | {f"{key}-{name}": value for name, value in fields.items()}
