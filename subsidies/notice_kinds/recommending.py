"""Of the recommendation and of redirects."""

from django.utils.translation import gettext_lazy as _

from common.notices import Kind, register

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
OUTCOME_FOR_UNIT = register(
    Kind(
        "outcome-for-unit",
        _("Outcome of an application you recommended: %(project)s"),
        _("There is an outcome for “%(project)s” of %(firm)s, which %(unit)s had recommended. It stands in the desk."),
    )
)
