"""What the firm reads of its awards: document, account by its last digits, payments."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import Organisation, User
from subsidies import permissions
from subsidies.enums import SINCE_APPROVAL, AccountState, PaymentState, State
from subsidies.models import Application, Award, PayeeAccount, Payment

TOLD = (PaymentState.APPROVED, PaymentState.PAID, PaymentState.RETURNED)  # the rest is the bureau's own


class MoneyShown(NamedTuple):
    award: Award
    account: PayeeAccount | None  # the latest one that was not replaced
    payments: list[Payment]
    may_enter: bool
    with_account: bool  # the account and its last digits are the firm's own affair


def awards_of(organisation: Organisation) -> QuerySet[Award]:
    """With what is paid of each as `paid_yuan`; one query."""
    paid = Payment.objects.filter(award=OuterRef("pk"), state=PaymentState.PAID).order_by().values("award")
    summed = Subquery(paid.annotate(sum=Sum("amount_yuan")).values("sum"))
    nothing = Value(Decimal(0), output_field=DecimalField())
    rows: QuerySet[Award] = Award.objects.filter(organisation=organisation).select_related("scheme", "application")
    return rows.annotate(paid_yuan=Coalesce(summed, nothing))


def money_of(application: Application, user: User) -> MoneyShown | None:
    """None before the award; three queries, none where there cannot be one."""
    if application.state not in SINCE_APPROVAL:
        return None
    award = Award.objects.filter(application=application).select_related("document").first()
    if award is None:
        return None
    accounts = application.payee_accounts.exclude(state=AccountState.REPLACED).defer("number")
    payments = award.payments.filter(state__in=TOLD).select_related("account").defer("account__number")
    is_time = application.state in (State.AWARDED, State.PAYING)
    may_enter = is_time and permissions.can_enter_account(user, application)
    with_account = permissions.can_see_account(user, application)
    return MoneyShown(award, accounts.first(), list(payments.order_by("pk")), may_enter, with_account)
