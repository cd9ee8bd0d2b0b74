from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last number given under a name; see common.numbering."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    value = models.PositiveBigIntegerField(_("last number given"), default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
