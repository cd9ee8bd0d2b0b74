"""Award, account and payments by API: the firm's own, and the payments for finance; the same verbs as on the pages."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.api import PersonalAPIView
from common.private_api import PAGE_PARAMETERS, answered, page_of, sent
from common.references import picked
from subsidies import permissions
from subsidies.api.money_schema import AccountsDescribed, AccountSent, MoneyDescribed, PaymentPage
from subsidies.api.private_schema import PAGE, private
from subsidies.api.refusals import told
from subsidies.api.views import OwnApplicationView, person
from subsidies.awarding import accounts
from subsidies.awarding.shown import MoneyShown, money_of
from subsidies.models import Application, Award, PayeeAccount, Payment

NEWEST_FIRST = ("-id",)


class Account(OwnApplicationView):
    @extend_schema(
        operation_id="application_account",
        summary="The account that the money goes to, by its last digits",
        description="For the people of the firm; a consultant reads nothing of it.",
        responses=private(AccountsDescribed, 400, 403, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        if not permissions.can_see_account(person(request), self.application):
            raise PermissionDenied
        return answered(_accounts(self.application))

    @extend_schema(
        operation_id="application_account_give",
        summary="Give the account, or another one in its place",
        description="By the administrator of the firm; the finance bureau confirms it. Sent twice, it is one.",
        request=AccountSent,
        responses=private(AccountsDescribed, 400, 403, 404, 409, 413, 415),
    )
    def put(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, AccountSent)
        with told():
            accounts.enter(self.application, by=person(request), **given)
        return answered(_accounts(self.application))


class Money(OwnApplicationView):
    @extend_schema(
        operation_id="application_payments",
        summary="The award and its payments",
        responses=private(MoneyDescribed, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        money = money_of(self.application, person(request))
        if money is None:
            raise Http404
        return answered(money_shape(money))


class PaymentList(PersonalAPIView):
    known_parameters = PAGE_PARAMETERS

    @extend_schema(
        operation_id="payment_list",
        summary="All payments, the newest first; for the bureau and finance",
        parameters=PAGE,
        responses=private(PaymentPage, 400, 403),
    )
    def get(self, request: Request) -> HttpResponse:
        user = person(request)
        if not (user.has_perm("subsidies.view_payment") and user.acts_for_whole_city()):
            raise PermissionDenied
        rows = Payment.objects.select_related("account", "award__application", "award__organisation")
        return page_of(request, rows.defer("account__number"), NEWEST_FIRST, lambda page: [_row(each) for each in page])


# ---------------------------------------------------------------- shapes
def money_shape(money: MoneyShown) -> dict[str, Any]:
    payments = [_payment(row, with_account=money.with_account) for row in money.payments]
    return {"award": _award(money.award), "payments": payments}


def _accounts(application: Application) -> dict[str, Any]:
    """One query."""
    rows = list(application.payee_accounts.defer("number"))
    confirmed = next((row for row in rows if row.state == "confirmed"), None)
    return {"confirmed": _account(confirmed), "latest": _account(rows[0] if rows else None)}


def _account(account: PayeeAccount | None) -> dict[str, Any] | None:
    if account is None:
        return None
    return {
        **picked(account, "holder", "bank", "last_digits", "state", "entered_at"),
        "reason": account.reason or None,
    }


def _award(award: Award) -> dict[str, Any]:
    document = award.document
    path = reverse("subsidies:award_checked", args=[document.check_code.hex]) if document else ""
    return {
        **picked(award, "document_number", "amount_yuan", "awarded_on", "revoked_on"),
        "check_url": f"{settings.SITE_URL}{path}",
    }


def _payment(payment: Payment, *, with_account: bool) -> dict[str, Any]:
    return {
        **picked(payment, "id", "payer", "amount_yuan", "state", "paid_on", "returned_on"),
        "last_digits": payment.account.last_digits if with_account else None,
        "reason": payment.reason or None,
    }


def _row(payment: Payment) -> dict[str, Any]:
    award = payment.award
    return {
        **_payment(payment, with_account=True),
        "application": award.application.number if award.application else "",
        "firm": award.organisation.name_zh,
        "document_number": award.document_number,
        "voucher_number": payment.voucher_number or None,
    }
