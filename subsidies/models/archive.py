from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models.journal import AppendOnly
from subsidies.models.application import Application


class CaseSeal(AppendOnly):
    """What a case held when it was closed, as one SHA-256; see subsidies.follow_up.archive."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="seals", verbose_name=_("application"))
    digest = models.CharField(_("SHA-256 of what the case holds"), max_length=64)
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    sealed_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("seal of a case")
        verbose_name_plural = _("seals of cases")
        ordering = ["-id"]
        permissions = [("make_archive", _("Can take the archive package of a case"))]

    def __str__(self) -> str:
        return f"{self.application_id} {self.digest[:12]}"
