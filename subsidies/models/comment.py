from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from subsidies.models.application import Application


class Comment(models.Model):
    """What people of the firm say to one another about a field or a section; nobody else sees it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="comments")
    about = models.CharField(_("about"), max_length=60, blank=True)  # id of a field or section, or code of a material
    text = models.TextField(pgettext_lazy("application", "comment"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("application", "comment")
        verbose_name_plural = pgettext_lazy("application", "comments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]
