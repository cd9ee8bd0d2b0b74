"""Of public notices and of objections."""

from django.utils.translation import gettext_lazy as _

from common.notices import Kind, register

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
NOTICE_RUNS_LONGER = register(
    Kind(
        "public-notice-runs-longer",
        _("Public notice extended to %(ends_on)s: %(title)s"),
        _(
            "The working calendar has changed: the last day of the public notice “%(title)s” has moved from "
            "%(ended_on)s to %(ends_on)s. Objections are taken until the end of that day. The firms still listed have "
            "been told."
        ),
    )
)
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
IN_PUBLIC_NOTICE_FOR_LONGER = register(
    Kind(
        "in-public-notice-for-longer",
        _("In public notice until %(ends_on)s: %(project)s"),
        _(
            "The working calendar has changed: the last day of the public notice in which “%(project)s” stands has "
            "moved from %(ended_on)s to %(ends_on)s. You need not do anything."
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
OBJECTION_WANTS_ANSWER = register(
    Kind(
        "objection-to-answer",
        _("An objection is to be answered: %(project)s"),
        _("Somebody has objected to “%(project)s” of %(firm)s. It is to be answered by %(due_on)s."),
        is_duty=True,
    )
)
OBJECTION_NOT_UPHELD = register(
    Kind(
        "objection-not-upheld",
        _("The objection was not upheld: %(project)s"),
        _("The objection to “%(project)s” was not upheld. The award goes on when the days of the notice are over."),
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
