from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IdempotentRequest(models.Model):
    """A request that created something and the answer it got, for whoever sends it again under the same key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=255)
    digest = models.CharField(_("hash of the request"), max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField(_("status"))
    content_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("answer"))
    location = models.CharField(_("address"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("repeatable request")
        verbose_name_plural = _("repeatable requests")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotentrequest_key_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
