"""Of writing, signing and submitting, and what else passes between firm, consultants and bureau."""

from django.utils.translation import gettext_lazy as _

from common.notices import Kind, register

INVITED = register(
    Kind(
        "invited-to-apply",
        _("The city invites you to apply: %(project)s"),
        _(
            "By the city's own records “%(project)s” of %(firm)s seems to meet the conditions of %(call)s, which "
            "closes on %(closes_at)s. The draft begins with what the registry knows. The invitation promises nothing: "
            "the bureau decides on applications alone.\n%(message)s"
        ),
    )
)
GUEST_INVITED = register(
    Kind(
        "guest-invited",
        _("%(firm)s asks you to help with an application"),
        _(
            "%(person)s of %(firm)s lets you in to “%(project)s” (%(call)s). Accept it under “My account” by "
            "%(expires_at)s."
        ),
        is_for_inbox_alone=True,
    )
)
SIGNATURE_WANTED = register(
    Kind(
        "signature-wanted",
        _("Waiting for your signature: %(project)s"),
        _(
            "%(by)s has handed over “%(project)s” for the signature of %(firm)s. Look it through, confirm the pledge "
            "and submit it. %(call)s closes on %(closes_at)s."
        ),
        is_duty=True,
    )
)
GIVEN_BACK = register(
    Kind(
        "given-back",
        _("Back to be worked on: %(project)s"),
        _("%(by)s has given “%(project)s” back to those who write it. Note: %(reason)s"),
        is_duty=True,
    )
)
SUBMITTED = register(
    Kind(
        "submitted",
        _("Submitted: %(project)s"),
        _(
            "%(by)s has signed and submitted “%(project)s” under %(call)s on %(moved_at)s. The receipt stands with "
            "the application. %(unit)s now looks at it and recommends it to the bureau."
        ),
    )
)
RETURNED = register(
    Kind(
        "returned",
        _("To be mended and submitted again: %(project)s"),
        _(
            "%(unit)s has returned “%(project)s”. Reason: %(reason)s\n"
            "Mend it and submit it again; %(call)s closes on %(closes_at)s."
        ),
        is_duty=True,
    )
)
WITHDRAWN = register(
    Kind(
        "withdrawn",
        _("Withdrawn: %(project)s"),
        _("%(by)s has withdrawn “%(project)s” of %(firm)s. Reason: %(reason)s"),
    )
)
COMMENTED = register(
    Kind(
        "commented",
        _("New comment: %(project)s"),
        _("%(by)s has written a comment on “%(project)s”. Only your firm and those it has let in can read it."),
    )
)
LETTER_SENT = register(
    Kind(
        "letter",
        _("Letter from the bureau: %(project)s"),
        _("The bureau has written to you about “%(project)s”: %(subject)s\nThe letter stands with the application."),
        is_duty=True,
    )
)
