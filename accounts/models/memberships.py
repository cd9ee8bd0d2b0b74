from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import MembershipRole
from accounts.models.organisations import Organisation
from accounts.models.people import User
from common.models import Journalled


class Membership(Journalled):
    """Who may act for which organisation, in which role."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                name="membership_unique",
                violation_error_message=_("This person belongs to the organisation already: change the role there."),
            ),
            models.CheckConstraint(
                name="membership_role_known",
                condition=models.Q(role__in=MembershipRole.values),
                violation_error_message=_("Choose a role from the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"

    def journal_label(self) -> str:
        return f"#{self.user_id} · {self.organisation}"
