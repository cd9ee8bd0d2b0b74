from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.models import Journalled
from projects.enums import PartnerRole
from projects.models.project import Project


class ProjectPartner(Journalled):
    """An organisation that leads a project or takes part in it."""

    journal_version = "registry"

    project = models.ForeignKey(Project, models.CASCADE, verbose_name=_("pilot project"), related_name="partners")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="project_parts"
    )
    role = models.CharField(_("role"), max_length=8, choices=PartnerRole, default=PartnerRole.PARTNER)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["project_id", "role", "id"]
        constraints = [
            models.UniqueConstraint(name="project_partner_once", fields=["project", "organisation"]),
            models.UniqueConstraint(
                name="project_one_lead", fields=["project"], condition=models.Q(role=PartnerRole.LEAD)
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
