"""Who is told what of the site checks that were drawn by lot."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.holders import holders
from accounts.models import User
from common.notices import Kind, register, tell
from subsidies import audiences
from subsidies.models import CheckRound, SiteCheck, SiteVisit
from subsidies.notices import Facts, address_of, facts_of

ROUND_PROPOSED = register(
    Kind(
        "checks-proposed",
        _("Round of site checks to confirm: %(year)s"),
        _("%(by)s proposes %(size)d site checks. With the confirmation awards and officers are drawn by lot."),
        is_duty=True,
    )
)
CHECK_DRAWN = register(
    Kind(
        "check-drawn",
        _("You check on the spot: %(project)s"),
        _(
            "By lot “%(project)s” of %(firm)s is checked, and you are one of its officers. Check it by %(due_on)s; "
            "the firm is not told before. Write the record on the spot and sign it together."
        ),
        is_duty=True,
    )
)
FINDINGS = register(
    Kind(
        "check-findings",
        _("What a site check has found: %(project)s"),
        _(
            "Officers of the bureau have checked “%(project)s” on %(visited_on)s. Read their findings; "
            "you may comment by the end of %(last_on)s."
        ),
        is_duty=True,
    )
)
COMMENTED = register(
    Kind(
        "check-commented",
        _("Comment on a site check: %(project)s"),
        _("%(firm)s has commented on the findings about “%(project)s”: decide what follows."),
        is_duty=True,
    )
)
CLEAR = register(
    Kind(
        "check-clear",
        _("Site check ended, nothing to object to: %(project)s"),
        _("The site check of “%(project)s” has ended: there is nothing to object to."),
    )
)
RECTIFY = register(
    Kind(
        "check-rectify",
        _("To be put right after a site check: %(project)s"),
        _("By the end of %(remedy_by)s put right for “%(project)s”: %(demand)s\nThen report how it was done."),
        is_duty=True,
    )
)
REMEDIED = register(
    Kind(
        "check-remedied",
        _("Reported as put right: %(project)s"),
        _("%(firm)s reports that what the site check of “%(project)s” found is put right: look at it and decide."),
        is_duty=True,
    )
)
RECTIFIED = register(
    Kind(
        "check-rectified",
        _("Put right, the site check has ended: %(project)s"),
        _("What the site check of “%(project)s” found is put right. The check has ended."),
    )
)
GRAVE = register(
    Kind(
        "check-grave",
        _("Serious findings of a site check: %(project)s"),
        _("The site check of “%(project)s” has ended with serious findings. Reasons: %(reason)s"),
        is_duty=True,
    )
)
CHECK_DUE = register(
    Kind(
        "check-due",
        ngettext_lazy(
            "%(days)d working day left for a site check: %(project)s",
            "%(days)d working days left for a site check: %(project)s",
            "days",
        ),
        _("“%(project)s” of %(firm)s is to be checked by the end of %(due_on)s, and you have not signed its record."),
        is_duty=True,
        about=_("Reminder: a site check is due"),
    )
)
REMEDY_DUE = register(
    Kind(
        "check-remedy-due",
        ngettext_lazy(
            "%(days)d working day left to put it right: %(project)s",
            "%(days)d working days left to put it right: %(project)s",
            "days",
        ),
        _("What a site check of “%(project)s” has found is to be put right, and reported, by the end of %(due_on)s."),
        is_duty=True,
        about=_("Reminder: a term to put something right"),
    )
)
DECIDED = {"clear": CLEAR, "rectify": RECTIFY, "rectified": RECTIFIED, "grave": GRAVE}


def of_proposed_round(row: CheckRound, by: User) -> None:
    people = holders("subsidies.confirm_checks").exclude(pk=by.pk)
    facts: Facts = {"year": row.year, "size": row.size, "by": str(by)}
    tell(people, ROUND_PROPOSED, facts, reverse("admin:subsidies_checkround_change", args=[row.pk]))


def of_drawn_check(check: SiteCheck, officers: Iterable[User]) -> None:
    facts = facts_of(check.application) | {"due_on": check.round.due_on}
    tell(officers, CHECK_DRAWN, facts, page_of_record(check.visit))


def of_findings(check: SiteCheck) -> None:
    assert check.heard_until is not None
    facts: Facts = {"visited_on": check.visit.visited_on, "last_on": check.heard_until}
    tell(audiences.firm(check.application), FINDINGS, facts_of(check.application) | facts, page_of_firm(check))


def of_comment(check: SiteCheck) -> None:
    _tell_settlers(check, COMMENTED)


def of_remedy(check: SiteCheck) -> None:
    _tell_settlers(check, REMEDIED)


def _tell_settlers(check: SiteCheck, kind: Kind) -> None:
    able = audiences.impartial(holders("subsidies.settle_checks"), check.application)
    people = able.exclude(pk__in=check.visit.officers.values("user"))
    tell(people, kind, facts_of(check.application), address_of(check.application, is_for_desk=True))


def of_decision(check: SiteCheck) -> None:
    facts: Facts = {"reason": check.reason, "demand": check.demand}
    if check.remedy_by:
        facts["remedy_by"] = check.remedy_by
    application = check.application
    tell(audiences.firm(application), DECIDED[check.state], facts_of(application) | facts, page_of_firm(check))


def page_of_record(visit: SiteVisit) -> str:
    return reverse("subsidies:visit_detail", args=[visit.key])


def page_of_firm(check: SiteCheck) -> str:
    return reverse("subsidies:site_check", args=[check.application.public_id, check.key])
