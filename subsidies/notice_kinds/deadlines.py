"""Reminders of a day by which something is to be done, to those whose turn it is."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.notices import Kind, register

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
