"""Who is told of award documents, accounts and payments, beyond what the moves of the applications tell themselves."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from common.notices import Kind, tell
from subsidies import audiences
from subsidies.models import Application, AwardDocument, PayeeAccount
from subsidies.notice_kinds import awarding as kinds
from subsidies.notices import Facts, address_of, facts_of, others, tell_others


def tell_of_document(document: AwardDocument, by: User) -> None:
    """To who signs next."""
    is_signed = document.countersigned_by_id is not None
    kind = kinds.ISSUE_WANTED if is_signed else kinds.COUNTERSIGNATURE_WANTED
    _tell_about_document(document, kind, audiences.signers_of(document), by)


def tell_of_returned_document(document: AwardDocument, by: User, reason: str) -> None:
    """To the clerk, who mends it or drops it."""
    _tell_about_document(document, kinds.DOCUMENT_SENT_BACK, [document.prepared_by], by, reason)


def _tell_about_document(
    document: AwardDocument, kind: Kind, people: Iterable[User], by: User, reason: str = ""
) -> None:
    facts: Facts = {"number": document.number, "title": document.title, "by": str(by), "reason": reason}
    tell(others(people, by), kind, facts, reverse("admin:subsidies_awarddocument_change", args=[document.pk]))


def tell_of_account(account: PayeeAccount) -> None:
    application = account.application
    people = audiences.account_confirmers(application)
    tell_others(application, kinds.ACCOUNT_WANTS_CONFIRMATION, people, account.entered_by)


def tell_of_refused_account(account: PayeeAccount) -> None:
    application = account.application
    facts = facts_of(application) | {"reason": account.reason}
    tell(audiences.firm(application), kinds.ACCOUNT_REFUSED, facts, address_of(application))


def tell_of_prepared_payment(application: Application, by: User) -> None:
    tell_others(application, kinds.PAYMENT_WANTS_APPROVAL, audiences.payment_approvers(application), by)


def tell_of_approved_payment(application: Application, by: User) -> None:
    tell_others(application, kinds.PAYMENT_WANTS_EXECUTION, audiences.payment_executors(application), by)


def tell_of_returned_payment(application: Application, reason: str) -> None:
    """Where it moves nothing; the move of an application that was paid whole tells of it itself."""
    facts = facts_of(application) | {"reason": reason}
    tell(audiences.firm(application), kinds.PAYMENT_RETURNED, facts, address_of(application))
