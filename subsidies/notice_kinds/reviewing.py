"""Of the draw of experts, their review and site visits."""

from django.utils.translation import gettext_lazy as _

from common.notices import Kind, register

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
UNDER_REVIEW = register(
    Kind(
        "under-review",
        _("Given to experts: %(project)s"),
        _("“%(project)s” has been given to experts. Their names are not disclosed; the next news is the decision."),
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
PANEL_SHORT = register(
    Kind(
        "panel-short",
        _("No reserve is left: %(project)s"),
        _("An expert declined “%(project)s” of %(firm)s and no reserve fits. A draw for the empty seat is needed."),
        is_duty=True,
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
REVIEW_FINISHED = register(
    Kind(
        "review-finished",
        _("Reviewed by experts: %(project)s"),
        _("All experts have signed their sheets on “%(project)s” of %(firm)s. It can be put before the meeting."),
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
