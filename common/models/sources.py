from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models.journalled import Journalled
from common.models.names import in_reader_language


class Source(Journalled):
    """Where a published figure or statement comes from."""

    journal_version = "registry"

    title_zh = models.CharField(_("Chinese title"), max_length=300)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.CharField(
        _("web address"), max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-published_on", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_reader_language(self.title_zh, self.title_en)
