"""What people are told about applications, in words. People of a firm read softer ones than staff."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.notices import Kind, register

# ---------------------------------------------------------------- to the firm
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
REDIRECTED = register(
    Kind(
        "redirected",
        _("Now with another recommending unit: %(project)s"),
        _(
            "The bureau has passed “%(project)s” on from %(unit_before)s to %(unit)s, which now looks at it and "
            "recommends it. Reason: %(reason)s\nYou need not do anything; number and time of submission stay."
        ),
    )
)
RECOMMENDED = register(
    Kind(
        "recommended",
        _("Recommended: %(project)s"),
        _("%(unit)s has recommended “%(project)s”. The bureau now looks whether it can be taken up."),
    )
)
NOT_RECOMMENDED = register(
    Kind(
        "not-recommended",
        _("Not recommended this time: %(project)s"),
        _("%(unit)s has not recommended “%(project)s”. Reason: %(reason)s\nWhere you can object: %(appeal)s"),
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
CORRECTED = register(
    Kind(
        "corrected",
        _("Submitted again: %(project)s"),
        _("%(by)s has submitted the corrected “%(project)s”. The bureau goes on with its check."),
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

# ---------------------------------------------------------------- to the recommending unit and the bureau
RECOMMENDATION_WANTED = register(
    Kind(
        "recommendation-wanted",
        _("To be recommended: %(project)s"),
        _(
            "%(firm)s has submitted “%(project)s” under %(call)s. Prepare the opinion of %(unit)s; recommendations "
            "close on %(recommend_closes_at)s."
        ),
        is_duty=True,
    )
)
REDIRECTED_HERE = register(
    Kind(
        "redirected-here",
        _("Passed on to your unit, to be recommended: %(project)s"),
        _(
            "The bureau has passed “%(project)s” of %(firm)s under %(call)s on from %(unit_before)s to %(unit)s. "
            "Reason: %(reason)s\nPrepare the opinion of your unit, which has its whole time for it; recommendations "
            "close on %(recommend_closes_at)s."
        ),
        is_duty=True,
    )
)
REDIRECTED_AWAY = register(
    Kind(
        "redirected-away",
        _("No longer with your unit: %(project)s"),
        _(
            "The bureau has passed “%(project)s” of %(firm)s under %(call)s on to %(unit)s. Reason: %(reason)s\n"
            "An opinion that was prepared here is kept with the record as that of %(unit_before)s and does not count "
            "any more. You need not do anything."
        ),
        is_duty=True,
    )
)
DECISION_WANTED = register(
    Kind(
        "decision-wanted",
        _("Opinion to be decided on: %(project)s"),
        _(
            "%(by)s has prepared the opinion of %(unit)s on “%(project)s” of %(firm)s. It is for you to decide; "
            "recommendations close on %(recommend_closes_at)s."
        ),
        is_duty=True,
    )
)
ACCEPTANCE_WANTED = register(
    Kind(
        "acceptance-wanted",
        _("To be accepted: %(project)s"),
        _("%(unit)s has recommended “%(project)s” of %(firm)s. Accept it, or refuse it with the reason."),
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
OUTCOME_FOR_UNIT = register(
    Kind(
        "outcome-for-unit",
        _("Outcome of an application you recommended: %(project)s"),
        _("There is an outcome for “%(project)s” of %(firm)s, which %(unit)s had recommended. It stands in the desk."),
    )
)
ENDED_IN_BUREAU = register(
    Kind(
        "ended-in-bureau",
        _("Closed, not corrected in time: %(project)s"),
        _("“%(project)s” of %(firm)s was not corrected in time and is closed."),
    )
)

# ---------------------------------------------------------------- review and decision
UNDER_REVIEW = register(
    Kind(
        "under-review",
        _("Given to experts: %(project)s"),
        _("“%(project)s” has been given to experts. Their names are not disclosed; the next news is the decision."),
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
REVIEW_FINISHED = register(
    Kind(
        "review-finished",
        _("Reviewed by experts: %(project)s"),
        _("All experts have signed their sheets on “%(project)s” of %(firm)s. It can be put before the meeting."),
        is_duty=True,
    )
)
DRAW_WANTS_CONFIRMATION = register(
    Kind(
        "draw-to-confirm",
        _("Draw of experts to be confirmed: %(call)s"),
        _("%(by)s has drawn panels for %(count)s applications under %(call)s. It is for you to confirm the draw."),
        is_duty=True,
    )
)
DRAW_DISCARDED = register(
    Kind(
        "draw-discarded",
        _("A draw of experts was discarded: %(call)s"),
        _("%(by)s has discarded the draw that %(drawn_by)s made under %(call)s. The reason: %(reason)s"),
    )
)
REVIEW_WANTED = register(
    Kind(
        "review-wanted",
        _("Invitation to review: %(project)s"),
        _(
            "You have been drawn to review “%(project)s” of %(firm)s. Say first whether you are impartial, and accept "
            "or decline; the sheet is to be signed by the end of %(due_on)s."
        ),
        is_duty=True,
    )
)
SEAT_RELEASED = register(
    Kind(
        "seat-released",
        _("Review no longer needed: %(project)s"),
        _("The bureau no longer asks you to review “%(project)s” of %(firm)s. Nothing is left for you to do."),
    )
)
SPREAD_WANTS_NOTE = register(
    Kind(
        "spread-note-wanted",
        _("The chair's note is needed: %(project)s"),
        _("The totals on “%(project)s” lie %(spread)s points apart, more than the call allows. Say why, as the chair."),
        is_duty=True,
    )
)
REVISION_DROPPED = register(
    Kind(
        "revision-dropped",
        _("Your revision was dropped: %(project)s"),
        _("Your revision of the score sheet on “%(project)s” was not signed in time; the sheet signed before stands."),
    )
)
PANEL_SHORT = register(
    Kind(
        "panel-short",
        _("No reserve is left: %(project)s"),
        _("An expert declined “%(project)s” of %(firm)s and no reserve fits. A draw for the empty seat is needed."),
        is_duty=True,
    )
)
VISIT_PLANNED = register(
    Kind(
        "visit-planned",
        _("Site visit on %(visited_on)s: %(project)s"),
        _(
            "%(by)s has put you down for the site visit to %(firm)s, “%(project)s”, on %(visited_on)s at %(place)s. "
            "The record is written on the spot and signed by each of you."
        ),
        is_duty=True,
    )
)
RELEASE_WANTED = register(
    Kind(
        "release-wanted",
        _("Decisions to be released: %(call)s"),
        _("%(by)s has recorded what the meeting of %(held_on)s decided under %(call)s. It is for you to release it."),
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
LETTER_SENT = register(
    Kind(
        "letter",
        _("Letter from the bureau: %(project)s"),
        _("The bureau has written to you about “%(project)s”: %(subject)s\nThe letter stands with the application."),
        is_duty=True,
    )
)

# ---------------------------------------------------------------- reminders, to whose turn it is
DRAFT_CLOSES = register(
    Kind(
        "draft-closes",
        ngettext_lazy(
            "%(days)d working day left to submit: %(project)s",
            "%(days)d working days left to submit: %(project)s",
            "days",
        ),
        _("“%(project)s” is not submitted yet. %(call)s closes on %(closes_at)s; later submissions are not possible."),
        is_duty=True,
        about=_("Reminder: the call closes, not submitted yet"),
    )
)
SIGNATURE_CLOSES = register(
    Kind(
        "signature-closes",
        ngettext_lazy(
            "%(days)d working day left to sign: %(project)s",
            "%(days)d working days left to sign: %(project)s",
            "days",
        ),
        _("“%(project)s” still waits for your signature. %(call)s closes on %(closes_at)s."),
        is_duty=True,
        about=_("Reminder: the call closes, not signed yet"),
    )
)
CORRECTION_DUE = register(
    Kind(
        "correction-due",
        ngettext_lazy(
            "%(days)d working day left to complete: %(project)s",
            "%(days)d working days left to complete: %(project)s",
            "days",
        ),
        _("Mend what is listed in “%(project)s” and submit it again by the end of %(due_on)s."),
        is_duty=True,
        about=_("Reminder: the correction is due"),
    )
)
CORRECTION_REMINDED = register(
    Kind(
        "correction-reminded",
        _("The bureau reminds you of the correction: %(project)s"),
        _("“%(project)s” waits for what the bureau asked you to mend. Submit it again by the end of %(due_on)s."),
        is_duty=True,
    )
)
CORRECTION_CLOSES = register(
    Kind(
        "correction-closes",
        ngettext_lazy(
            "Overdue, %(days)d working day left before it is closed: %(project)s",
            "Overdue, %(days)d working days left before it is closed: %(project)s",
            "days",
        ),
        _("“%(project)s” was to be submitted again by now. Unless that is done by the end of %(due_on)s it is closed."),
        is_duty=True,
        about=_("Reminder: the correction is overdue"),
    )
)
RECOMMENDATION_CLOSES = register(
    Kind(
        "recommendation-closes",
        ngettext_lazy(
            "%(days)d working day left to recommend: %(project)s",
            "%(days)d working days left to recommend: %(project)s",
            "days",
        ),
        _("“%(project)s” of %(firm)s still waits for your unit. Recommendations close on %(recommend_closes_at)s."),
        is_duty=True,
        about=_("Reminder: recommendations close"),
    )
)
STAGE_DUE = register(
    Kind(
        "stage-due",
        ngettext_lazy(
            "%(days)d working day left on the desk: %(project)s",
            "%(days)d working days left on the desk: %(project)s",
            "days",
        ),
        _("“%(project)s” of %(firm)s waits for you; the time of this stage ends with %(due_on)s."),
        is_duty=True,
        about=_("Reminder: the time of a stage ends"),
    )
)

SHEET_DUE = register(
    Kind(
        "sheet-due",
        ngettext_lazy(
            "%(days)d working day left for your score sheet: %(project)s",
            "%(days)d working days left for your score sheet: %(project)s",
            "days",
        ),
        _("Your score sheet on “%(project)s” is to be signed by the end of %(due_on)s."),
        is_duty=True,
        about=_("Reminder: a score sheet is to be signed"),
    )
)
APPEAL_DUE = register(
    Kind(
        "appeal-due",
        ngettext_lazy(
            "%(days)d working day left to answer the appeal: %(project)s",
            "%(days)d working days left to answer the appeal: %(project)s",
            "days",
        ),
        _("The appeal of %(firm)s about “%(project)s” is to be answered by the end of %(due_on)s."),
        is_duty=True,
        about=_("Reminder: an appeal is to be answered"),
    )
)

# ---------------------------------------------------------------- consultants
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
