"""The organisations an application is about, by their part in it: an expert must be bound to none of them."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Organisation
from subsidies.models import Application
from subsidies.named_bases import bases_of


class Concerned(NamedTuple):
    part: str
    organisation: Organisation


def concerned_by(application: Application) -> list[Concerned]:
    """Applicant, partners of the project, host and operator of its base, or of one that the answers name.

    See also conflict_facts and ties.
    """
    found = [Concerned(_("Applicant"), application.organisation)]
    if application.project:
        partners = application.project.partners.exclude(organisation=application.organisation_id)
        found += [
            Concerned(_("Partner of the project"), row.organisation) for row in partners.select_related("organisation")
        ]
    for base in bases_of(application):
        if base.host:
            found.append(Concerned(_("Carries the base"), base.host))
        if base.operator:
            found.append(Concerned(_("Runs the base"), base.operator))
    return found
