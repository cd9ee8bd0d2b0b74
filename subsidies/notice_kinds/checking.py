"""Of acceptance, form check and correction."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.notices import Kind, register

ACCEPTANCE_WANTED = register(
    Kind(
        "acceptance-wanted",
        _("To be accepted: %(project)s"),
        _("%(unit)s has recommended “%(project)s” of %(firm)s. Accept it, or refuse it with the reason."),
        is_duty=True,
    )
)
ACCEPTED = register(
    Kind(
        "accepted",
        _("Materials being checked: %(project)s"),
        _("The bureau has taken up “%(project)s” and goes through the published check table."),
    )
)
NOT_ACCEPTED = register(
    Kind(
        "not-accepted",
        _("Not taken up this time: %(project)s"),
        _("The bureau has not taken up “%(project)s” under %(call)s. Reason: %(reason)s"),
        is_duty=True,
    )
)
CHECK_WANTED = register(
    Kind(
        "check-wanted",
        _("To be checked: %(project)s"),
        _("“%(project)s” of %(firm)s is accepted and waits for its form check."),
        is_duty=True,
    )
)
CORRECTION_WANTED = register(
    Kind(
        "correction-wanted",
        _("Please complete by %(due_on)s: %(project)s"),
        ngettext_lazy(
            "In “%(project)s” %(count)d item has to be mended; what is listed is all. Only this opens for writing. "
            "Submit it again by the end of %(due_on)s; the bureau's own time stops meanwhile.",
            "In “%(project)s” %(count)d items have to be mended; what is listed is all. Only these open for writing. "
            "Submit it again by the end of %(due_on)s; the bureau's own time stops meanwhile.",
            "count",
        ),
        is_duty=True,
    )
)
CORRECTION_LATER = register(
    Kind(
        "correction-later",
        _("More time to complete, until %(due_on)s: %(project)s"),
        _(
            "The working calendar has changed, and gives you more time for “%(project)s”: submit it again by the end "
            "of %(due_on)s. Unless that is done by the end of %(grace_until)s it is closed."
        ),
        is_duty=True,
    )
)
CORRECTED_FOR_SIGNATURE = register(
    Kind(
        "corrected-for-signature",
        _("Corrected, waiting for your signature: %(project)s"),
        _(
            "%(by)s has mended what the bureau asked for in “%(project)s”. Look it through and submit it again by the "
            "end of %(due_on)s: only an administrator of %(firm)s can."
        ),
        is_duty=True,
    )
)
CORRECTED = register(
    Kind(
        "corrected",
        _("Submitted again: %(project)s"),
        _("%(by)s has submitted the corrected “%(project)s”. The bureau goes on with its check."),
    )
)
CHECK_AGAIN = register(
    Kind(
        "check-again",
        _("Corrected, to be checked again: %(project)s"),
        _(
            "%(firm)s has submitted “%(project)s” again. The desk shows what has changed; "
            "the time of the check runs on."
        ),
        is_duty=True,
    )
)
CONFIRMATION_WANTED = register(
    Kind(
        "confirmation-wanted",
        _("Form check to be confirmed: %(project)s"),
        _("%(by)s has checked “%(project)s” of %(firm)s and proposes the outcome. It is for you to confirm it."),
        is_duty=True,
    )
)
LOOK_AGAIN = register(
    Kind(
        "look-again",
        _("Form check sent back to you: %(project)s"),
        _("%(by)s does not confirm the proposed outcome for “%(project)s” of %(firm)s. Reason: %(reason)s"),
        is_duty=True,
    )
)
PASSED = register(
    Kind(
        "passed",
        _("Materials complete: %(project)s"),
        _("The check of “%(project)s” is passed: the materials are complete. The review comes next."),
    )
)
CHECK_FAILED = register(
    Kind(
        "check-failed",
        _("Ended at the check of materials: %(project)s"),
        _("“%(project)s” has not passed the check of materials. Reason: %(reason)s"),
        is_duty=True,
    )
)
LAPSED = register(
    Kind(
        "lapsed",
        _("Ended, not completed in time: %(project)s"),
        _("“%(project)s” was not submitted again in time and is closed. You may start anew while a call is open."),
        is_duty=True,
    )
)
ENDED_IN_BUREAU = register(
    Kind(
        "ended-in-bureau",
        _("Closed, not corrected in time: %(project)s"),
        _("“%(project)s” of %(firm)s was not corrected in time and is closed."),
    )
)
