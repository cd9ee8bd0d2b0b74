from django.db import models
from django.utils.translation import gettext_lazy as _


class DataVersion(models.Model):
    """A random token that changes with every edit of a body of data; see common.versions."""

    name = models.CharField(_("name"), max_length=50, primary_key=True)
    token = models.CharField(_("token"), max_length=32)

    class Meta:
        verbose_name = _("data version")
        verbose_name_plural = _("data versions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
