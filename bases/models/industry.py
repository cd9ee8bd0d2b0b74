from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import BilingualName, Journalled


class Industry(BilingualName, Journalled):
    """A field of industry as the city names it; a tag that bases and projects share."""

    journal_version, journal_names = "registry", True

    slug = models.SlugField(_("short name"), unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name
