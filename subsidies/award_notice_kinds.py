"""What people are told from the public notice to the end of a case, in words; see also subsidies.notice_kinds."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.notices import Kind, register

# ---------------------------------------------------------------- to the firm
IN_PUBLIC_NOTICE = register(
    Kind(
        "in-public-notice",
        _("In public notice: %(project)s"),
        _(
            "“%(project)s” stands in the list that is open to the public. Anyone may object until the notice is over; "
            "you need not do anything meanwhile."
        ),
    )
)
OUT_OF_PUBLIC_NOTICE = register(
    Kind(
        "out-of-public-notice",
        _("A new public notice follows: %(project)s"),
        _("The list in which “%(project)s” stood has been taken down; a new one follows. Reason: %(reason)s"),
    )
)
PUBLIC_NOTICE_OVER = register(
    Kind(
        "public-notice-over",
        _("The public notice is over: %(project)s"),
        _("Nothing is open against “%(project)s”. The bureau now prepares the award document."),
    )
)
DECIDED_ANEW = register(
    Kind(
        "decided-anew",
        _("To be decided anew: %(project)s"),
        _("An objection to “%(project)s” was upheld, and the bureau decides on it anew. Reason: %(reason)s"),
    )
)
ANNULLED = register(
    Kind(
        "annulled",
        _("Annulled after an objection: %(project)s"),
        _("An objection to “%(project)s” was upheld; it receives no support. Reason: %(reason)s"),
    )
)
OBJECTION_HANDLED = register(
    Kind(
        "objection-handled",
        _("An objection is being handled: %(project)s"),
        _(
            "Somebody has objected to “%(project)s”. The bureau answers by %(due_on)s; until then the award waits. You "
            "will be told of the outcome."
        ),
    )
)
OBJECTION_NOT_UPHELD = register(
    Kind(
        "objection-not-upheld",
        _("The objection was not upheld: %(project)s"),
        _("The objection to “%(project)s” was not upheld. The award goes on when the days of the notice are over."),
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

# ---------------------------------------------------------------- to staff
NOTICE_WANTED = register(
    Kind(
        "public-notice-wanted",
        _("Public notice to be written: %(project)s"),
        _("“%(project)s” of %(firm)s was approved and waits for its public notice."),
        is_duty=True,
    )
)
NOTICE_WANTS_PUBLICATION = register(
    Kind(
        "public-notice-to-publish",
        _("Public notice to be published: %(title)s"),
        _("%(by)s has written the public notice “%(title)s”. Look through it, and publish it or give it back."),
        is_duty=True,
    )
)
NOTICE_GIVEN_BACK = register(
    Kind(
        "public-notice-given-back",
        _("Public notice given back: %(title)s"),
        _("%(by)s has given the public notice “%(title)s” back. Reason: %(reason)s"),
        is_duty=True,
    )
)
NEW_NOTICE_WANTED = register(
    Kind(
        "new-public-notice-wanted",
        _("New public notice to be sent: %(title)s"),
        _("An objection was upheld and the notice “%(title)s” replaced. A draft of the new one is ready for you."),
        is_duty=True,
    )
)
OBJECTION_WANTS_ANSWER = register(
    Kind(
        "objection-to-answer",
        _("An objection is to be answered: %(project)s"),
        _("Somebody has objected to “%(project)s” of %(firm)s. It is to be answered by %(due_on)s."),
        is_duty=True,
    )
)
AWARD_DOCUMENT_WANTED = register(
    Kind(
        "award-document-wanted",
        _("Award document to be prepared: %(project)s"),
        _("The public notice with “%(project)s” of %(firm)s is over and nothing is open against it."),
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
ACCOUNT_WANTS_CONFIRMATION = register(
    Kind(
        "account-wants-confirmation",
        _("Account to be confirmed: %(project)s"),
        _("%(firm)s has given the account for “%(project)s”. Confirm it from the paper of the firm, or send it back."),
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
OBJECTION_DUE = register(
    Kind(
        "objection-due",
        ngettext_lazy(
            "%(days)d working day left to answer the objection: %(project)s",
            "%(days)d working days left to answer the objection: %(project)s",
            "days",
        ),
        _("The objection to “%(project)s” of %(firm)s is to be answered by the end of %(due_on)s."),
        is_duty=True,
        about=_("Reminder: an objection is to be answered"),
    )
)
