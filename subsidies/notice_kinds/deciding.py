"""Of the decision of the meeting and of appeals against it."""

from django.utils.translation import gettext_lazy as _

from common.notices import Kind, register

RELEASE_WANTED = register(
    Kind(
        "release-wanted",
        _("Decisions to be released: %(call)s"),
        _("%(by)s has recorded what the meeting of %(held_on)s decided under %(call)s. It is for you to release it."),
        is_duty=True,
    )
)
DEFERRED = register(
    Kind(
        "deferred",
        _("Decision deferred: %(project)s"),
        _(
            "The decision on “%(project)s” is deferred. Reason: %(reason)s\n"
            "It stays in the queue; nothing is to be submitted again. Where you can object: %(appeal)s"
        ),
        is_duty=True,
    )
)
PROPOSED_FOR_SUPPORT = register(
    Kind(
        "proposed-for-support",
        _("Proposed for support: %(project)s"),
        _(
            "“%(project)s” is proposed for support. The public notice comes next; only when it has passed without "
            "objection is the award made."
        ),
    )
)
NOT_APPROVED = register(
    Kind(
        "not-approved",
        _("Not supported this time: %(project)s"),
        _(
            "“%(project)s” is not supported this time. Reason: %(reason)s\n"
            "You can read the scores by criterion with the application and appeal until %(appeal_until)s. "
            "Where: %(appeal)s"
        ),
        is_duty=True,
    )
)
APPEAL_WANTS_ANSWER = register(
    Kind(
        "appeal-to-answer",
        _("Appeal to be answered: %(project)s"),
        _("%(firm)s appeals against the decision on “%(project)s”. It is to be answered by the end of %(due_on)s."),
        is_duty=True,
    )
)
TAKEN_UP_AGAIN = register(
    Kind(
        "taken-up-again",
        _("Taken up again after your appeal: %(project)s"),
        _("Your appeal is upheld: “%(project)s” goes before the meeting once more. Answer: %(reason)s"),
        is_duty=True,
    )
)
APPEAL_DISMISSED = register(
    Kind(
        "appeal-dismissed",
        _("Your appeal is answered: %(project)s"),
        _("The decision on “%(project)s” stands. Answer: %(reason)s"),
        is_duty=True,
    )
)
