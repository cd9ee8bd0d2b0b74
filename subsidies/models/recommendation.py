from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.models import Journalled, JournalledQuerySet, StoredFile
from common.models.journal import AppendOnly
from subsidies.enums import Opinion
from subsidies.models.application import Application


class RecommendationQuerySet(JournalledQuerySet):
    def open(self) -> "RecommendationQuerySet":
        """Prepared by the unit that the application waits at, and not decided yet."""
        return self.filter(decided_at=None, set_aside_at=None)


class Recommendation(Journalled):
    """The opinion of the recommending unit: a clerk prepares it, a leader who is another person decides.

    What a unit had prepared when the application was redirected is set aside: kept as it was, and counts no more.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="recommendations", verbose_name=_("application")
    )
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("recommending unit"))
    opinion = models.CharField(_("opinion"), max_length=10, choices=Opinion, blank=True)
    text = models.TextField(_("reasons"), max_length=2000, blank=True)
    letter = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("letter of recommendation")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared at"), auto_now=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    appeal_route = models.TextField(_("route of appeal"), max_length=1000, blank=True)
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True, editable=False)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(decided_at=None, set_aside_at=None),
                name="recommendation_one_open",
            ),
            models.CheckConstraint(
                name="recommendation_set_aside_undecided",
                condition=Q(set_aside_at=None) | Q(decided_at=None),
                violation_error_message=_("An opinion that was set aside is not decided on."),
            ),
            models.CheckConstraint(
                name="recommendation_four_eyes",
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("prepared_by"))
                & ~Q(opinion=""),
                violation_error_message=_("Another person than the one who prepared the opinion decides."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.opinion}"

    @property
    def is_open(self) -> bool:
        """See also RecommendationQuerySet.open()."""
        return self.decided_at is None and self.set_aside_at is None


class Redirection(AppendOnly):
    """The two units of a redirect; who made it, when and why stands in its step, under the same version."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="redirections", verbose_name=_("application")
    )
    version = models.PositiveIntegerField(_("version"))
    from_unit = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("recommending unit before")
    )
    to_unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("recommending unit"))

    class Meta:
        verbose_name = _("redirect of an application")
        verbose_name_plural = _("redirects of an application")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="redirection_once_a_version"),
            models.CheckConstraint(
                name="redirection_to_another_unit",
                condition=~Q(from_unit=F("to_unit")),
                violation_error_message=_("Choose another unit than the one it waits at."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.from_unit_id} {self.to_unit_id}"
