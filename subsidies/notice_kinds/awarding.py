"""Of the award document, the account, the payments, and of what follows them."""

from django.utils.translation import gettext_lazy as _

from common.notices import Kind, register

AWARD_DOCUMENT_WANTED = register(
    Kind(
        "award-document-wanted",
        _("Award document to be prepared: %(project)s"),
        _("The public notice with “%(project)s” of %(firm)s is over and nothing is open against it."),
        is_duty=True,
    )
)
COUNTERSIGNATURE_WANTED = register(
    Kind(
        "countersignature-wanted",
        _("Award document to be countersigned: %(number)s"),
        _("%(by)s has prepared “%(title)s”. Look through its list and countersign it for the finance bureau."),
        is_duty=True,
    )
)
ISSUE_WANTED = register(
    Kind(
        "award-issue-wanted",
        _("Award document to be issued: %(number)s"),
        _("“%(title)s” has been prepared and countersigned. With its issue the awards are given."),
        is_duty=True,
    )
)
DOCUMENT_SENT_BACK = register(
    Kind(
        "award-document-sent-back",
        _("Award document sent back to you: %(number)s"),
        _(
            "%(by)s has sent “%(title)s” back. Reason: %(reason)s\n"
            "Mend it, and the finance bureau is asked to countersign it again; or drop it."
        ),
        is_duty=True,
    )
)
AWARDED = register(
    Kind(
        "awarded",
        _("Awarded: %(project)s"),
        _(
            "The award document for “%(project)s” has been issued. Give the account that the money is to go to: it "
            "bears the name of %(firm)s."
        ),
        is_duty=True,
    )
)
REVOKED = register(
    Kind(
        "award-revoked",
        _("The award has been revoked: %(project)s"),
        _("The award for “%(project)s” has been revoked before anything was paid. Reason: %(reason)s"),
    )
)
ACCOUNT_WANTS_CONFIRMATION = register(
    Kind(
        "account-wants-confirmation",
        _("Account to be confirmed: %(project)s"),
        _("%(firm)s has given the account for “%(project)s”. Confirm it from the paper of the firm, or send it back."),
        is_duty=True,
    )
)
ACCOUNT_CONFIRMED = register(
    Kind(
        "account-confirmed",
        _("Account confirmed: %(project)s"),
        _("The finance bureau has confirmed the account for “%(project)s” and prepares the payment."),
    )
)
ACCOUNT_REFUSED = register(
    Kind(
        "account-refused",
        _("The account has been sent back: %(project)s"),
        _(
            "The finance bureau could not confirm the account for “%(project)s”. Reason: %(reason)s\n"
            "Give another one on the page of the application."
        ),
        is_duty=True,
    )
)
PAYMENT_WANTED = register(
    Kind(
        "payment-wanted",
        _("Payment to be prepared: %(project)s"),
        _("The account of %(firm)s for “%(project)s” is confirmed: prepare the payments."),
        is_duty=True,
    )
)
PAYMENT_WANTS_APPROVAL = register(
    Kind(
        "payment-wants-approval",
        _("Payment to be approved: %(project)s"),
        _("%(by)s has prepared the payment for “%(project)s” of %(firm)s."),
        is_duty=True,
    )
)
PAYMENT_WANTS_EXECUTION = register(
    Kind(
        "payment-wants-execution",
        _("Payment to be executed: %(project)s"),
        _("The payment for “%(project)s” of %(firm)s is approved: execute it, and record day and voucher."),
        is_duty=True,
    )
)
PAYMENT_RETURNED = register(
    Kind(
        "payment-returned",
        _("The bank has returned a payment: %(project)s"),
        _(
            "The bank has returned a payment for “%(project)s”. Reason: %(reason)s\n"
            "Look at the account on the page of the application, and give another one where it is wrong."
        ),
        is_duty=True,
    )
)
PAID = register(
    Kind(
        "paid",
        _("Paid: %(project)s"),
        _(
            "The award for “%(project)s” has been paid whole. Report every year what has become of the project; the "
            "page of the application says when."
        ),
    )
)
CLOSED = register(
    Kind(
        "case-closed",
        _("Closed: %(project)s"),
        _("The case of “%(project)s” is closed and filed. Thank you for the reports."),
    )
)
RECOVERY_DECIDED = register(
    Kind(
        "recovery-decided",
        _("Money is to be paid back: %(project)s"),
        _("It was decided that money given for “%(project)s” is to be paid back. Reason: %(reason)s"),
        is_duty=True,
    )
)
RECOVERED = register(
    Kind(
        "recovered",
        _("Paid back whole: %(project)s"),
        _("What was to be paid back for “%(project)s” has been paid back whole."),
    )
)
