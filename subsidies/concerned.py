"""The organisations an application is about, by their part in it: an expert must be bound to none of them."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Organisation
from subsidies.models import Application


class Concerned(NamedTuple):
    part: str
    organisation: Organisation


def concerned_by(application: Application) -> list[Concerned]:
    """Applicant, partners of the project, host and operator of its base; see also conflict_facts."""
    found = [Concerned(_("Applicant"), application.organisation)]
    project = application.project
    if project is None:
        return found
    partners = project.partners.exclude(organisation=application.organisation_id).select_related("organisation")
    found += [Concerned(_("Partner of the project"), row.organisation) for row in partners]
    base = project.base
    if base and base.host:
        found.append(Concerned(_("Carries the base"), base.host))
    if base and base.operator:
        found.append(Concerned(_("Runs the base"), base.operator))
    return found
